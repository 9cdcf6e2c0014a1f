"""The same day at an open point with the house's own domain: sound as it is, red with each bug planted in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from services.registration.domain import draw as lots
from services.registration.domain import roster as domain
from services.registration.domain import roster_facts as facts
from services.registration.domain.composition import Category, Headcount, headcount
from services.registration.domain.phase import POINT, Phase
from services.registration.domain.place import Scan, Status
from services.registration.domain.roster import Roster
from shared.ids import derived_id
from tests.history.findings import Verdict
from tests.history.history import History
from tests.history.point import KINDS
from tests.unit.history.desk import (
    Desk,
    DrawDesk,
    closes,
    extends,
    finishes,
    leaves,
    locks,
    registers,
    scans,
    undoes,
    waives,
)
from tests.unit.registration.draws import DrawPoint, published

OFFERED = {"representative-offered", "representative-offer-declined", "representative-offer-expired"}


def a_day(*, compare_and_set: bool = True) -> Desk:
    """Seven seats: everything that can happen at a point where the first come sit, refusals among it."""
    desk = Desk(cap=7, compare_and_set=compare_and_set)
    for each in ("d1", "d2", "m1", "c1", "r1", "d3"):
        desk.act(registers(each))
    desk.together(registers("r2"), registers("r3"), registers("r4"))
    for each in ("r5", "r6", "d4"):
        desk.act(registers(each))
    desk.act(leaves("r1"))
    desk.act(leaves("d1"))
    desk.act(registers("r7"))
    desk.act(closes())
    for each in ("r2", "r3", "r4", "r5", "r6", "r7"):
        desk.act(leaves(each))
    desk.act(locks())  # refused: residents are short
    for change in (waives(), extends(), registers("r8"), closes()):
        desk.act(change)
    desk.act(locks())  # refused: the list is another than the one that was waived
    desk.act(waives())
    desk.act(locks())
    for each in ("d2", "d2", "m1"):
        desk.act(scans(each))
    desk.act(undoes("m1"))
    desk.act(scans("m1"))
    desk.act(finishes())
    return desk


def named(who: str) -> str:
    """An id as the service makes them."""
    return derived_id("registration", who)


def a_draw() -> DrawDesk:
    """Seven apply for four seats, two of each kind; one leaves before the draw, two after it."""
    desk = DrawDesk(cap=4, quota={Category.RESIDENT: 2, Category.NPC_DEPUTY: 2})
    for who in ("r1", "r2", "r3", "r4", "d1", "d2", "d3"):
        category = Category.RESIDENT if who[0] == "r" else Category.NPC_DEPUTY
        desk.act(partial(DrawPoint.apply, id_=named(who), category=category))
    desk.act(DrawPoint.close)
    for change in (partial(DrawPoint.cancel, id_=named("r1")), DrawPoint.draw):
        desk.act(change)
    for who in ("d1", "r2"):
        desk.act(partial(DrawPoint.cancel, id_=named(who)))
    for step in (locks(), scans(named("r3")), scans(named("r4")), finishes()):
        desk.act(lambda point, step=step: step(point.roster))  # type: ignore[misc]
    return desk


def test_the_day_and_the_draw_are_sound_and_hold_what_the_bugs_need() -> None:
    day, draw = a_day(), a_draw()
    for each in (day, draw):
        verdict = each.log.judged()
        assert verdict.word == "sound", str(verdict)
    assert {day.roster.phase, draw.point.roster.phase} == {Phase.FINISHED}
    kinds = [each.header("ce_type").split(".")[2] for each in (*day.log.records, *draw.log.records)]
    elsewhere = {"cap-raised", "representative-not-drawn", *OFFERED}  # test_rules.py, test_draws.py, test_offers.py
    assert KINDS - set(kinds) == elsewhere
    assert any(b'"promotion"' in (each.value or b"") for each in day.log.records)


def lock_whoever_is_there(self: Roster, at: datetime) -> Headcount:
    self.phase, short = POINT.after(self.phase, "lock"), bool(self.composition.short_by)
    self.record(facts.RosterLocked(self.activity_id, self.id, at, self.confirmed(), len(self.waiting()), short))
    return self.confirmed()


def promote_nobody(self: Roster, at: datetime) -> None:
    """The seat that was given back is nobody's."""


def promote_the_last(self: Roster, at: datetime) -> None:
    while waiting := [each for each in self.waiting() if self._obstacle(each.category) is None]:
        self.registrations[waiting[-1].id] = replace(waiting[-1], status=Status.CONFIRMED)
        self.record(facts.Confirmed(*self._about(waiting[-1], at), "promotion"))


def count_one_more(categories: Any) -> Headcount:
    counts = headcount(categories)
    return counts | {Category.MEDIA: counts[Category.MEDIA] + 1}


def admit_again(self: Roster, registration_id: str, at: datetime) -> Scan:
    mine = self.registration(registration_id)
    self.registrations[mine.id] = replace(mine, status=Status.ATTENDED, checked_in_at=at)
    self.record(facts.CheckedIn(*self._about(mine, at)))
    return Scan("admitted", mine.id, mine.category, at)


def draw_by_name(_seed: str, _listed: str, weights: Any) -> list[str]:
    return sorted(weights)


PLANTED: dict[str, tuple[str, object, str, Any]] = {
    "the roster is locked although residents are short": (
        "strict-composition",
        Roster,
        "lock",
        lock_whoever_is_there,
    ),
    "a cancellation without re-evaluation": ("idle-seat", Roster, "promote", promote_nobody),
    "a promotion that bypasses the queue": ("queue-order", Roster, "promote", promote_the_last),
    "a counter that drifts": ("counts", domain, "headcount", count_one_more),
    "a second scan is admitted": ("door", Roster, "check_in", admit_again),
    "the seats for residents are given away": ("reserved-seats", domain, "seats_for_others", lambda cap: cap),
    "anybody sits anywhere": ("cap reserved-seats", Roster, "_obstacle", lambda self, category: None),
}


@pytest.mark.parametrize(("invariants", "of", "name", "broken"), PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_bug_is_named(
    monkeypatch: pytest.MonkeyPatch, invariants: str, of: object, name: str, broken: Callable[..., Any]
) -> None:
    assert a_day().log.judged().word == "sound"
    monkeypatch.setattr(of, name, broken)
    verdict = a_day().log.judged()
    assert (set(verdict.red), verdict.exit_code) == (set(invariants.split()), 1), str(verdict)


def test_replicas_that_write_over_one_another_are_found() -> None:
    """The other lock that can be skipped: the compare-and-set of the store."""
    verdict = a_day(compare_and_set=False).log.judged()
    assert "cap" in verdict.red, str(verdict)


def test_a_draw_by_another_order_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """By whoever has the proof: it says what each applicant weighs."""
    assert judged_with_its_proof(a_draw()).word == "sound"
    monkeypatch.setattr(lots, "order", draw_by_name)
    assert judged_with_its_proof(a_draw()).red == ["draw"]


def judged_with_its_proof(desk: DrawDesk) -> Verdict:
    history = History()
    history.take(desk.log.records)
    assert history.with_proof == [desk.point.roster.id]
    history.prove({desk.point.roster.id: published(desk.point)})
    return history.verdict()
