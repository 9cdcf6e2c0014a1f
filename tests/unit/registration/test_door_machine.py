"""A door's day in any order: scans of connected and cut-off doors, repeats, cancelling, reissuing, undoing."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from services.registration.domain import door
from services.registration.domain import roster_facts as facts
from services.registration.domain.door import LoggedScan, Result, Shown, recalled
from services.registration.domain.place import Status
from services.registration.domain.roster import Roster
from shared.aggregate import fork
from shared.errors import Problem
from tests.unit.registration.rosters import CLOSES, STARTS, fill, roster

PEOPLE = st.integers(0, 3)


class Door(RuleBasedStateMachine):
    """Time goes on with every step; what is scanned without a network was up to an hour ago."""

    def __init__(self) -> None:
        super().__init__()
        self.point: Roster = roster(cap=4)
        self.people = fill(self.point, residents=5)[:4]
        self.point.close(CLOSES)
        self.point.lock(CLOSES)
        self.now = STARTS - door.DOOR_OPENS_BEFORE
        self.sent: list[Shown] = []
        self.log: dict[str, LoggedScan] = {}
        self.told: list[Any] = []

    def tick(self) -> None:
        self.now += timedelta(minutes=9)

    def attempt(self, change: Callable[[Roster], Any]) -> None:
        trial = fork(self.point)
        try:
            change(trial)
        except Problem:
            return
        self.point = trial
        self.told += trial.facts

    def upload(self, scan: Shown) -> None:
        """As the handler does: what is in the log is not judged again."""
        if scan.scan_id in self.log:
            return
        point = fork(self.point)
        said = point.scan(scan)
        self.point = point
        self.told += point.facts
        self.log[scan.scan_id] = LoggedScan(
            scan.scan_id, point.id, scan.device, scan.at, self.now, "clerk", scan.registration_id, said.result
        )

    @rule(person=PEOPLE, ago=st.none() | st.integers(0, 6), edition=st.sampled_from([None, 1, 2]))
    def scan(self, person: int, ago: int | None, edition: int | None) -> None:
        self.tick()
        live, device, at = ago is None, f"door-{(ago or 0) % 2}", self.now - timedelta(minutes=9 * (ago or 0))
        made = Shown(f"s{len(self.sent):03d}", at, device, self.people[person], edition, None, live)
        self.sent.append(made)
        self.upload(made)

    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        if self.sent:
            before = (self.point.registrations, len(self.told))
            self.upload(data.draw(st.sampled_from(self.sent)))
            assert (self.point.registrations, len(self.told)) == before

    @rule(person=PEOPLE)
    def cancel(self, person: int) -> None:
        self.tick()
        self.attempt(lambda point: point.cancel(self.people[person], self.now))

    @rule(person=PEOPLE)
    def reissue(self, person: int) -> None:
        self.attempt(lambda point: point.reissue_ticket(self.people[person]))

    @rule(person=PEOPLE)
    def undo(self, person: int) -> None:
        self.tick()
        self.attempt(lambda point: point.undo_check_in(self.people[person], "扫错了人", by="clerk", at=self.now))

    @invariant()
    def everybody_entered_as_often_as_they_were_taken_out_or_once_more(self) -> None:
        entered = Counter(each.registration_id for each in self.told if isinstance(each, facts.CheckedIn))
        undone = Counter(each.registration_id for each in self.told if isinstance(each, facts.CheckInUndone))
        for each in self.point.registrations.values():
            assert entered[each.id] - undone[each.id] == (each.status == Status.ATTENDED)

    @invariant()
    def who_is_inside_came_by_the_earliest_scan_that_still_counts(self) -> None:
        for each in self.point.registrations.values():
            mine = [line for line in self.log.values() if line.registration_id == each.id]
            meant = {line.scan_id: recalled(self.point.registrations, line).result for line in mine}
            admitted = [line for line in mine if meant[line.scan_id] == Result.ADMITTED]
            assert len(admitted) == (each.status == Status.ATTENDED)
            duplicates = [line.at for line in mine if meant[line.scan_id] == Result.DUPLICATE]
            assert all(admitted[0].at <= at for at in duplicates)
            assert not admitted or admitted[0].at == each.checked_in_at

    @invariant()
    def nobody_without_a_place_is_inside(self) -> None:
        for each in self.point.registrations.values():
            inside = each.entrance is not None
            assert inside == (each.checked_in_at is not None) == (each.status == Status.ATTENDED)


FEW = settings(max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
FIRST_HIT = settings(FEW, max_examples=1000, phases=(Phase.generate,), report_multiple_bugs=False)


def test_a_door_keeps_its_promises_in_any_order() -> None:
    run_state_machine_as_test(Door, settings=FEW)


def _latest_wins(*_: object) -> bool:
    return True


def _nobody_is_known(*_: object) -> None:
    """Every scan is let in, as if nobody were inside."""


@pytest.mark.parametrize(
    ("guard", "broken"), [("_takes_over", _latest_wins), ("_of_the_place", _nobody_is_known)], ids=["order", "list"]
)
def test_without_a_guard_a_promise_breaks(
    monkeypatch: pytest.MonkeyPatch, guard: str, broken: Callable[..., object]
) -> None:
    """The controls."""
    monkeypatch.setattr(door, guard, broken)
    with pytest.raises((AssertionError, Problem)):
        run_state_machine_as_test(Door, settings=FIRST_HIT)
