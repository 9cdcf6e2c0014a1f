"""Reminders of an activity: each once, for the time that holds, and neither too early nor too late."""

from datetime import timedelta

import pytest

from services.registration.domain.notice import NoticeKind
from services.registration.domain.reminders import LATE, Reminders, occasion
from tests.unit.registration.mailboxes import HOUR, NOON

THREE, ONE = NoticeKind.REMINDER_3D, NoticeKind.REMINDER_1D
DAY = timedelta(days=1)


def reminders() -> Reminders:
    return Reminders(id="activity")


def test_they_ring_three_days_and_one_day_before() -> None:
    mine = reminders()
    mine.follow(NOON + 5 * DAY, NOON)
    assert mine.timers == {THREE: NOON + 2 * DAY, ONE: NOON + 4 * DAY}


@pytest.mark.parametrize(("ahead", "left"), [(3 * DAY, [ONE]), (2 * DAY, [ONE]), (DAY, []), (HOUR, [])])
def test_what_would_have_been_earlier_is_left_out(ahead: timedelta, left: list[NoticeKind]) -> None:
    mine = reminders()
    mine.follow(NOON + ahead, NOON)
    assert list(mine.timers) == left


def test_another_time_sets_them_anew_and_none_takes_them_off() -> None:
    mine = reminders()
    mine.follow(NOON + 5 * DAY, NOON)
    mine.follow(NOON + 9 * DAY, NOON)
    assert mine.timers == {THREE: NOON + 6 * DAY, ONE: NOON + 8 * DAY}
    mine.follow(None, NOON)
    assert mine.timers == {}


def test_the_same_time_said_again_does_not_ring_what_has_rung() -> None:
    mine = reminders()
    mine.follow(NOON + 5 * DAY, NOON)
    del mine.timers[THREE]
    mine.follow(NOON + 5 * DAY, NOON)
    assert list(mine.timers) == [ONE]


@pytest.mark.parametrize(
    ("moment", "due"),
    [(-HOUR, False), (timedelta(0), True), (LATE - HOUR, True), (LATE, False), (2 * DAY, False)],
)
def test_a_reminder_that_comes_too_late_is_left_out(moment: timedelta, *, due: bool) -> None:
    assert reminders().is_due(THREE, NOON + 3 * DAY, NOON + moment) is due


def test_an_hour_more_or_less_is_no_other_day_to_be_reminded_of() -> None:
    assert occasion(NOON) == occasion(NOON + HOUR) == "2021-09-08"
    assert occasion(NOON + 12 * HOUR) == "2021-09-09", "midnight is the district's"
