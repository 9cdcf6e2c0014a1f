"""How many working days each step may take, and the instants that follow from it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from shared.time import WorkingCalendar, day_of, end_of_day


@dataclass(frozen=True)
class Clocks:
    """When one assignment is to be accepted and answered, and when it speaks up by itself."""

    accept_by: datetime
    reply_by: datetime
    due_soon_at: datetime
    supervise_at: datetime


@dataclass(frozen=True)
class ServiceLevels:
    """In working days, counted from the day after; due at 24:00 Asia/Shanghai of the last day."""

    SOURCE: ClassVar[str] = "illustrative; the policy gives none"

    triage: int = 2
    accept: int = 1
    reply: int = 10
    reply_complex: int = 15
    remind_before: int = 2
    supervise_after: int = 5

    def triage_by(self, calendar: WorkingCalendar, received_at: datetime) -> datetime:
        """Until when the office assigns an opinion. Raises MissingCalendarYear."""
        return end_of_day(calendar.add_workdays(day_of(received_at), self.triage))

    def clocks(self, calendar: WorkingCalendar, assigned_at: datetime, *, is_complex: bool) -> Clocks:
        """The clocks of an assignment made at that instant. Raises MissingCalendarYear."""
        day = day_of(assigned_at)
        last = calendar.add_workdays(day, self.reply_complex if is_complex else self.reply)
        return Clocks(
            accept_by=end_of_day(calendar.add_workdays(day, self.accept)),
            reply_by=end_of_day(last),
            due_soon_at=end_of_day(calendar.add_workdays(last, -self.remind_before)),
            supervise_at=end_of_day(calendar.add_workdays(last, self.supervise_after)),
        )
