"""What is shown at the door."""

from services.registration.api.schemas.common import Id, Moment, View
from services.registration.domain.ticket import IssuedTicket


class TicketView(View):
    """A ticket: the text of its QR code, eight digits to type instead, and when the door takes it. It names nobody."""

    registration_id: Id
    open_point_id: Id
    ticket: str
    number: str
    edition: int
    valid_from: Moment
    valid_until: Moment

    @classmethod
    def of(cls, issued: IssuedTicket) -> "TicketView":
        """From the domain."""
        return cls(
            registration_id=issued.registration_id,
            open_point_id=issued.point_id,
            ticket=issued.text,
            number=issued.number,
            edition=issued.edition,
            valid_from=issued.valid_from,
            valid_until=issued.valid_until,
        )
