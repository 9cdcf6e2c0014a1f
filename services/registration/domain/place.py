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
    OFFERED = "offered"
    DECLINED = "declined"
    EXPIRED = "expired"


LIVE = {Status.APPLIED, Status.CONFIRMED, Status.WAITLISTED, Status.OFFERED, Status.ATTENDED, Status.ABSENT}
SEATED = {Status.CONFIRMED, Status.ATTENDED, Status.ABSENT}
HELD = SEATED | {Status.OFFERED}
GONE = {Status.CANCELLED, Status.DECLINED, Status.EXPIRED}

REGISTRATION = Machine(
    "registration",
    {
        None: {"register": (Status.APPLIED, Status.CONFIRMED, Status.WAITLISTED)},
        Status.APPLIED: {
            "cancel": (Status.CANCELLED,),
            "draw": (Status.CONFIRMED, Status.WAITLISTED, Status.NOT_DRAWN),
        },
        Status.WAITLISTED: {
            "cancel": (Status.CANCELLED,),
            "promote": (Status.CONFIRMED,),
            "offer": (Status.OFFERED,),
        },
        Status.OFFERED: {
            "cancel": (Status.DECLINED,),
            "accept": (Status.CONFIRMED,),
            "decline": (Status.DECLINED,),
            "expire": (Status.EXPIRED,),
            "finish": (Status.EXPIRED,),
        },
        Status.CONFIRMED: {
            "cancel": (Status.CANCELLED,),
            "accept": (Status.CONFIRMED,),
            "check_in": (Status.ATTENDED,),
            "finish": (Status.ABSENT,),
        },
        Status.ATTENDED: {"check_in": (Status.ATTENDED,), "undo_check_in": (Status.CONFIRMED,)},
        Status.CANCELLED: {},
        Status.DECLINED: {"decline": (Status.DECLINED,)},
        Status.EXPIRED: {},
        Status.ABSENT: {},
        Status.NOT_DRAWN: {},
    },
)
"""`draw`, `promote`, `offer`, `expire` and `finish` happen to it: the open point's draw, a seat that became free, long
before the activity or shortly, a deadline, the end of the day. To accept or decline twice changes nothing."""


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

    `answer_by`: while a seat is held for them, until when.
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
    answer_by: datetime | None = None


@dataclass(frozen=True)
class Scan:
    """What the door is told."""

    result: str
    registration_id: str
    category: Category
    first_at: datetime
    first_device: str | None = None
