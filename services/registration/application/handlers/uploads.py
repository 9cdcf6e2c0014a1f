"""Uploads: a list of people from staff, checked as a whole and then registered one by one, as everybody is.

The id of a registration follows from the key of the upload, its content and the row. So a repeat finds what the first
attempt did, wherever that ended, and goes on behind it.
"""

import asyncio
from collections.abc import Awaitable, Callable

from services.registration.application import commands as c
from services.registration.application.ports import Ports
from services.registration.application.uploads import Imported, Row, must_be_right
from services.registration.domain.admission import Admission
from services.registration.domain.plan_content import Selection
from services.registration.domain.roster import Roster
from shared.commands import Actor, Once
from shared.errors import Invalid, Problem
from shared.ids import derived_id

Own = Callable[[Actor, str], Awaitable[Roster]]
Register = Callable[[c.Register], Awaitable[Admission]]
ABREAST = 16


class UploadHandlers:
    """Handlers for lists of people."""

    def __init__(self, ports: Ports, own: Own, register: Register) -> None:
        self._ports = ports
        self._own = own
        self._register = register

    async def upload(self, command: c.UploadList) -> list[Imported]:
        upload, roster = _must_have_key(command.once), await self._own(command.actor, command.point_id)
        activity = await self._ports.activities.recent(roster.activity_id)  # what the plan said, for good
        await asyncio.to_thread(must_be_right, command.rows, asks_id_number=bool(activity.id_number_reason))
        abreast, imported = _abreast(roster), list[Imported]()
        for start in range(0, len(command.rows), abreast):
            portion = command.rows[start : start + abreast]
            done = await asyncio.gather(
                *(self._import(command, upload, each) for each in portion), return_exceptions=True
            )
            imported += [_or_raised(each) for each in done]
        return imported

    async def _import(self, command: c.UploadList, upload: Once, row: Row) -> Imported:
        """Raises Unavailable; then a repeat goes on here."""
        if row.category is None:
            raise ValueError(f"row {row.number} was not checked")
        asked = c.Register(
            actor=command.actor,
            once=Once(derived_id("row", upload.key, upload.digest, str(row.number)), upload.digest),
            point_id=command.point_id,
            category=row.category,
            grassroots=row.grassroots,
            contact=row.contact,
        )
        try:
            return Imported(row.number, await self._register(asked))
        except Problem as refusal:
            if refusal.status >= 500:
                raise
            return Imported(row.number, refusal)


def _abreast(roster: Roster) -> int:
    """Rows under way at a time: where places are not drawn by lot the order of the list is that of the queue."""
    return ABREAST if roster.selection == Selection.RANDOM_DRAW else 1


def _or_raised(done: Imported | BaseException) -> Imported:
    if isinstance(done, BaseException):
        raise done
    return done


def _must_have_key(once: Once | None) -> Once:
    if once is None:
        raise Invalid(
            "idempotency_key_missing",
            "上传名单须带 Idempotency-Key，中断后凭同一个键重新上传即可接着导入。",
            "A list needs an Idempotency-Key: repeated with the same one, an upload that was cut off goes on.",
        )
    return once
