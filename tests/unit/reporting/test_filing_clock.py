"""The two-day clock: golden dates, and what holds for every date."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.filing import FilingRule, Reading, days_late, filing_due
from shared.time import MissingCalendarYear, WorkingCalendar, day_of, end_of_day

CALENDAR = WorkingCalendar.load(Path(__file__).resolve().parents[3] / "deploy" / "data" / "hedong" / "calendar")
SHANGHAI = ZoneInfo("Asia/Shanghai")

# Held on · A: two calendar days on · B: rolled to a working day · C: two working days on. The State Council's lists of
# 2021, 2025 and 2026 make some Sundays working days and some weekdays holidays.
GOLDEN = [
    ("2021-09-15", "2021-09-17", "2021-09-17", "2021-09-17"),
    ("2021-09-17", "2021-09-19", "2021-09-22", "2021-09-22"),
    ("2021-09-24", "2021-09-26", "2021-09-26", "2021-09-27"),
    ("2021-09-30", "2021-10-02", "2021-10-08", "2021-10-09"),
    ("2021-12-09", "2021-12-11", "2021-12-13", "2021-12-13"),
    ("2025-09-26", "2025-09-28", "2025-09-28", "2025-09-29"),
    ("2025-09-30", "2025-10-02", "2025-10-09", "2025-10-10"),
    ("2025-10-10", "2025-10-12", "2025-10-13", "2025-10-13"),
    ("2026-02-13", "2026-02-15", "2026-02-24", "2026-02-24"),
]
TABLE = [(row[0], reading, row[1 + index]) for row in GOLDEN for index, reading in enumerate("ABC")]

FIRST, LAST = datetime(2021, 1, 4, tzinfo=UTC), datetime(2026, 12, 20, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

instants = st.integers(0, (LAST - FIRST) // MILLISECOND).map(lambda count: FIRST + count * MILLISECOND)
readings: st.SearchStrategy[Reading] = st.sampled_from(["A", "B", "C"])


@pytest.mark.parametrize(("held_on", "reading", "due_on"), TABLE)
def test_the_clock_ends_at_24_00_of_the_golden_day(held_on: str, reading: Reading, due_on: str) -> None:
    for hour, minute in ((0, 0), (11, 30), (23, 59)):
        held_at = datetime.combine(date.fromisoformat(held_on), datetime.min.time(), SHANGHAI)
        due = filing_due(held_at.replace(hour=hour, minute=minute), reading, CALENDAR)
        assert due == end_of_day(date.fromisoformat(due_on))


@given(instants)
def test_readings_grow_more_generous(held_at: datetime) -> None:
    a, b, c = (filing_due(held_at, reading, CALENDAR) for reading in ("A", "B", "C"))
    assert held_at + timedelta(days=2) < a <= b <= c


@given(instants, readings)
def test_the_hour_does_not_matter_and_the_end_is_midnight(held_at: datetime, reading: Reading) -> None:
    due = filing_due(held_at, reading, CALENDAR)
    assert due == filing_due(end_of_day(day_of(held_at)) - MILLISECOND, reading, CALENDAR)
    assert due.astimezone(SHANGHAI).strftime("%H:%M:%S.%f") == "00:00:00.000000"


@given(instants, st.sampled_from(["B", "C"]))
def test_the_last_day_is_worked(held_at: datetime, reading: Reading) -> None:
    last_day = day_of(filing_due(held_at, reading, CALENDAR) - MILLISECOND)
    assert CALENDAR.is_workday(last_day)


@given(instants, instants, readings)
def test_who_holds_later_is_never_due_earlier(one: datetime, other: datetime, reading: Reading) -> None:
    earlier, later = sorted((one, other))
    assert filing_due(earlier, reading, CALENDAR) <= filing_due(later, reading, CALENDAR)


def test_a_year_without_a_list_is_an_error_that_names_it_unless_no_list_is_needed() -> None:
    held_at = datetime(2026, 12, 31, 3, tzinfo=UTC)
    for reading in ("B", "C"):
        with pytest.raises(MissingCalendarYear) as missing:
            filing_due(held_at, reading, CALENDAR)
        assert missing.value.facts == {"year": 2027}
    assert filing_due(held_at, "A", CALENDAR) == end_of_day(date(2027, 1, 2))


DUE = end_of_day(date(2021, 11, 1))


@pytest.mark.parametrize(
    ("after_due", "late"),
    [
        (timedelta(days=-3), 0),
        (timedelta(0), 0),
        (MILLISECOND, 1),
        (timedelta(hours=23, minutes=59), 1),
        (timedelta(days=1) - MILLISECOND, 1),
        (timedelta(days=1), 2),
        (timedelta(days=2, hours=16, minutes=30), 3),
    ],
)
def test_days_late_are_begun_days(after_due: timedelta, late: int) -> None:
    assert days_late(DUE + after_due, DUE) == late


@given(instants, st.timedeltas(timedelta(days=-30), timedelta(days=30)))
def test_on_time_and_days_late_agree(held_at: datetime, distance: timedelta) -> None:
    rule = FilingRule("B", CALENDAR, "hd")
    due_at = rule.deadline(held_at).due_at
    filing = rule.filing("activity-1", due_at + distance, due_at)
    assert filing.on_time == (filing.filed_at <= due_at) == (filing.days_late == 0)


def test_a_receipt_names_district_and_year_and_is_the_same_for_one_activity() -> None:
    rule = FilingRule("B", CALENDAR, "hd")
    at = datetime(2021, 12, 31, 16, 0, tzinfo=UTC)  # 2022 has begun in Shanghai
    receipt = rule.filing("activity-1", at, at).receipt
    assert receipt.startswith("hd-2022-")
    assert receipt == rule.filing("activity-1", at, at).receipt
    assert receipt != rule.filing("activity-2", at, at).receipt
