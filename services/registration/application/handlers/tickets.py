"""Tickets: reissue."""

from services.registration.application import commands as c
from services.registration.application.ports import Ports
from services.registration.application.queries import MaySee
from services.registration.application.tickets import issued
from services.registration.domain.ticket import IssuedTicket


class TicketHandlers:
    """Handlers for what is shown at the door."""

    def __init__(self, ports: Ports, may_see: MaySee) -> None:
        self._ports = ports
        self._may_see = may_see

    async def reissue(self, command: c.ReissueTicket) -> IssuedTicket:
        rosters = self._ports.rosters
        roster = await rosters.get(command.point_id)
        await self._may_see(command.actor, roster, command.registration_id, command.claim_code)
        await rosters.change(
            roster.id, lambda each: each.reissue_ticket(command.registration_id), once=command.once, answer=int
        )
        return issued(self._ports.tickets, await rosters.get(roster.id), command.registration_id)
