"""What is shown at a door, as the place that it means: a ticket, its number, a claim code, a registration's id."""

import re
from dataclasses import dataclass

from services.registration.application.ports import Codes, Tickets
from services.registration.domain.door import Result
from services.registration.domain.roster import Roster
from services.registration.domain.ticket import FORM, checked_number, is_number, tag

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Meant:
    """Whose place; the edition where it was a ticket; or what is wrong with it."""

    registration_id: str | None = None
    edition: int | None = None
    fault: Result | None = None


UNKNOWN = Meant(fault=Result.UNKNOWN_CODE)


class Recognition:
    """Reads what cameras and people bring."""

    def __init__(self, tickets: Tickets, codes: Codes) -> None:
        self._tickets = tickets
        self._codes = codes

    def meant(self, roster: Roster, shown: str) -> Meant:
        """Raises Invalid for a ticket number that was mistyped."""
        text = shown.strip()
        if text.upper().startswith(FORM):
            return self._ticket(roster, text)
        if _ID.fullmatch(text):
            return Meant(text)
        holder = next((each for each in roster.registrations if self._codes.matches(each, text)), None)
        if holder:
            return Meant(holder)
        return self._number(roster, checked_number(text)) if is_number(text) else UNKNOWN

    def _ticket(self, roster: Roster, text: str) -> Meant:
        ticket = self._tickets.read(text)
        if ticket is None:
            return Meant(fault=Result.BAD_SIGNATURE)
        if ticket.activity_tag != tag(roster.activity_id):
            return Meant(ticket.registration_id, fault=Result.WRONG_ACTIVITY)
        if ticket.point_tag != tag(roster.id):
            return Meant(ticket.registration_id, fault=Result.WRONG_POINT)
        return Meant(ticket.registration_id, ticket.edition)

    def _number(self, roster: Roster, number: str) -> Meant:
        place, edition = self._tickets.numbered(roster.id, number)
        for each in roster.registrations.values():
            if each.ticket == place and 1 <= edition <= each.ticket_edition:
                return Meant(each.id, edition)
        return UNKNOWN
