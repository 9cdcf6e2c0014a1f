"""Working days: every day agrees with an independent list, and the golden filing days follow from them."""

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar
import pytest

from deploy.data import HEDONG, DistrictData, load_calendar
from deploy.data.load import CALENDAR_FOLDER
from deploy.data.models import CalendarYear
from shared.time.calendar import WorkingCalendar
from tests.unit.data.workdays import filing_day, is_workday

YEARS = (2021, 2022, 2023, 2024, 2025, 2026)


def _days(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_what_an_independent_calendar_says(year: int) -> None:
    calendar = load_calendar()
    differing = [day for day in _days(year) if is_workday(day, calendar) != chinese_calendar.is_workday(day)]
    assert differing == []


@pytest.mark.parametrize("year", YEARS)
def test_the_services_read_the_same_days_from_the_same_files(year: int) -> None:
    calendar = WorkingCalendar.load(HEDONG / CALENDAR_FOLDER)
    differing = [day for day in _days(year) if calendar.is_workday(day) != chinese_calendar.is_workday(day)]
    assert differing == []


def test_exactly_the_years_of_the_notices_are_there() -> None:
    calendar = load_calendar()
    assert tuple(calendar) == YEARS
    # the notice for a year appears in the autumn before: 国办发明电〔2020〕27号 is that of 2021
    assert all(f"〔{year - 1}〕" in calendar[year].source and str(year) in calendar[year].source for year in YEARS)


# The days as the State Council's notice for 2021 (国办发明电〔2020〕27号) words them, typed in from its text.
NOTICE_2021_OFF = [
    (date(2021, 1, 1), 3),
    (date(2021, 2, 11), 7),
    (date(2021, 4, 3), 3),
    (date(2021, 5, 1), 5),
    (date(2021, 6, 12), 3),
    (date(2021, 9, 19), 3),
    (date(2021, 10, 1), 7),
]
NOTICE_2021_WORKED = ["02-07", "02-20", "04-25", "05-08", "09-18", "09-26", "10-09"]


def test_2021_is_what_the_notice_says() -> None:
    calendar = load_calendar()
    off = {first + timedelta(days=number) for first, length in NOTICE_2021_OFF for number in range(length)}
    worked = {date.fromisoformat(f"2021-{day}") for day in NOTICE_2021_WORKED}
    for day in _days(2021):
        expected = day in worked or (day.weekday() < 5 and day not in off)
        assert is_workday(day, calendar) is expected, day


GOLDEN_READING_B = [
    ("2021-09-15", "2021-09-17"),
    ("2021-09-17", "2021-09-22"),
    ("2021-09-24", "2021-09-26"),
    ("2021-09-30", "2021-10-08"),
    ("2021-12-09", "2021-12-13"),
    ("2025-09-26", "2025-09-28"),
    ("2025-09-30", "2025-10-09"),
    ("2025-10-10", "2025-10-13"),
    ("2026-02-13", "2026-02-24"),
]


@pytest.mark.parametrize(("held", "due"), GOLDEN_READING_B)
def test_filing_day_is_two_days_on_rolled_to_a_working_day(held: str, due: str) -> None:
    assert filing_day(date.fromisoformat(held), load_calendar()) == date.fromisoformat(due)


def test_monday_to_friday_alone_would_miss_golden_days() -> None:
    """The control: without the yearly lists some golden days come out wrong, so they do test the lists."""
    plain = {year: CalendarYear.model_construct(year=year, source="none", holidays=(), workdays=()) for year in YEARS}
    wrong = [held for held, due in GOLDEN_READING_B if str(filing_day(date.fromisoformat(held), plain)) != due]
    assert wrong == ["2021-09-17", "2021-09-24", "2021-09-30", "2025-09-26", "2025-09-30", "2026-02-13"]


def test_sessions_are_on_working_days(hedong: DistrictData) -> None:
    for activity in hedong.season.activities:
        later = activity.rescheduling.sessions if activity.rescheduling else ()
        for session in activity.sessions + later:
            assert is_workday(session.starts_at.date(), hedong.calendar), activity.id
