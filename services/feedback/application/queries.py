"""Questions to feedback: they read, and change nothing."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from services.feedback.application.ports import Ports
from services.feedback.domain.opinion import Opinion
from services.feedback.domain.register import Register
from services.feedback.domain.vocabulary import ANSWERED_STATES, State
from shared.commands import Actor
from shared.errors import NotFound, not_found
from shared.repository import Versioned


@dataclass(frozen=True, kw_only=True)
class Search:
    """Which opinions to list; None: any."""

    activity_id: str | None = None
    unit_id: str | None = None
    state: State | None = None
    overdue: bool | None = None


@dataclass(frozen=True)
class Counts:
    """Opinions of one activity. When all is done, `received` = `on_site` + `answered`.

    `assigned`, `transferred`, `overdue`, `supervised`: to how many that ever happened. `answered`: assigned ones whose
    reply passed its review.
    """

    received: int
    on_site: int
    assigned: int
    transferred: int
    overdue: int
    supervised: int
    answered: int
    published: int

    @classmethod
    def of(cls, opinions: list[Opinion]) -> "Counts":
        """Counted now."""
        return cls(
            received=len(opinions),
            on_site=sum(each.on_site is not None for each in opinions),
            assigned=sum(each.assignment is not None for each in opinions),
            transferred=sum(each.transfers > 0 for each in opinions),
            overdue=sum(bool(each.overdue) for each in opinions),
            supervised=sum(bool(each.supervisions) for each in opinions),
            answered=sum(each.state in ANSWERED_STATES for each in opinions),
            published=sum(each.public for each in opinions),
        )


class Queries:
    """Reads over the service's own aggregates."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def opinion(self, actor: Actor, opinion_id: str) -> Versioned[Opinion]:
        """For the staff of the responsible unit and the district. Raises NotFound, Forbidden."""
        found = await self._ports.opinions.versioned(opinion_id)
        actor.must_act_for(found.aggregate.unit_id)
        return found

    async def claimed(self, actor: Actor, opinion_id: str, code: str | None) -> Opinion:
        """For the holder of the code. Raises the same NotFound whether the id or the code is wrong, TooManyRequests."""
        if not self._ports.claims.opens(opinion_id, code, actor.origin):
            raise not_found("opinion")
        return await self._ports.opinions.get(opinion_id)

    async def opinions(self, actor: Actor, search: Search, *, after: str | None = None) -> list[Opinion]:
        """By serial number, beyond `after`; unit staff see what their units are responsible for."""
        if search.unit_id:
            actor.must_act_for(search.unit_id)
        wanted = {"activity_id": search.activity_id, "unit_id": search.unit_id, "state": search.state}
        found = await self._ports.opinions.find({key: value for key, value in wanted.items() if value})
        seen = (each for each in found if _visible(actor, each) and each.serial > (after or ""))
        return sorted(
            (each for each in seen if search.overdue in (None, bool(each.overdue))), key=lambda each: each.serial
        )

    async def register(self, actor: Actor, activity_id: str) -> tuple[Register, Counts]:
        """For the hosts and the district. Raises NotFound, Forbidden."""
        register = await self._ports.registers.get(activity_id)
        actor.must_act_for(*(register.activity.hosts if register.activity else ()))
        return register, Counts.of(await self._noted(register))

    async def published(self, activity_id: str) -> list[Opinion]:
        """What everyone may read, in the order of receipt. Raises NotFound."""
        register = await self._ports.registers.get(activity_id)
        return [each for each in await self._noted(register) if each.public]

    async def _noted(self, register: Register) -> list[Opinion]:
        """By id, each at the cost of one look-up; a number whose opinion is still on its way is passed over."""
        found = await asyncio.gather(*(self._find(each) for each in register.noted))
        return [each for each in found if each]

    async def _find(self, opinion_id: str) -> Opinion | None:
        with suppress(NotFound):
            return await self._ports.opinions.get(opinion_id)
        return None


def _visible(actor: Actor, opinion: Opinion) -> bool:
    return actor.district_wide or opinion.unit_id in actor.units
