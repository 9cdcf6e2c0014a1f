"""A whole open point in any order of events: cap, ratio, order, no idle seat. With a control for each guard."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import Phase as Stage
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.registration.domain import offering
from services.registration.domain.composition import Category, seats_for_others
from services.registration.domain.phase import Phase
from services.registration.domain.place import Registration, Status
from services.registration.domain.roster import Roster
from shared.aggregate import fork
from shared.errors import Problem
from tests.unit.registration.rosters import CLOSES, OPENS, STARTS, roster

CAP = 7
SOON = timedelta(minutes=10)
TAKEN = {Status.CONFIRMED, Status.ATTENDED, Status.ABSENT, Status.OFFERED}


class OpenPoint(RuleBasedStateMachine):
    """Register, cancel, answer an offer or not, close, extend, lock, check in, finish; refusals change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.point: Roster = roster(cap=CAP)
        self.count = 0
        self.seen: dict[str, Status] = {}
        self.others = 0

    @initialize(within=st.sampled_from([0, 48, 216]))
    def announced(self, within: int) -> None:
        """Free seats are never offered, from the close on, or from the beginning."""
        self.point.offers = offering.OfferRule(within)

    def attempt(self, change: Callable[[Roster], Any]) -> None:
        trial = fork(self.point)
        try:
            change(trial)
        except Problem:
            return
        self.point = trial

    @rule(category=st.sampled_from(list(Category)))
    def register(self, category: Category) -> None:
        self.count += 1
        name = f"p{self.count}"
        self.attempt(lambda point: point.register(name, category, grassroots=False, at=OPENS))

    @precondition(lambda self: self.count)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        name = f"p{data.draw(st.integers(1, self.count))}"
        self.attempt(lambda point: point.cancel(name, self.now()))

    @precondition(lambda self: self.offered())
    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.offered())).id
        self.attempt(lambda point: offering.accept(point, name, self.now() + SOON))

    @precondition(lambda self: self.offered())
    @rule(data=st.data())
    def accept_too_late(self, data: st.DataObject) -> None:
        mine = data.draw(st.sampled_from(self.offered()))
        self.attempt(lambda point: offering.accept(point, mine.id, mine.answer_by or STARTS))
        assert self.point.registration(mine.id).status == Status.OFFERED

    @precondition(lambda self: self.offered())
    @rule(data=st.data())
    def decline(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.offered())).id
        self.attempt(lambda point: offering.decline(point, name, self.now() + SOON))

    @precondition(lambda self: self.offered())
    @rule()
    def expire(self) -> None:
        before = [each.id for each in self.offered()]
        last = max(each.answer_by or STARTS for each in self.offered())
        self.attempt(lambda point: offering.expire(point, last))
        assert {self.point.registration(each).status for each in before} == {Status.EXPIRED}

    @precondition(lambda self: self.count > 3)
    @rule()
    def close(self) -> None:
        self.attempt(lambda point: point.close(CLOSES))

    @precondition(lambda self: self.point.phase == Phase.CLOSED)
    @rule()
    def extend(self) -> None:
        self.attempt(lambda point: point.extend(STARTS, "群众代表还差几位", by="clerk", at=self.now()))

    @precondition(lambda self: self.point.phase == Phase.CLOSED)
    @rule()
    def lock(self) -> None:
        self.attempt(lambda point: point.lock(CLOSES))

    @precondition(lambda self: self.point.phase == Phase.LOCKED)
    @rule(data=st.data())
    def check_in(self, data: st.DataObject) -> None:
        name = f"p{data.draw(st.integers(1, self.count))}"
        self.attempt(lambda point: point.check_in(name, STARTS))

    @precondition(lambda self: self.point.phase == Phase.LOCKED)
    @rule()
    def finish(self) -> None:
        self.attempt(lambda point: point.finish(STARTS + timedelta(hours=3)))

    def offered(self) -> list[Registration]:
        return [each for each in self.point.registrations.values() if each.status == Status.OFFERED]

    def taken(self) -> list[Category]:
        return [each.category for each in self.point.registrations.values() if each.status in TAKEN]

    def now(self) -> datetime:
        return OPENS if self.point.phase == Phase.OPEN else CLOSES

    @invariant()
    def never_more_than_the_cap(self) -> None:
        assert len(self.taken()) <= CAP

    @invariant()
    def seats_stay_reserved_for_residents(self) -> None:
        others = [each for each in self.taken() if each != Category.RESIDENT]
        assert len(others) <= seats_for_others(CAP)

    @invariant()
    def after_the_close_others_are_confirmed_by_the_strict_rule_alone(self) -> None:
        composition = self.point.composition
        before, self.others = self.others, composition.total - composition.residents
        if self.point.phase != Phase.OPEN and self.others > before:
            assert composition.met

    @invariant()
    def the_timer_rings_at_the_earliest_deadline(self) -> None:
        deadlines = [each.answer_by for each in self.offered() if each.answer_by]
        assert self.point.timers.get(offering.OFFER) == min(deadlines, default=None)

    @invariant()
    def a_lock_meets_the_rule_until_a_resident_leaves(self) -> None:
        cancelled = any(each.status == Status.CANCELLED for each in self.point.registrations.values())
        if self.point.phase in (Phase.LOCKED, Phase.FINISHED) and not cancelled:
            assert self.point.composition.met

    @invariant()
    def no_seat_stays_free_while_somebody_admissible_waits(self) -> None:
        if self.point.phase in (Phase.FINISHED, Phase.CANCELLED):
            return
        heads = [self.point.waiting(each)[0] for each in Category if self.point.waiting(each)]
        for head in heads:
            taken = self.taken()
            free = len(taken) < CAP
            others = len(taken) - taken.count(Category.RESIDENT)
            sure = self.point.composition.residents
            if head.category == Category.RESIDENT:
                admissible = free
            elif self.point.phase == Phase.OPEN:
                admissible = free and others < seats_for_others(CAP)
            else:
                admissible = free and 3 * sure >= sure + others + 1
            assert not admissible, f"{head} waits beside a free seat"

    @invariant()
    def states_only_move_forward(self) -> None:
        order = [Status.WAITLISTED, Status.OFFERED, Status.CONFIRMED, Status.ATTENDED, Status.ABSENT]
        order += [Status.CANCELLED, Status.DECLINED, Status.EXPIRED]
        for name, each in self.point.registrations.items():
            before = self.seen.get(name, each.status)
            assert order.index(each.status) >= order.index(before)
            self.seen[name] = each.status

    @invariant()
    def facts_add_up(self) -> None:
        assert self.point.tickets == len(self.point.registrations)


FEW = settings(max_examples=50, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
# it ends at the first hit; in fifty examples the machine once in twenty runs never comes to a promotion
FIRST_HIT = settings(FEW, max_examples=2000, phases=(Stage.generate,), report_multiple_bugs=False)


def test_an_open_point_keeps_its_promises_in_any_order() -> None:
    run_state_machine_as_test(OpenPoint, settings=FEW)


def _no_obstacle(self: Roster, category: Category) -> None:
    return None


def _no_promotion(self: Roster, at: datetime) -> None:
    return None


def _only_the_seated(self: Roster) -> list[Registration]:
    return self.seated()


def _no_guard(*_: object) -> None:
    return None


def _seats_for_everyone(cap: int) -> int:
    return cap


@pytest.mark.parametrize(
    ("guard", "broken"),
    [
        ("services.registration.domain.roster.Roster._obstacle", _no_obstacle),
        ("services.registration.domain.roster.Roster.promote", _no_promotion),
        ("services.registration.domain.roster.seats_for_others", _seats_for_everyone),
        ("services.registration.domain.roster.Roster.held", _only_the_seated),
        ("services.registration.domain.offering.set_timer", _no_guard),
    ],
)
def test_without_a_guard_the_machine_finds_it(
    monkeypatch: pytest.MonkeyPatch, guard: str, broken: Callable[..., Any]
) -> None:
    monkeypatch.setattr(guard, broken)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(OpenPoint, settings=FIRST_HIT)
