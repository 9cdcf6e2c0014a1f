"""What an open point does, case by case."""

from datetime import timedelta

import pytest

from services.registration.domain import roster_facts as facts
from services.registration.domain.phase import Phase
from services.registration.domain.place import Status, UndoneCheckIn
from shared.errors import Conflict, NotFound
from tests.unit.registration.rosters import CLOSES, DEPUTY, OPENS, RESIDENT, STARTS, fill, roster


def test_the_twenty_first_waits_and_is_told_where() -> None:
    point = roster()
    fill(point, residents=20)
    admission = point.register("late", RESIDENT, grassroots=False, at=OPENS)
    assert (admission.status, admission.reason, admission.position) == ("waitlisted", "capacity_full", 1)
    assert "候补第 1 位" in admission.sentence.zh


def test_the_fourteenth_non_resident_is_held_for_residents() -> None:
    point = roster()
    fill(point, deputies=13)
    admission = point.register("deputy", DEPUTY, grassroots=False, at=OPENS)
    assert (admission.status, admission.reason) == ("waitlisted", "composition_hold")
    assert "群众代表" in admission.sentence.zh
    assert point.register("resident", RESIDENT, grassroots=True, at=OPENS).status == "confirmed"


def test_registering_twice_with_one_id_gives_one_place() -> None:
    point = roster()
    first = point.register("a", RESIDENT, grassroots=False, at=OPENS)
    seen = len(point.facts)
    assert point.register("a", RESIDENT, grassroots=False, at=OPENS) == first
    assert (len(point.seated()), len(point.facts)) == (1, seen)


def test_a_cancelled_seat_goes_to_the_first_whom_the_rule_admits() -> None:
    point = roster(cap=3)
    deputies = fill(point, deputies=3)  # the third is held: two seats for others
    residents = fill(point, residents=2)  # one seated, one waits
    point.cancel(residents[0], OPENS)
    assert point.registration(residents[1]).status == Status.CONFIRMED
    assert point.registration(deputies[2]).status == Status.WAITLISTED
    promoted = [each for each in point.facts if isinstance(each, facts.Confirmed) and each.via == "promotion"]
    assert [each.registration_id for each in promoted] == [residents[1]]


def test_after_the_close_no_deputy_moves_up_while_residents_are_short() -> None:
    point = roster(cap=6)
    fill(point, deputies=4)
    residents = fill(point, residents=2)
    waiting = fill(point, deputies=1)
    point.close(CLOSES)
    point.cancel(residents[0], CLOSES)
    assert point.composition.short_by == 1
    assert point.registration(waiting[0]).status == Status.WAITLISTED


@pytest.mark.parametrize(
    ("at", "code"),
    [(OPENS - timedelta(seconds=1), "registration_not_open"), (CLOSES, "registration_closed")],
)
def test_outside_the_window_nobody_registers(at: object, code: str) -> None:
    with pytest.raises(Conflict) as refused:
        roster().register("a", RESIDENT, grassroots=False, at=at)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_the_timer_closes_once() -> None:
    point = roster()
    assert point.timers == {"close": CLOSES}
    point.ring("close", CLOSES)
    point.ring("close", CLOSES)
    assert (point.phase, [type(each) for each in point.facts].count(facts.RegistrationClosed)) == (Phase.CLOSED, 1)


def test_a_short_list_is_not_locked_and_says_by_how_many() -> None:
    point = roster()
    fill(point, deputies=13, residents=3)
    point.close(CLOSES)
    with pytest.raises(Conflict) as refused:
        point.lock(CLOSES)
    assert refused.value.facts == {"short_by": 4}
    point.waive("偏远村居，无更多报名", by="office", at=CLOSES)
    assert sum(point.lock(CLOSES).values()) == 16


def test_a_met_composition_needs_no_waiver() -> None:
    point = roster()
    fill(point, residents=3)
    point.close(CLOSES)
    with pytest.raises(Conflict, match="composition_met"):
        point.waive("不需要的豁免", by="office", at=CLOSES)


def test_the_door_admits_once_and_remembers_when() -> None:
    point = roster()
    person = fill(point, residents=1)[0]
    point.close(CLOSES)
    point.lock(CLOSES)
    first = point.check_in(person, STARTS)
    again = point.check_in(person, STARTS + timedelta(minutes=5))
    assert (first.result, again.result, again.first_at) == ("admitted", "duplicate", STARTS)
    with pytest.raises(NotFound):
        point.check_in("stranger", STARTS)


def test_a_mistaken_check_in_is_undone_until_the_door_closes_for_good() -> None:
    point = roster()
    person, other = fill(point, residents=2)
    point.close(CLOSES)
    point.lock(CLOSES)
    with pytest.raises(Conflict, match="not_checked_in"):
        point.undo_check_in(person, "扫错了人", by="clerk", at=STARTS)
    point.check_in(person, STARTS)
    assert point.undo_check_in(person, "扫错了人", by="clerk", at=STARTS).status == "confirmed"
    mine = point.registration(person)
    assert (mine.checked_in_at, mine.undone) == (None, UndoneCheckIn("扫错了人", "clerk", STARTS))
    assert isinstance(point.facts[-1], facts.CheckInUndone)
    later = STARTS + timedelta(minutes=5)
    assert (point.check_in(person, later).result, point.check_in(other, later).result) == ("admitted", "admitted")
    point.undo_check_in(other, "代签到无效", by="clerk", at=later)
    assert point.finish(later).attended[RESIDENT] == 1
    with pytest.raises(Conflict, match="illegal_transition"):
        point.undo_check_in(person, "太迟了", by="clerk", at=later)


def test_the_door_is_shut_before_the_lock_and_long_before_the_start() -> None:
    point = roster()
    person = fill(point, residents=1)[0]
    with pytest.raises(Conflict, match="illegal_transition"):
        point.check_in(person, STARTS)
    point.close(CLOSES)
    point.lock(CLOSES)
    with pytest.raises(Conflict, match="outside_hours"):
        point.check_in(person, STARTS - timedelta(hours=4))


def test_three_of_eleven_at_the_door_fails_the_rule() -> None:
    """Activity six of the season: exactly one third was locked, one resident does not come."""
    point = roster(cap=12)
    others = fill(point, deputies=4, members=2, media=2)
    residents = fill(point, residents=4)
    point.close(CLOSES)
    point.lock(CLOSES)
    for person in [*others, *residents[:3]]:
        point.check_in(person, STARTS)
    attendance = point.finish(STARTS + timedelta(hours=3))
    assert (sum(attendance.confirmed.values()), sum(attendance.attended.values())) == (12, 11)
    assert not attendance.composition_met
    assert point.registration(residents[3]).status == Status.ABSENT
    assert point.finish(STARTS + timedelta(hours=4)) == attendance


def test_a_voided_registration_never_takes_a_place() -> None:
    point = roster()
    assert point.void("ghost")
    with pytest.raises(Conflict, match="superseded"):
        point.register("ghost", RESIDENT, grassroots=False, at=OPENS)
    alive = fill(point, residents=1)[0]
    assert not point.void(alive)


def test_calling_off_stops_the_clock() -> None:
    point = roster()
    point.call_off()
    assert point.timers == {}
    with pytest.raises(Conflict, match="registration_closed"):
        point.register("a", RESIDENT, grassroots=False, at=OPENS)


def test_of_cancelling_and_holding_at_once_the_first_at_the_first_point_wins() -> None:
    """Both walk the points in one order; so no activity is held with a point that was called off."""
    held, cancelled = roster(), roster()
    fill(held, residents=3)
    held.close(CLOSES)
    held.lock(CLOSES)
    held.finish(STARTS)
    with pytest.raises(Conflict, match="illegal_transition"):
        held.call_off()
    assert held.phase == Phase.FINISHED
    cancelled.call_off()
    with pytest.raises(Conflict, match="illegal_transition"):
        cancelled.finish(STARTS)
    cancelled.call_off()  # a repeat goes on where it stopped


def moved(*told: int) -> timedelta:
    """By how much a roster was moved in the end, that is told of the changes of this number, each an hour more."""
    point = roster()
    for edition in told:
        by = timedelta(hours=edition)
        point.reschedule(STARTS + by, STARTS + by + timedelta(hours=3), CLOSES + by, edition)
    assert point.timers["close"] - CLOSES == point.starts_at - STARTS
    return point.starts_at - STARTS


@pytest.mark.parametrize("told", [(1, 2, 3), (3, 1, 2), (2, 3, 2, 1), (1, 3, 3)])
def test_a_roster_keeps_the_last_time_in_whatever_order_it_is_told(told: tuple[int, ...]) -> None:
    assert moved(*told) == timedelta(hours=3)
