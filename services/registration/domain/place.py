"""One representative's place at an open point: its states, what the door says of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.registration.domain.composition import Category
from shared.aggregate import Machine


class Status(StrEnum):
    APPLIED = "applied"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    ABSENT = "absent"
    NOT_DRAWN = "not_drawn"


LIVE = {Status.APPLIED, Status.CONFIRMED, Status.WAITLISTED, Status.ATTENDED, Status.ABSENT}
SEATED = {Status.CONFIRMED, Status.ATTENDED, Status.ABSENT}

REGISTRATION = Machine(
    "registration",
    {
        None: {"register": (Status.APPLIED, Status.CONFIRMED, Status.WAITLISTED)},
        Status.APPLIED: {
            "cancel": (Status.CANCELLED,),
            "draw": (Status.CONFIRMED, Status.WAITLISTED, Status.NOT_DRAWN),
        },
        Status.WAITLISTED: {"cancel": (Status.CANCELLED,), "promote": (Status.CONFIRMED,)},
        Status.CONFIRMED: {
            "cancel": (Status.CANCELLED,),
            "check_in": (Status.ATTENDED,),
            "finish": (Status.ABSENT,),
        },
        Status.ATTENDED: {"check_in": (Status.ATTENDED,), "undo_check_in": (Status.CONFIRMED,)},
        Status.CANCELLED: {},
        Status.ABSENT: {},
        Status.NOT_DRAWN: {},
    },
)
"""`draw`, `promote` and `finish` happen to it: the open point's draw, a seat that became free, the end of the day."""


@dataclass(frozen=True)
class UndoneCheckIn:
    """Who took a check-in back, when and why. Written by staff, so it never leaves the roster."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Entrance:
    """The scan by which somebody came in; an empty id is no scan's."""

    scan_id: str
    device: str


@dataclass(frozen=True)
class Registration:
    """One representative's place; `ticket` is the place in the queue of the category, `undone` the last mistake.

    `ticket_edition`: of what is shown at the door (`domain.ticket`); it rises when that is reissued.
    """

    id: str
    category: Category
    grassroots: bool
    status: Status
    ticket: int
    at: datetime
    checked_in_at: datetime | None = None
    undone: UndoneCheckIn | None = None
    ticket_edition: int = 1
    entrance: Entrance | None = None


@dataclass(frozen=True)
class Scan:
    """What the door is told."""

    result: str
    registration_id: str
    category: Category
    first_at: datetime
    first_device: str | None = None
