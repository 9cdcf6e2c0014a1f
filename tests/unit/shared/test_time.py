"""Clocks, the district's zone, working days."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.settings import ServiceSettings
from shared.time import (
    MissingCalendarYear,
    SteeredClock,
    SystemClock,
    WorkingCalendar,
    day_of,
    end_of_day,
    start_of_day,
    start_of_year,
    steer,
)
from tests.support.district import HEDONG

CALENDAR = WorkingCalendar.load(HEDONG / "calendar")
EIGHT = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2021-02-07", True),  # a Sunday worked for the Spring Festival
        ("2021-02-11", False),
        ("2021-09-18", True),  # a Saturday worked for Mid-Autumn
        ("2021-09-20", False),
        ("2021-10-01", False),
        ("2021-10-08", True),
        ("2021-10-09", True),  # a Saturday
        ("2022-01-03", False),
        ("2022-10-08", True),
        ("2023-10-06", False),
        ("2024-02-18", True),
        ("2025-01-26", True),
        ("2026-01-01", False),
    ],
)
def test_working_days_are_those_of_the_yearly_lists(day: str, works: bool) -> None:  # noqa: FBT001 a table
    assert CALENDAR.is_workday(date.fromisoformat(day)) is works


def test_it_counts_over_a_long_holiday() -> None:
    before = date(2021, 9, 29)  # a Wednesday
    assert CALENDAR.add_workdays(before, 1) == date(2021, 9, 30)
    assert CALENDAR.add_workdays(before, 2) == date(2021, 10, 8)
    assert CALENDAR.add_workdays(before, 3) == date(2021, 10, 9)
    assert CALENDAR.add_workdays(date(2021, 10, 8), -1) == date(2021, 9, 30)
    assert CALENDAR.add_workdays(before, 0) == before
    assert CALENDAR.roll_forward(date(2021, 10, 1)) == date(2021, 10, 8)
    assert CALENDAR.roll_forward(date(2021, 10, 8)) == date(2021, 10, 8)


@given(st.dates(date(2021, 3, 1), date(2026, 9, 1)), st.integers(1, 40))
def test_going_there_and_back_ends_where_it_began(day: date, count: int) -> None:
    there = CALENDAR.add_workdays(day, count)
    assert CALENDAR.is_workday(there)
    if CALENDAR.is_workday(day):
        assert CALENDAR.add_workdays(there, -count) == day


@pytest.mark.parametrize("day", [date(2020, 12, 31), date(2027, 1, 1)])
def test_a_missing_year_is_named_and_never_guessed(day: date) -> None:
    last_known = date(2026, 12, 31) if day.year == 2027 else date(2021, 1, 1)
    questions: list[Callable[[], object]] = [
        lambda: CALENDAR.is_workday(day),
        lambda: CALENDAR.roll_forward(day),
        lambda: CALENDAR.add_workdays(last_known, 1 if day > last_known else -1),
    ]
    for question in questions:
        with pytest.raises(MissingCalendarYear, match=str(day.year)) as refusal:
            question()
        assert refusal.value.facts == {"year": day.year}
        assert (refusal.value.status, refusal.value.retry_after) == (503, 600)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("year: [", "expected"),
        ("year: 2021", "source"),
        ("{year: 2021, source: s, holidays: [2021-01-01], workdays: [2022-01-01]}", "does not lie in 2021"),
        ("{year: 2021, source: s, holidays: [2021-01-01], workdays: [2021-01-01]}", "holiday and a workday"),
        ("{year: 2021, source: s, holidays: [soon], workdays: []}", "holidays"),
        ("{year: 2021, source: s, holidays: [], workdays: [], more: 1}", "more"),
    ],
)
def test_a_damaged_year_is_said_with_its_file(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "2021.yaml").write_text(content)
    with pytest.raises(ValueError, match=r"2021\.yaml") as error:
        WorkingCalendar.load(tmp_path)
    assert said in str(error.value)


def test_a_year_given_twice_and_no_year_at_all_are_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no <year>\.yaml"):
        WorkingCalendar.load(tmp_path)
    for name in ("2021.yaml", "again.yaml"):
        (tmp_path / name).write_text("{year: 2021, source: s, holidays: [], workdays: []}")
    with pytest.raises(ValueError, match=r"again\.yaml: 2021 was given"):
        WorkingCalendar.load(tmp_path)


def test_days_and_years_are_those_of_shanghai() -> None:
    evening = datetime(2021, 12, 31, 16, 0, tzinfo=UTC)
    assert day_of(evening) == date(2022, 1, 1)
    assert day_of(evening - timedelta(milliseconds=1)) == date(2021, 12, 31)
    assert start_of_year(2022) == evening == start_of_day(date(2022, 1, 1)) == end_of_day(date(2021, 12, 31))


@given(st.dates(date(1992, 1, 1), date(2100, 1, 1)))
def test_a_day_lasts_from_its_start_to_its_end(day: date) -> None:
    assert day_of(start_of_day(day)) == day
    assert day_of(end_of_day(day) - timedelta(milliseconds=1)) == day
    assert end_of_day(day) - start_of_day(day) == timedelta(hours=24)


def test_the_real_clock_is_utc_in_whole_milliseconds() -> None:
    now = SystemClock().now()
    assert (now.tzinfo, now.microsecond % 1000) == (UTC, 0)


async def test_the_real_clock_pauses_no_longer_than_asked() -> None:
    clock = SystemClock()
    begun = clock.now()
    await clock.pause(begun + timedelta(days=1), at_most=0.02)
    await clock.pause(begun - timedelta(days=1), at_most=10)
    await clock.pause(None, at_most=0.02)
    assert clock.now() - begun < timedelta(seconds=5)


def test_a_steered_clock_stands_until_it_is_steered(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    steer(file, datetime(2021, 9, 1, 12, 0, 0, 123456, tzinfo=EIGHT))
    clock = SteeredClock(file)
    assert clock.now() == datetime(2021, 9, 1, 4, 0, 0, 123000, tzinfo=UTC) == clock.now()
    steer(file, datetime(2021, 9, 2, tzinfo=UTC))
    assert clock.now() == datetime(2021, 9, 2, tzinfo=UTC) == SteeredClock(file).now(), "it survives a restart"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("content", [None, "", "soon", "2021-13-01T00:00:00Z"])
def test_a_steered_clock_without_a_time_is_an_error_that_names_the_file(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "clock"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ValueError, match=str(file)):
        SteeredClock(file)


def test_a_steered_clock_is_refused_in_production(tmp_path: Path) -> None:
    clock = {"steered_file": tmp_path / "clock"}
    with pytest.raises(ValueError, match="OPENDAY_CLOCK__STEERED_FILE"):
        ServiceSettings.model_validate({"profile": "production", "clock": clock})
    assert ServiceSettings.model_validate({"profile": "test", "clock": clock}).clock.steered_file
