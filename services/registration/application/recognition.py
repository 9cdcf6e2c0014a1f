"""What is shown at a door, as the place that it means: a ticket, its number, a claim code, a registration's id."""

import re
from dataclasses import dataclass
from functools import cached_property

from services.registration.application.ports import Codes, Tickets
from services.registration.domain.door import Result
from services.registration.domain.place import Registration
from services.registration.domain.roster import Roster
from services.registration.domain.ticket import FORM, checked_number, is_number, plain, tag

_ID = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True)
class Meant:
    """Whose place; the edition where it was a ticket; or what is wrong with it."""

    registration_id: str | None = None
    edition: int | None = None
    fault: Result | None = None


UNKNOWN = Meant(fault=Result.UNKNOWN_CODE)


class Recognition:
    """Reads what cameras and people bring to one point. For one request: what it looks up, it looks up once."""

    def __init__(self, tickets: Tickets, codes: Codes, roster: Roster) -> None:
        self._tickets = tickets
        self._codes = codes
        self._roster = roster

    def meant(self, shown: str) -> Meant:
        """Raises Invalid for a ticket number that was mistyped."""
        text = shown.strip()
        if text.upper().startswith(FORM):
            return self._ticket(text)
        if _ID.fullmatch(text):
            return Meant(text)
        if holder := self._holders.get(plain(text).upper()):
            return Meant(holder)
        return self._number(checked_number(text)) if is_number(text) else UNKNOWN

    @cached_property
    def _holders(self) -> dict[str, str]:
        """By claim code."""
        return {self._codes.claim_code(each): each for each in self._roster.registrations}

    @cached_property
    def _places(self) -> dict[int, Registration]:
        return {each.ticket: each for each in self._roster.registrations.values()}

    def _ticket(self, text: str) -> Meant:
        ticket = self._tickets.read(text)
        if ticket is None:
            return Meant(fault=Result.BAD_SIGNATURE)
        if ticket.activity_tag != tag(self._roster.activity_id):
            return Meant(ticket.registration_id, fault=Result.WRONG_ACTIVITY)
        if ticket.point_tag != tag(self._roster.id):
            return Meant(ticket.registration_id, fault=Result.WRONG_POINT)
        return Meant(ticket.registration_id, ticket.edition)

    def _number(self, number: str) -> Meant:
        place, edition = self._tickets.numbered(self._roster.id, number)
        mine = self._places.get(place)
        return Meant(mine.id, edition) if mine and 1 <= edition <= mine.ticket_edition else UNKNOWN
