"""A seat that becomes free shortly before the activity is offered, held until a deadline, then goes to the next."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.registration.domain import offering
from services.registration.domain import roster_facts as facts
from services.registration.domain.offering import OfferRule, accept, decline, expire
from services.registration.domain.place import Status
from services.registration.domain.quiet_hours import QuietHours
from services.registration.domain.roster import Roster
from shared.errors import Conflict, NotFound
from shared.time import SHANGHAI
from tests.unit.registration.rosters import CLOSES, OPENS, RESIDENT, STARTS, fill, roster

NEAR = STARTS - timedelta(hours=20)
TWO_HOURS = timedelta(hours=2)
DEADLINE = NEAR + TWO_HOURS


def full(*, waiting: int = 2, cap: int = 3) -> tuple[Roster, list[str], list[str]]:
    """Registration is over, all seats are residents', others wait; who sits and who waits."""
    point = roster(cap=cap, offers=OfferRule(24, 120))
    seated, queue = fill(point, residents=cap), fill(point, residents=waiting)
    point.close(CLOSES)
    return point, seated, queue


def offered(**how: int) -> tuple[Roster, str, list[str]]:
    """Somebody left the day before: who is asked now, and who waits behind them."""
    point, seated, queue = full(**how)
    point.cancel(seated[0], NEAR)
    return point, queue[0], queue[1:]


def status(point: Roster, who: str) -> Status:
    return point.registration(who).status


def refused(change: Callable[[], Any]) -> Conflict:
    with pytest.raises(Conflict) as caught:
        change()
    return caught.value


def test_more_than_a_day_before_the_next_one_has_the_seat_and_inside_it_they_are_asked() -> None:
    point, seated, queue = full()
    point.cancel(seated[0], STARTS - timedelta(hours=24, seconds=1))
    point.cancel(seated[1], STARTS - timedelta(hours=24))
    assert [status(point, each) for each in queue] == [Status.CONFIRMED, Status.OFFERED]
    assert [each for each in point.facts if isinstance(each, facts.Offered)] == [
        facts.Offered(
            "activity", "point", STARTS - timedelta(hours=24), queue[1], RESIDENT, False, STARTS - timedelta(hours=22)
        )
    ]


def test_who_is_asked_is_told_until_when() -> None:
    point, asked, _ = offered()
    told = point.admission(asked)
    assert (told.status, told.answer_by, told.position) == ("offered", DEADLINE, None)
    local = DEADLINE.astimezone(SHANGHAI)
    assert f"{local:%H:%M}" in told.sentence.zh
    assert f"{local:%Y-%m-%d %H:%M}" in told.sentence.en


def test_a_held_seat_is_nobody_elses() -> None:
    point = roster(cap=2, offers=OfferRule(24 * 9, 120))
    first, _ = fill(point, residents=2)
    asked = fill(point, residents=1)[0]
    point.cancel(first, OPENS)
    late = point.register("late", RESIDENT, grassroots=False, at=OPENS)
    assert (status(point, asked), late.status, late.reason) == (Status.OFFERED, "waitlisted", "capacity_full")
    assert (len(point.seated()), len(point.held())) == (1, 2)


def test_yes_is_a_place_and_a_second_click_says_the_same() -> None:
    point, asked, _ = offered()
    first = accept(point, asked, DEADLINE - timedelta(seconds=1))
    said = len(point.facts)
    assert (first.status, first.answer_by, point.timers) == ("confirmed", None, {})
    assert accept(point, asked, DEADLINE + TWO_HOURS) == first
    assert len(point.facts) == said
    assert isinstance(point.facts[-1], facts.Confirmed)
    assert refused(lambda: decline(point, asked, DEADLINE)).facts["state"] == "confirmed"


@pytest.mark.parametrize(
    "leave", [decline, lambda point, who, at: point.cancel(who, at)], ids=["declined", "cancelled"]
)
def test_no_is_for_good_and_the_next_one_is_asked(leave: Callable[[Roster, str, datetime], Any]) -> None:
    point, asked, [second] = offered()
    leave(point, asked, NEAR + timedelta(hours=1))
    assert (status(point, asked), status(point, second)) == (Status.DECLINED, Status.OFFERED)
    assert point.timers == {"offer": NEAR + timedelta(hours=3)}
    said = len(point.facts)
    assert decline(point, asked, NEAR + timedelta(hours=1)).status == "declined"
    assert len(point.facts) == said
    assert refused(lambda: accept(point, asked, NEAR + timedelta(hours=1))).code == "no_offer"


def test_silence_until_the_deadline_gives_the_seat_to_the_next_who_has_the_whole_time() -> None:
    point, asked, [second] = offered()
    late = DEADLINE + timedelta(minutes=50)  # nobody was there to ring
    assert expire(point, DEADLINE - timedelta(seconds=1)) == []
    assert [each.id for each in expire(point, late)] == [asked]
    assert expire(point, late) == []
    assert (status(point, asked), status(point, second)) == (Status.EXPIRED, Status.OFFERED)
    assert point.registration(second).answer_by == late + TWO_HOURS
    error = refused(lambda: accept(point, asked, late))
    assert (error.code, error.facts["state"]) == ("no_offer", "expired")


def in_time(point: Roster, asked: str) -> bool:
    """Whether a yes at the deadline is refused, although the timer has not rung yet."""
    try:
        accept(point, asked, DEADLINE)
    except Conflict as late:
        return late.code == "no_offer" and status(point, asked) == Status.OFFERED
    return False


def test_a_deadline_is_one_also_before_its_timer_rings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_time(*offered()[:2])
    monkeypatch.setattr(offering, "_must_be_in_time", lambda mine, at: None)
    assert not in_time(*offered()[:2]), "the control: without the guard it is taken"


def keeps_the_third() -> bool:
    """A deputy is asked while two residents sit; one of them leaves; then the deputy says yes."""
    point = roster(cap=6, offers=OfferRule(24, 120))
    deputies, residents = fill(point, deputies=4), fill(point, residents=2)
    asked = fill(point, deputies=1)[0]
    point.close(CLOSES)
    point.cancel(deputies[0], NEAR)
    assert status(point, asked) == Status.OFFERED
    point.cancel(residents[0], NEAR)
    try:
        accept(point, asked, NEAR)
    except Conflict as held:
        return held.code == "composition_hold" and status(point, asked) == Status.OFFERED
    return point.composition.met


def test_others_say_yes_only_while_a_third_are_residents(monkeypatch: pytest.MonkeyPatch) -> None:
    assert keeps_the_third()
    monkeypatch.setattr(offering, "_must_keep_the_third", lambda roster, category: None)
    assert not keeps_the_third(), "the control: without the guard a third is no more"


def test_a_resident_who_has_not_answered_makes_no_room_for_others() -> None:
    """They may say no; who was confirmed beside them would stay."""
    point = roster(cap=6, offers=OfferRule(24, 120))
    deputies, residents = fill(point, deputies=4), fill(point, residents=2)
    resident, deputy = fill(point, residents=1)[0], fill(point, deputies=1)[0]
    point.close(CLOSES)
    point.cancel(residents[0], NEAR)
    point.cancel(deputies[0], NEAR)
    assert (status(point, resident), status(point, deputy)) == (Status.OFFERED, Status.WAITLISTED)
    accept(point, resident, NEAR)
    assert status(point, deputy) == Status.OFFERED


def test_who_was_never_asked_has_nothing_to_answer() -> None:
    point, _, [second] = offered()
    for answer in (accept, decline):
        assert refused(lambda answer=answer: answer(point, second, NEAR)).code == "no_offer"  # type: ignore[misc]
        with pytest.raises(NotFound):
            answer(point, "stranger", NEAR)


def test_nothing_is_held_when_the_door_closes_for_good() -> None:
    point, asked, [second] = offered()
    point.lock(NEAR)
    attendance = point.finish(STARTS + timedelta(hours=3))
    assert (status(point, asked), status(point, second)) == (Status.EXPIRED, Status.WAITLISTED)
    assert (sum(attendance.confirmed.values()), point.timers) == (2, {})


def test_an_activity_that_moves_forward_leaves_no_deadline_behind_its_start() -> None:
    point, asked, _ = offered()
    earlier = NEAR + timedelta(hours=1)
    point.reschedule(earlier, earlier + timedelta(hours=3), CLOSES, 1)
    assert point.registration(asked).answer_by == point.timers["offer"] == earlier


def test_rosters_of_before_offer_nothing() -> None:
    assert not offering.asks(roster(), NEAR)
    assert not offering.asks(roster(offers=OfferRule(0)), NEAR)
    assert not offering.asks(roster(offers=OfferRule(24)), STARTS), "nobody can answer before a start that is over"


def local(hour: int, minute: int = 0, day: int = 14) -> datetime:
    return datetime(2021, 9, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("quiet", "at", "until"),
    [
        ("", local(20), local(22)),
        ("22:00-07:00", local(20), local(22)),
        ("22:00-07:00", local(21, 15), local(8, 15, day=15)),
        ("22:00-07:00", local(23, 30), local(9, day=15)),
        ("22:00-07:00", local(3), local(9)),
        ("12:00-13:00", local(11, 30), local(14, 30)),
        ("07:00-06:00", local(12), local(7, day=16)),
    ],
    ids=str,
)
def test_quiet_hours_are_no_time_to_answer(quiet: str, at: datetime, until: datetime) -> None:
    assert OfferRule(24, 120, quiet).answer_by(at, local(8, day=17)) == until


def test_no_deadline_is_later_than_the_start() -> None:
    starts = local(8, day=15)
    assert OfferRule(24, 120, "22:00-07:00").answer_by(local(21, 15), starts) == starts
    assert QuietHours.parse("22:00-07:00").after(starts, TWO_HOURS, starts) == starts
