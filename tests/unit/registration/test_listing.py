"""The pages of the list: everything once, what lies ahead first, whatever happens in between."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.api.cursor import read, written
from services.registration.application.listing import page
from services.registration.domain.activity import Activity
from shared.errors import Invalid
from tests.unit.registration.test_plan_and_activity import SESSION
from tests.unit.registration.test_schedule import made

NOW = SESSION.starts_at
DAYS = st.lists(st.integers(-30, 30), max_size=25)


def shelf(days: list[int]) -> list[Activity]:
    return [made(f"{number:02d}", days=each) for number, each in enumerate(days)]


def names(activities: list[Activity], limit: int) -> list[str]:
    """Every page after another, each mark through its text and a day later."""
    found, now = page(activities, limit, NOW), NOW
    shown = [each.id for each in found.activities]
    while found.next:
        assert len(found.activities) == limit
        now += timedelta(days=1)
        found = page(activities, limit, now, read(written(found.next)))
        shown += [each.id for each in found.activities]
    return shown


def test_what_lies_ahead_comes_by_start_and_then_what_is_over_latest_first() -> None:
    assert names(shelf([5, -9, 0, -2, 1]), 100) == ["02", "04", "00", "03", "01"]


@given(DAYS, st.integers(1, 30))
def test_pages_of_any_size_show_everything_once_in_one_order(days: list[int], limit: int) -> None:
    activities = shelf(days)
    whole = names(activities, len(days) + 1)
    assert sorted(whole) == [each.id for each in activities]
    assert names(activities, limit) == whole


@given(DAYS.filter(lambda days: len(days) > 3), st.integers(-30, 30))
def test_what_is_announced_or_gone_between_two_pages_moves_no_other(days: list[int], fresh: int) -> None:
    activities = shelf(days)
    first = page(activities, 3, NOW)
    seen = {each.id for each in first.activities}
    later = [*activities[1:], made("new", days=fresh)]
    rest = [each.id for each in page(later, 100, NOW + timedelta(days=3), first.next).activities]
    assert set(rest) - {"new"} == {each.id for each in activities[1:]} - seen


def test_a_whole_page_at_the_end_promises_no_other() -> None:
    assert page(shelf([1, 2]), 2, NOW).next is None
    assert page([], 2, NOW).activities == ()


@pytest.mark.parametrize(
    "cursor", ["x", "bm8", "W10", "WzEsMiwzLDRd", "e30", "A" * 200, "W251bGwsdHJ1ZSwxLCJhIl0", "_-_-"]
)
def test_a_text_that_is_no_cursor_of_ours_is_said_to_be_none(cursor: str) -> None:
    with pytest.raises(Invalid, match="cursor_invalid"):
        read(cursor)


@given(st.text("ABCDEFabcdef0123456789_-", min_size=1, max_size=200))
def test_whatever_comes_as_a_cursor_is_read_or_refused(cursor: str) -> None:
    with suppress(Invalid):
        assert read(cursor) is not None
