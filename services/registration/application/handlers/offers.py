"""Offers: a held seat is taken, given up, or goes on when its time is over."""

from collections.abc import Awaitable, Callable

from services.registration.application import commands as c
from services.registration.application.ports import Ports
from services.registration.domain import offering
from services.registration.domain.admission import Admission
from services.registration.domain.place import Status
from services.registration.domain.roster import Roster
from shared.commands import Actor

MaySee = Callable[[Actor, Roster, str, str | None], Awaitable[None]]
Ring = Callable[[str, str], Awaitable[None]]


class OfferHandlers:
    """Handlers for answers, and for the deadline; `ring` hands other timers of a roster on."""

    def __init__(self, ports: Ports, may_see: MaySee, ring: Ring) -> None:
        self._ports = ports
        self._rosters = ports.rosters
        self._may_see = may_see
        self._ring = ring

    async def accept(self, command: c.AcceptOffer) -> Admission:
        at, roster = self._ports.clock.now(), await self._rosters.get(command.point_id)
        await self._may_see(command.actor, roster, command.registration_id, command.claim_code)
        admission = await self._rosters.change(
            roster.id,
            lambda each: offering.accept(each, command.registration_id, at),
            once=command.once,
            answer=Admission,
        )
        self._count(roster, command.registration_id, "offer_accepted")
        return admission

    async def decline(self, command: c.DeclineOffer) -> Admission:
        at, roster = self._ports.clock.now(), await self._rosters.get(command.point_id)
        await self._may_see(command.actor, roster, command.registration_id, command.claim_code)
        admission = await self._rosters.change(
            roster.id,
            lambda each: offering.decline(each, command.registration_id, at),
            once=command.once,
            answer=Admission,
        )
        self._count(roster, command.registration_id, "offer_declined")
        return admission

    async def ring(self, point_id: str, timer: str) -> None:
        """By the time that it is, not by the deadline: who is asked next has the whole time, however late it rings."""
        if timer != offering.OFFER:
            await self._ring(point_id, timer)
            return
        now = self._ports.clock.now()
        await self._rosters.change(point_id, lambda each: offering.expire(each, now))

    def _count(self, roster: Roster, registration_id: str, outcome: str) -> None:
        """Once: `roster` is as it was before, and a second click finds no offer in it."""
        mine = roster.registrations.get(registration_id)
        if mine and mine.status == Status.OFFERED:
            self._ports.metrics.count("registrations_total", town=roster.town, category=mine.category, outcome=outcome)
