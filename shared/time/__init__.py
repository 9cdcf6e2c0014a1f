"""Time as the rules need it: an injected clock, the district's zone, working days."""

from shared.time.calendar import MissingCalendarYear, WorkingCalendar
from shared.time.clock import Clock, SteeredClock, SystemClock, elapsed, steer
from shared.time.zone import SHANGHAI, day_of, end_of_day, start_of_day, start_of_year

__all__ = [
    "SHANGHAI",
    "Clock",
    "MissingCalendarYear",
    "SteeredClock",
    "SystemClock",
    "WorkingCalendar",
    "day_of",
    "elapsed",
    "end_of_day",
    "start_of_day",
    "start_of_year",
    "steer",
]
