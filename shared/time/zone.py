"""The zone of every rule. Instants are stored in UTC; days, deadlines and years are those of Asia/Shanghai."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day_of(instant: datetime) -> date:
    """The calendar day on which `instant` falls in the district."""
    return instant.astimezone(SHANGHAI).date()


def start_of_day(day: date) -> datetime:
    """0:00 of `day` in the district, in UTC."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """24:00 of `day` in the district, in UTC."""
    return start_of_day(day + timedelta(days=1))


def start_of_year(year: int) -> datetime:
    """The first instant of `year` in the district, in UTC."""
    return datetime(year, 1, 1, tzinfo=SHANGHAI).astimezone(UTC)
