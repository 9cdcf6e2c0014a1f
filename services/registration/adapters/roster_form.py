"""How a roster keeps its people: a line of some fifty bytes for each, so that 500 who wait fit beside everything else.

    <id, 22 characters of base64> <category, status, grassroots> <ticket> <registered at, microseconds, hexadecimal>

What happened to few (a check-in, a reissued ticket, a seat that is held) does not fit into a line: those stand in the
plain form.
"""

import base64
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from services.registration.domain.composition import Category
from services.registration.domain.place import Registration, Status
from services.registration.domain.roster import Roster

_CATEGORY = {Category.NPC_DEPUTY: "n", Category.CPPCC_MEMBER: "c", Category.RESIDENT: "r", Category.MEDIA: "m"}
_STATUS = {
    Status.APPLIED: "p",
    Status.CONFIRMED: "y",
    Status.WAITLISTED: "w",
    Status.CANCELLED: "x",
    Status.ATTENDED: "t",
    Status.ABSENT: "a",
    Status.NOT_DRAWN: "o",
    Status.OFFERED: "f",
    Status.DECLINED: "d",
    Status.EXPIRED: "e",
}
_CATEGORIES = {letter: each for each, letter in _CATEGORY.items()}
_STATUSES = {letter: each for each, letter in _STATUS.items()}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PLAIN = TypeAdapter(Registration)
AS_IT_IS = "="  # before an id that is no UUID
REMEMBERED = 20_000  # lines that need not be made or read again: of hundreds on a list, one change concerns a few


class RosterForm:
    """`shared.storage.document.Form` of rosters."""

    fields = frozenset({"registrations", "voided"})

    def __init__(self) -> None:
        self._lines: dict[int, tuple[Registration, str | dict[str, Any]]] = {}

    def packed(self, aggregate: Roster) -> dict[str, Any]:
        """In the order in which the roster has them."""
        if len(self._lines) > REMEMBERED:
            self._lines.clear()
        people = [self._line(each) for each in aggregate.registrations.values()]
        return {"registrations": people, "voided": [_short(each) for each in aggregate.voided]}

    def unpacked(self, state: dict[str, Any]) -> dict[str, Any]:
        """Rosters that were stored before this form name each id, with the whole of it."""
        found = state["registrations"]
        people: Iterable[Any] = found.values() if isinstance(found, dict) else found
        mine = [_read(each) if isinstance(each, str) else _PLAIN.validate_python(each) for each in people]
        voided = state["voided"]
        ids = voided if isinstance(voided, dict) else [_long(each) for each in voided]
        return {**state, "registrations": {each.id: each for each in mine}, "voided": dict.fromkeys(ids, True)}

    def _line(self, mine: Registration) -> str | dict[str, Any]:
        """Of this very object, which never changes, as it was made before."""
        known = self._lines.get(id(mine))
        if known is None or known[0] is not mine:
            known = self._lines[id(mine)] = mine, _line(mine)
        return known[1]


def _line(mine: Registration) -> str | dict[str, Any]:
    if mine.checked_in_at or mine.undone or mine.entrance or mine.answer_by or mine.ticket_edition != 1:
        return dict(_PLAIN.dump_python(mine, mode="json"))
    flags = _CATEGORY[mine.category] + _STATUS[mine.status] + ("g" if mine.grassroots else "-")
    return f"{_short(mine.id)} {flags} {mine.ticket} {(mine.at - _EPOCH) // _MICROSECOND:x}"


@lru_cache(REMEMBERED)
def _read(line: str) -> Registration:
    id_, flags, ticket, at = line.rsplit(" ", 3)
    return Registration(
        id=_long(id_),
        category=_CATEGORIES[flags[0]],
        grassroots=flags[2] == "g",
        status=_STATUSES[flags[1]],
        ticket=int(ticket),
        at=_EPOCH + int(at, 16) * _MICROSECOND,
    )


def _short(id_: str) -> str:
    if not _UUID.fullmatch(id_):
        return AS_IT_IS + id_
    return base64.urlsafe_b64encode(bytes.fromhex(id_.replace("-", ""))).decode()[:22]


def _long(short: str) -> str:
    if short.startswith(AS_IT_IS):
        return short[1:]
    digits = base64.urlsafe_b64decode(f"{short}==").hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
