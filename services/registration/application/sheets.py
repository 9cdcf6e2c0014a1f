"""The sheets of a draw's applicants, reached by point and registration."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from services.registration.application.ports import SheetStore
from services.registration.domain.place import Registration
from services.registration.domain.plan_content import Selection
from services.registration.domain.roster import Roster
from services.registration.domain.sheet import SHEETS, Application, Sheet, on_the_list, sheet_id, sheet_of
from shared.aggregate import fork
from shared.commands import Once
from shared.errors import NotFound
from shared.time import elapsed

R = TypeVar("R")
PATIENCE = 5.0  # seconds in which the facts of sheets are published, unless the broker is away
LONG_PATIENCE = 20.0  # where thousands are told that they have no place
LOOK = 0.05


class Sheets:
    """Reads and changes them; a sheet on which nobody stands yet is made where it is needed."""

    def __init__(self, store: SheetStore) -> None:
        self._store = store

    async def application(self, point_id: str, registration_id: str) -> Application | None:
        """One of them."""
        try:
            sheet = await self._store.get(sheet_of(point_id, registration_id))
        except NotFound:
            return None
        return sheet.applications.get(registration_id)

    async def listed(self, roster: Roster) -> dict[str, Application]:
        """The sealed list; nobody where places are not drawn by lot."""
        return on_the_list(await self._all(roster))

    async def whole(self, roster: Roster) -> Roster:
        """To read: the roster with everybody who applied and is not on it."""
        return with_applicants(roster, await self._all(roster))

    async def change(
        self,
        roster: Roster,
        registration_id: str,
        change: Callable[[Sheet], R],
        *,
        once: Once | None = None,
        answer: type[R] | None = None,
    ) -> R:
        """The sheet on which this registration stands, or would."""
        id_ = sheet_of(roster.id, registration_id)
        return await self._store.change_or_create(id_, partial(_blank, roster, id_), change, once=once, answer=answer)

    async def change_all(self, roster: Roster, change: Callable[[Sheet], R]) -> list[R]:
        """Every sheet of a point; may be repeated, so it must not matter how often."""
        return await asyncio.gather(
            *(self._store.change_or_create(id_, partial(_blank, roster, id_), change) for id_ in _ids(roster.id))
        )

    async def told(self, roster: Roster, patience: float | None = None) -> bool:
        """Whether all that happened on its sheets is published; waits for it, not long. With 0 it looks once."""
        deadline, waiting = elapsed() + (PATIENCE if patience is None else patience), _ids(roster.id)
        while True:
            known = await asyncio.gather(*(self._store.told(each) for each in waiting))
            waiting = [each for each, told in zip(waiting, known, strict=True) if not told]
            if not waiting or elapsed() >= deadline:
                return not waiting
            await asyncio.sleep(LOOK)

    async def _all(self, roster: Roster) -> list[Application]:
        if roster.selection != Selection.RANDOM_DRAW:
            return []
        found = await asyncio.gather(*(self._store.get(each) for each in _ids(roster.id)), return_exceptions=True)
        everyone = list[Application]()
        for each in found:
            if isinstance(each, Sheet):
                everyone += each.applications.values()
            elif not isinstance(each, NotFound):
                raise each
        return everyone


def with_applicants(roster: Roster, applications: Iterable[Application]) -> Roster:
    """To read, never to write: behind those on the roster the others, in the order in which they applied."""
    apart = [each for each in applications if each.id not in roster.registrations]
    if not apart:
        return roster
    seen = fork(roster)
    for number, each in enumerate(sorted(apart, key=lambda each: (each.at, each.id)), start=roster.tickets + 1):
        mine = Registration(each.id, each.category, each.grassroots, each.status, number, each.at)
        seen.registrations[each.id] = mine
    return seen


def _ids(point_id: str) -> list[str]:
    return [sheet_id(point_id, number) for number in range(SHEETS)]


def _blank(roster: Roster, id_: str) -> Sheet:
    return Sheet(id=id_, activity_id=roster.activity_id, point_id=roster.id)
