"""What happened to an activity, to be published."""

from dataclasses import dataclass
from datetime import datetime

from services.registration.domain.activity_parts import Attendance, CreditedHost, OpenPoint, Session
from services.registration.domain.plan_content import Selection
from shared.aggregate import Fact


@dataclass(frozen=True)
class ActivityAnnounced(Fact):
    activity_id: str
    title: str
    theme: str
    town: str
    selection: Selection
    hosts: tuple[CreditedHost, ...]
    points: tuple[OpenPoint, ...]
    session: Session
    announced_at: datetime
    plan_filed_at: datetime
    programme_id: str | None


@dataclass(frozen=True)
class ActivityRescheduled(Fact):
    activity_id: str
    previous: Session
    session: Session
    at: datetime


@dataclass(frozen=True)
class ActivityCancelled(Fact):
    activity_id: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class ActivityHeld(Fact):
    activity_id: str
    town: str
    hosts: tuple[CreditedHost, ...]
    session: Session
    announced_at: datetime
    plan_filed_at: datetime
    attendance: Attendance
