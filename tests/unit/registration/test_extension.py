"""Registration that ends later than was said: what moves, what opens again, what is refused."""

from datetime import datetime, timedelta

import pytest

from services.registration.domain import roster_facts as facts
from services.registration.domain.extension import MOST, Extension
from services.registration.domain.phase import Phase
from services.registration.domain.place import Status
from services.registration.domain.plan_content import Selection
from services.registration.domain.roster import Roster
from shared.aggregate import fork
from shared.errors import Conflict, Problem
from tests.unit.registration.rosters import CLOSES, OPENS, RESIDENT, STARTS, fill, roster

WHY = "群众代表还差几位"
LATER = CLOSES + timedelta(days=1)


def extend(point: Roster, closes_at: datetime, at: datetime = OPENS) -> None:
    point.extend(closes_at, WHY, by="clerk", at=at)


def refused(point: Roster, closes_at: datetime, at: datetime = OPENS) -> Problem:
    with pytest.raises(Problem) as problem:
        extend(fork(point), closes_at, at)
    return problem.value


def refused_lock(point: Roster) -> str:
    with pytest.raises(Conflict) as problem:
        point.lock(CLOSES)
    assert "延长报名" in problem.value.sentence.zh
    return problem.value.code


def test_an_open_point_closes_at_the_later_time_and_says_so_without_the_reason() -> None:
    point = roster()
    extend(point, LATER)
    assert (point.phase, point.closes_at, point.timers) == (Phase.OPEN, LATER, {"close": LATER})
    assert point.facts[-1] == facts.RegistrationExtended("activity", "point", OPENS, CLOSES, LATER, reopened=False)
    assert point.extensions == [Extension(CLOSES, LATER, False, WHY, "clerk", OPENS)]
    assert point.register("late", RESIDENT, grassroots=False, at=CLOSES).status == "confirmed"


def test_a_short_list_that_had_closed_opens_again_takes_residents_and_locks() -> None:
    point = roster()
    fill(point, deputies=13, residents=3)
    point.close(CLOSES)
    assert refused_lock(point) == "composition_short"
    extend(point, LATER, CLOSES)
    assert (point.phase, point.timers) == (Phase.OPEN, {"close": LATER})
    for number in range(4):
        assert point.register(f"more-{number}", RESIDENT, grassroots=False, at=CLOSES).status == "confirmed"
    point.ring("close", LATER)
    assert sum(point.lock(LATER).values()) == 20
    said = [type(each).__name__ for each in point.facts]
    window = [each.removeprefix("Registration") for each in said if each.startswith("Registration")]
    assert window == ["Opened", "Closed", "Extended", "Closed"]


def test_who_waits_for_the_rule_of_a_closed_list_moves_up_when_it_opens_again() -> None:
    point = roster(cap=7)
    fill(point, residents=1)
    deputies = fill(point, deputies=5)
    point.close(CLOSES)
    point.cancel(deputies[0], CLOSES)
    assert point.registration(deputies[4]).status == Status.WAITLISTED
    extend(point, LATER, CLOSES)
    assert point.registration(deputies[4]).status == Status.CONFIRMED


def test_a_waiver_of_the_closed_list_ends_when_it_opens_again_and_one_while_open_stays() -> None:
    point = roster()
    fill(point, deputies=3)
    point.waive("偏远村居", by="office", at=OPENS)
    extend(point, LATER)
    waived = [point.waiver is not None]
    point.close(LATER)
    extend(point, STARTS, LATER)
    waived.append(point.waiver is not None)
    assert waived == [True, False]
    point.close(STARTS)
    assert refused_lock(point) == "composition_short"


def test_a_close_that_was_due_is_done_first_however_late_its_timer_rings() -> None:
    point = roster()
    extend(point, LATER, CLOSES + timedelta(seconds=1))
    closed, extended = point.facts[-2:]
    assert closed == facts.RegistrationClosed("activity", "point", CLOSES)
    assert isinstance(extended, facts.RegistrationExtended)
    assert extended.reopened
    assert point.phase == Phase.OPEN


def test_a_list_committed_to_for_a_draw_stays_as_it_is_even_before_its_timer_rings() -> None:
    point = roster(selection=Selection.RANDOM_DRAW)
    extend(point, LATER)
    assert refused(point, STARTS, LATER).code == "draw_committed"
    point.close(LATER)
    assert refused(point, STARTS, LATER).code == "draw_committed"


@pytest.mark.parametrize(
    ("closes_at", "code"),
    [
        (CLOSES, "not_later"),
        (CLOSES - timedelta(hours=1), "not_later"),
        (OPENS, "window_invalid"),
        (OPENS - timedelta(days=1), "window_invalid"),
        (STARTS + timedelta(seconds=1), "window_invalid"),
    ],
)
def test_an_end_that_is_not_later_not_ahead_or_after_the_start_is_refused(closes_at: datetime, code: str) -> None:
    assert refused(roster(), closes_at).code == code


def test_a_list_closed_early_opens_again_until_any_time_ahead_up_to_the_start() -> None:
    for closes_at in (OPENS + timedelta(hours=2), STARTS):
        point = roster()
        point.close(OPENS)
        extend(point, closes_at, OPENS + timedelta(hours=1))
        assert (point.phase, point.timers) == (Phase.OPEN, {"close": closes_at})


def test_after_the_start_nothing_can_be_extended() -> None:
    point = roster()
    point.close(CLOSES)
    assert refused(point, STARTS, STARTS).code == "window_invalid"


def test_there_are_so_many_extensions_and_no_more() -> None:
    point = roster()
    for number in range(MOST):
        extend(point, CLOSES + timedelta(minutes=1 + number))
    problem = refused(point, LATER)
    assert (problem.code, len(point.extensions)) == ("too_many_extensions", MOST)


def test_a_new_time_of_the_activity_brings_its_own_end_and_one_told_late_does_not() -> None:
    point = roster()
    by = timedelta(days=2)
    point.reschedule(STARTS + by, STARTS + by, CLOSES + by, 2)
    extend(point, STARTS + by)
    point.reschedule(STARTS, STARTS, CLOSES, 1)
    assert (point.closes_at, point.timers) == (STARTS + by, {"close": STARTS + by})
    point.reschedule(STARTS, STARTS, CLOSES, 3)
    assert (point.closes_at, point.timers) == (CLOSES, {"close": CLOSES})


def test_what_closed_before_a_new_time_stays_closed_until_it_is_extended() -> None:
    point = roster()
    point.close(CLOSES)
    by = timedelta(days=2)
    point.reschedule(STARTS + by, STARTS + by, CLOSES + by, 1)
    assert point.phase == Phase.CLOSED
    extend(point, STARTS + by, CLOSES)
    assert (point.phase, point.closes_at) == (Phase.OPEN, STARTS + by)
