"""The parts of a plan that only its readers need, all optional; and when it is to be, as vaguely as it is known.

Invitees, sign-up, division of work, safety and contingency (weather), publicity, feedback are what plans elsewhere
usually hold. A time may read "early October, to be announced" until the announcement, which needs the exact one.
"""

from dataclasses import dataclass
from datetime import date

from shared.errors import Invalid


@dataclass(frozen=True)
class Sections:
    """Texts of the unit."""

    invitees: str | None = None
    sign_up: str | None = None
    division_of_work: str | None = None
    safety: str | None = None
    publicity: str | None = None
    feedback: str | None = None


@dataclass(frozen=True)
class PlannedTime:
    """In words, as a range of days (both included, either end open), or both."""

    said: str | None = None
    earliest: date | None = None
    latest: date | None = None


def check_time(time: PlannedTime | None) -> None:
    """Raises Invalid when it says nothing, or ends before it begins."""
    if time is None:
        return
    if time == PlannedTime():
        raise Invalid("time_empty", "拟定时间须写明文字或日期。", "A planned time needs words or days.")
    if time.earliest and time.latest and time.latest < time.earliest:
        raise Invalid("dates_reversed", "结束日期早于开始日期。", "The latest day lies before the earliest.")
