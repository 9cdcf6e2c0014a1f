"""One representative's place at an open point: its states, what the door says of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.registration.domain.composition import Category


class Status(StrEnum):
    APPLIED = "applied"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    ABSENT = "absent"


LIVE = {Status.APPLIED, Status.CONFIRMED, Status.WAITLISTED, Status.ATTENDED, Status.ABSENT}
SEATED = {Status.CONFIRMED, Status.ATTENDED, Status.ABSENT}


@dataclass(frozen=True)
class UndoneCheckIn:
    """Who took a check-in back, when and why. Written by staff, so it never leaves the roster."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Registration:
    """One representative's place; `ticket` is the place in the queue of the category, `undone` the last mistake."""

    id: str
    category: Category
    grassroots: bool
    status: Status
    ticket: int
    at: datetime
    checked_in_at: datetime | None = None
    undone: UndoneCheckIn | None = None


@dataclass(frozen=True)
class Scan:
    """What the door is told."""

    result: str
    registration_id: str
    category: Category
    first_at: datetime
