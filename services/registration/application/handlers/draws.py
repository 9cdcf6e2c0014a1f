"""Draws: apply, withdraw, seal and commit to the list, draw, tell everybody.

What spans the sheets and the roster is a chain of single writes, each of which may be repeated and changes nothing the
second time. Whoever begins it carries it through; if they are gone half-way, a timer of the roster does. The order of
the steps is the order in which the facts are published, so each step waits for those of the one before: who applied
stands in the log before the list that has them, and everybody's result before the seed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from services.registration.application import commands as c
from services.registration.application.handlers.turns import TurnHandlers
from services.registration.application.ports import Ports
from services.registration.application.sheets import LONG_PATIENCE, Sheets
from services.registration.domain import drawing
from services.registration.domain.admission import Admission
from services.registration.domain.composition import Category, Headcount
from services.registration.domain.phase import POINT, Phase
from services.registration.domain.plan_content import Selection
from services.registration.domain.roster import Roster
from services.registration.domain.sheet import Application, DrawUnderWay, on_the_list
from shared.commands import Actor
from shared.errors import Unavailable, not_found

Own = Callable[[Actor, str], Awaitable[Roster]]
TURNS, TURN = 40, 0.1  # how often, and every how many seconds, somebody who leaves looks whether lots are drawn


class DrawHandlers:
    """Handlers for points where places are drawn by lot."""

    def __init__(self, ports: Ports, own: Own) -> None:
        self._ports = ports
        self._rosters = ports.rosters
        self._sheets = Sheets(ports.sheets)
        self.turns = TurnHandlers(ports)
        self._own = own
        self._patience: float | None = None  # as usual

    async def knows(self, roster: Roster, registration_id: str) -> bool:
        """Whether this registration stands on a sheet."""
        return await self._sheets.application(roster.id, registration_id) is not None

    async def apply(self, command: c.Register, registration_id: str) -> Admission:
        at = self._ports.clock.now()
        roster = await self._rosters.get(command.point_id)
        if not await self.knows(roster, registration_id):
            roster.must_be_open(at)
        weight = await self.turns.weight(command.contact, roster.opens_at)
        asked = Application(registration_id, command.category, command.grassroots, at, weight)
        return await self._sheets.change(
            roster, registration_id, lambda each: each.apply(asked), once=command.once, answer=Admission
        )

    async def void(self, roster: Roster, registration_id: str) -> bool:
        """As `Roster.void`, wherever it stands."""
        if registration_id in roster.registrations:
            return await self._rosters.change(roster.id, lambda each: each.void(registration_id))
        return await self._sheets.change(roster, registration_id, lambda each: each.void(registration_id))

    async def cancel(self, command: c.CancelRegistration) -> tuple[Admission, Category]:
        """Of the sheet; once lots were drawn, of the roster. In between it waits a moment, then raises Unavailable."""
        for _ in range(TURNS):
            with suppress(DrawUnderWay):
                return await self._leave(command)
            await asyncio.sleep(TURN)
        return await self._leave(command)

    async def _leave(self, command: c.CancelRegistration) -> tuple[Admission, Category]:
        roster, at = await self._rosters.get(command.point_id), self._ports.clock.now()
        mine, once = command.registration_id, command.once
        if mine in roster.registrations:
            left = await self._rosters.change(
                roster.id, lambda each: each.cancel(mine, at), once=once, answer=Admission
            )
            return left, roster.registration(mine).category
        POINT.must_allow(roster.phase, "cancel")
        if not await self.knows(roster, mine):
            raise not_found("registration")
        gone = await self._sheets.change(
            roster, mine, lambda each: each.cancel(mine, at), once=once, answer=Application
        )
        if gone.on_the_roster:
            raise DrawUnderWay()
        return gone.admission, gone.category

    async def hold(self, command: c.HoldDraw) -> Headcount:
        """With a key it may be sent again, also where a timer has carried the draw through in the meantime."""
        roster = await self._own(command.actor, command.point_id)
        if not roster.drawn:
            await self._draw(roster)
        at, repeatable = self._ports.clock.now(), command.once is not None

        def reveal(each: Roster) -> Headcount:
            return each.confirmed() if repeatable and each.drawn else each.reveal(at)

        return await self._rosters.change(roster.id, reveal, once=command.once, answer=Headcount)

    async def commit(self, point_id: str, patience: float | None = None) -> bool:
        """Once the point is closed: seal every sheet, then commit to the list. False while the broker is away."""
        roster = await self._rosters.get(point_id)
        if roster.selection != Selection.RANDOM_DRAW or roster.phase != Phase.CLOSED or roster.draw:
            return True
        sealed = await self._sheets.change_all(roster, lambda each: each.seal())
        if not await self._told(roster, patience):
            return False
        listed, at = on_the_list(each for sheet in sealed for each in sheet), self._ports.clock.now()
        await self._rosters.change(roster.id, lambda each: drawing.commit(each, listed, at))
        return True

    async def ring(self, point_id: str, timer: str) -> None:
        """A timer of a roster: its own, or that of a chain which somebody left half-way."""
        if timer == drawing.COMMIT:
            await self._go_on(point_id, timer, self._commit_on)
        elif timer == drawing.DRAW:
            await self._go_on(point_id, timer, self._draw_on)
        else:
            await self._rosters.ring(point_id, timer)
            await self._commit_on(point_id)

    async def _commit_on(self, point_id: str) -> bool:
        return await self.commit(point_id, self._patience)

    async def _told(self, roster: Roster, patience: float | None) -> bool:
        """All timers wait for this one: while the broker is away one of them waits for it, and then each looks once."""
        told = await self._sheets.told(roster, patience)
        self._patience = None if told else 0.0
        return told

    async def _go_on(self, point_id: str, timer: str, chain: Callable[[str], Awaitable[bool]]) -> None:
        now = self._ports.clock.now()
        due = (await self._rosters.get(point_id)).timers.get(timer)
        if due is not None and due <= now and not await chain(point_id):
            await self._rosters.change(point_id, lambda each: each.timers.update({timer: now + drawing.AGAIN}))

    async def _draw_on(self, point_id: str) -> bool:
        try:
            await self._draw(await self._rosters.get(point_id), self._patience, self._patience)
        except Unavailable:
            return False
        at = self._ports.clock.now()
        await self._rosters.change(point_id, lambda each: each.reveal(at))
        return True

    async def _draw(
        self, roster: Roster, patience: float | None = None, at_the_end: float | None = LONG_PATIENCE
    ) -> None:
        """All but the last step. Raises Conflict, and Unavailable while the broker is away: then a timer goes on."""
        at, seed = self._ports.clock.now(), self._ports.codes.draw_seed(roster.id)
        await self.commit(roster.id, patience)
        await self._rosters.change(roster.id, lambda each: drawing.begin(each, at))
        roster = await self._rosters.get(roster.id)
        frozen = await self._sheets.change_all(roster, lambda each: each.freeze())
        listed = on_the_list(each for sheet in frozen for each in sheet)
        result = drawing.result(roster, listed, seed)
        await self._rosters.change(roster.id, lambda each: drawing.seat(each, result, listed, seed, at))
        await self._sheets.change_all(roster, lambda each: each.settle(result, at))
        if not await self._told(roster, at_the_end):
            raise DrawUnderWay()
