"""The two-day clock (两日内): when materials are due, and how late a filing is. Policy clause six (2).

The clause does not say which days it counts, so the reading is a setting. The day of the activity is not counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from shared.ids import readable_code
from shared.time import WorkingCalendar, day_of, end_of_day

Reading = Literal["A", "B", "C"]
"""A: two calendar days on · B: A, rolled forward to a working day · C: two working days on."""

DAYS = 2
INSTANT = timedelta(milliseconds=1)  # the clock counts whole milliseconds


def filing_due(held_at: datetime, reading: Reading, calendar: WorkingCalendar) -> datetime:
    """The last instant that is on time: 24:00 in the district. Raises MissingCalendarYear (never for reading A)."""
    held_on = day_of(held_at)
    if reading == "C":
        return end_of_day(calendar.add_workdays(held_on, DAYS))
    last_day = held_on + timedelta(days=DAYS)
    return end_of_day(calendar.roll_forward(last_day) if reading == "B" else last_day)


def days_late(filed_at: datetime, due_at: datetime) -> int:
    """District calendar days from the due day to the day of filing; 0 when on time, at least 1 when not."""
    if filed_at <= due_at:
        return 0
    due_day = day_of(due_at - INSTANT)  # 24:00 belongs to the day that it ends
    return (day_of(filed_at) - due_day).days


@dataclass(frozen=True)
class Deadline:
    """When the clock runs out, and the reading that set it."""

    due_at: datetime
    reading: Reading

    @property
    def first_late(self) -> datetime:
        """The first instant that is not on time any more."""
        return self.due_at + INSTANT


@dataclass(frozen=True)
class Filing:
    """The first complete submission. It alone fixes lateness; corrections never cure it."""

    filed_at: datetime
    due_at: datetime
    on_time: bool
    days_late: int
    receipt: str


@dataclass(frozen=True)
class FilingRule:
    """How this district reads the clause."""

    reading: Reading
    calendar: WorkingCalendar
    receipt_prefix: str

    def deadline(self, held_at: datetime) -> Deadline:
        """Of an activity whose last session ended at `held_at`. Raises MissingCalendarYear."""
        return Deadline(filing_due(held_at, self.reading, self.calendar), self.reading)

    def filing(self, activity_id: str, filed_at: datetime, due_at: datetime) -> Filing:
        """The judgement on a first complete submission, with its receipt number (`hd-2021-7gk2m9qa`)."""
        code = readable_code(b"openday filing receipt", activity_id).lower()
        return Filing(
            filed_at=filed_at,
            due_at=due_at,
            on_time=filed_at <= due_at,
            days_late=days_late(filed_at, due_at),
            receipt=f"{self.receipt_prefix}-{day_of(filed_at).year}-{code}",
        )
