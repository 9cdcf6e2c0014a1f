"""Working days and due days, reckoned plainly from the data: an oracle of a few lines, apart from the product's."""

from datetime import date, datetime, timedelta, timezone

from deploy.data import DistrictData
from deploy.data.models import CalendarYear, Opinion
from deploy.data.models.opinions import Assigned, Transferred

SATURDAY = 5
LOCAL = timezone(timedelta(hours=8))


def is_workday(day: date, calendar: dict[int, CalendarYear]) -> bool:
    year = calendar[day.year]
    return day in year.workdays or (day.weekday() < SATURDAY and day not in year.holidays)


def filing_day(last_day: date, calendar: dict[int, CalendarYear]) -> date:
    """Reading B: two calendar days on, then the next working day."""
    day = last_day + timedelta(days=2)
    while not is_workday(day, calendar):
        day += timedelta(days=1)
    return day


def after_workdays(day: date, count: int, calendar: dict[int, CalendarYear]) -> date:
    """The `count`-th working day after `day`."""
    while count:
        day += timedelta(days=1)
        count -= is_workday(day, calendar)
    return day


def midnight_after(day: date) -> datetime:
    """24:00 of `day`."""
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL) + timedelta(days=1)


def time_left(opinion: Opinion, hedong: DistrictData) -> timedelta:
    """How long before (or, negative, after) its end the last handling unit's reply was published."""
    handed = [step for step in opinion.steps if isinstance(step, Assigned | Transferred)][-1]
    due = midnight_after(after_workdays(handed.at.date(), hedong.season.opinion_terms.reply, hedong.calendar))
    published = next(step.at for step in opinion.steps if step.do == "published")
    return due - published
