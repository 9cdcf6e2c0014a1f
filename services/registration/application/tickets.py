"""A place's ticket in both of its forms."""

from services.registration.application.ports import Tickets
from services.registration.domain.roster import Roster
from services.registration.domain.ticket import IssuedTicket, Ticket


def issued(tickets: Tickets, roster: Roster, registration_id: str) -> IssuedTicket:
    """As it is valid now. Raises NotFound, and Conflict where no place is confirmed."""
    mine = roster.ticket_holder(registration_id)
    return IssuedTicket(
        registration_id=mine.id,
        point_id=roster.id,
        text=tickets.sign(Ticket.of(mine, roster.activity_id, roster.id)),
        number=tickets.number(roster.id, mine.ticket, mine.ticket_edition),
        edition=mine.ticket_edition,
        valid_from=roster.doorway.opens_at,
        valid_until=roster.doorway.closes_at,
    )
