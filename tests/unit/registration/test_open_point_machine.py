"""A whole open point in any order of events: cap, ratio, order, no idle seat. With a control for each guard."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import Phase as Stage
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from services.registration.domain.composition import Category, seats_for_others
from services.registration.domain.phase import Phase
from services.registration.domain.place import Status
from services.registration.domain.roster import Roster
from shared.aggregate import fork
from shared.errors import Problem
from tests.unit.registration.rosters import CLOSES, OPENS, STARTS, roster

CAP = 7


class OpenPoint(RuleBasedStateMachine):
    """Register, cancel, close, extend, lock, check in, finish; refusals are answers and change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.point: Roster = roster(cap=CAP)
        self.count = 0
        self.seen: dict[str, Status] = {}

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

    def now(self) -> datetime:
        return OPENS if self.point.phase == Phase.OPEN else CLOSES

    @invariant()
    def never_more_than_the_cap(self) -> None:
        assert len(self.point.seated()) <= CAP

    @invariant()
    def seats_stay_reserved_for_residents(self) -> None:
        composition = self.point.composition
        assert composition.total - composition.residents <= seats_for_others(CAP)

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
            composition = self.point.composition
            free = composition.total < CAP
            others = composition.total - composition.residents
            if head.category == Category.RESIDENT:
                admissible = free
            elif self.point.phase == Phase.OPEN:
                admissible = free and others < seats_for_others(CAP)
            else:
                admissible = free and 3 * composition.residents >= composition.total + 1
            assert not admissible, f"{head} waits beside a free seat"

    @invariant()
    def states_only_move_forward(self) -> None:
        order = [Status.WAITLISTED, Status.CONFIRMED, Status.ATTENDED, Status.ABSENT, Status.CANCELLED]
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


def _seats_for_everyone(cap: int) -> int:
    return cap


@pytest.mark.parametrize(
    ("guard", "broken"),
    [
        ("services.registration.domain.roster.Roster._obstacle", _no_obstacle),
        ("services.registration.domain.roster.Roster._promote", _no_promotion),
        ("services.registration.domain.roster.seats_for_others", _seats_for_everyone),
    ],
)
def test_without_a_guard_the_machine_finds_it(
    monkeypatch: pytest.MonkeyPatch, guard: str, broken: Callable[..., Any]
) -> None:
    monkeypatch.setattr(guard, broken)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(OpenPoint, settings=FIRST_HIT)
