"""Those who have a place are asked again after a rescheduling: who keeps it says so, who gives it up cancels."""

from collections.abc import Awaitable, Callable

from services.registration.application import commands as c
from services.registration.application.ports import Ports
from services.registration.domain.roster import Roster
from shared.commands import Actor

MaySee = Callable[[Actor, Roster, str, str | None], Awaitable[None]]


class ReconfirmationHandlers:
    """Handlers for answers. Giving up is `CancelRegistration`: the roster alone knows who has a place."""

    def __init__(self, ports: Ports, may_see: MaySee) -> None:
        self._ports = ports
        self._may_see = may_see

    async def keep(self, command: c.KeepPlace) -> None:
        at, roster = self._ports.clock.now(), await self._ports.rosters.get(command.point_id)
        await self._may_see(command.actor, roster, command.registration_id, command.claim_code)
        await self._ports.reconfirmations.change(
            roster.id, lambda each: each.keep(roster, command.registration_id, at), once=command.once
        )
