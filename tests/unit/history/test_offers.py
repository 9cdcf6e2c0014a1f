"""Offers before the checker: kept by hand and by the house's own domain, broken in the ways that a deadline invites."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.registration.domain import offering
from services.registration.domain.offering import OfferRule
from services.registration.domain.roster import Roster
from tests.unit.history.desk import Change, Desk, closes, finishes, leaves, locks, registers
from tests.unit.history.logs import Log, Told, person, seated, sits, waits
from tests.unit.history.logs import closes as closed
from tests.unit.history.logs import leaves as left
from tests.unit.registration.rosters import STARTS

NEAR = STARTS - timedelta(hours=20)
DEADLINE = NEAR + timedelta(hours=2)
BEFORE, AT, UNTIL = "2021-09-14T01:00:00Z", "2021-09-14T03:00:00Z", "2021-09-14T03:00:00Z"
FULL = ("r1", "r2", "d1", "d2", "d3", "d4")


def asked(who: str) -> Told:
    return person("offered", who, answer_by=UNTIL, at=BEFORE)


def says_yes(who: str, at: str = BEFORE) -> Told:
    return person("confirmed", who, via="promotion", at=at)


def one_is_asked(who: str = "r3") -> Log:
    """The house is full, somebody waits, a resident leaves."""
    return seated(*FULL).tell(waits(who)).tell(closed()).tell(left("r1"), asked(who))


SOUND = {
    "asked, and yes": one_is_asked().tell(says_yes("r3")),
    "asked, and no": one_is_asked().tell(person("offer-declined", "r3")),
    "asked, and silent": one_is_asked().tell(person("offer-expired", "r3")),
    "a seat that is held is not idle": one_is_asked(),
}
BROKEN = {
    "yes at the deadline": ("transition", one_is_asked().tell(says_yes("r3", AT))),
    "yes after it expired": ("transition", one_is_asked().tell(person("offer-expired", "r3")).tell(says_yes("r3"))),
    "silence, and nobody had asked": (
        "transition",
        seated(*FULL).tell(waits("r3")).tell(person("offer-expired", "r3")),
    ),
    "somebody else has the seat that is held": (
        "cap",
        seated(*FULL).tell(waits("r3")).tell(left("r1"), asked("r3")).tell(sits("r9")),
    ),
    "the second of a queue is asked": (
        "queue-order",
        seated(*FULL).tell(waits("r3")).tell(waits("r4", 2)).tell(closed()).tell(left("r1"), asked("r4")),
    ),
    "an other is asked while only residents who have not answered make a third": (
        "strict-composition",
        seated(*FULL[1:])
        .tell(sits("r4"))
        .tell(waits("r5"))
        .tell(waits("d5"))
        .tell(closed())
        .tell(left("r4"), asked("r5"))
        .tell(left("d1"), asked("d5")),
    ),
    "an other says yes when a third is no more": (
        "strict-composition",
        seated(*FULL)
        .tell(waits("d5"))
        .tell(closed())
        .tell(left("d1"), asked("d5"))
        .tell(left("r1"))
        .tell(says_yes("d5")),
    ),
    "the next is not asked": (
        "idle-seat",
        seated(*FULL)
        .tell(waits("r3"))
        .tell(waits("r4", 2))
        .tell(closed())
        .tell(left("r1"), asked("r3"))
        .tell(person("offer-expired", "r3")),
    ),
}


@pytest.mark.parametrize("log", SOUND.values(), ids=SOUND)
def test_offers_that_keep_the_rules_are_sound(log: Log) -> None:
    verdict = log.judged()
    assert verdict.word == "sound", str(verdict)


@pytest.mark.parametrize(("invariants", "log"), BROKEN.values(), ids=BROKEN)
def test_offers_that_break_one_are_told_under_its_name(invariants: str, log: Log) -> None:
    verdict = log.judged()
    assert set(verdict.red) == set(invariants.split()), str(verdict)


def says(who: str, *, yes: bool, at: datetime = NEAR) -> Change:
    answer = offering.accept if yes else offering.decline
    return lambda roster: answer(roster, who, at)


def rings(at: datetime) -> Change:
    """At its deadline."""
    return lambda roster: offering.expire(roster, at)


def a_day(*, compare_and_set: bool = True) -> Desk:
    """Five seats; the day before, people leave, who waits is asked, some answer as the deadline rings."""
    desk = Desk(cap=5, offers=OfferRule(24, 120), compare_and_set=compare_and_set)
    for each in ("d1", "d2", "r1", "r2", "r3", "r4", "r5", "r6", "d3", "d4"):
        desk.act(registers(each))
    desk.act(closes())
    desk.act(leaves("r1", NEAR))
    desk.together(says("r4", yes=True), rings(DEADLINE))  # yes comes first
    desk.act(leaves("d1", NEAR))
    desk.act(says("r5", yes=False))
    desk.together(rings(DEADLINE), says("r6", yes=True))  # the deadline comes first
    desk.act(says("d3", yes=True, at=DEADLINE + timedelta(minutes=1)))
    desk.act(leaves("d2", NEAR))
    desk.act(says("d4", yes=True, at=DEADLINE))
    desk.act(locks())
    desk.act(finishes())
    return desk


def test_a_day_with_offers_is_sound_and_has_all_that_can_become_of_one() -> None:
    desk = a_day()
    verdict = desk.log.judged()
    assert verdict.word == "sound", str(verdict)
    kinds = {each.header("ce_type").split(".")[2] for each in desk.log.records}
    assert {"representative-offered", "representative-offer-declined", "representative-offer-expired"} <= kinds
    assert any(b'"promotion"' in (each.value or b"") for each in desk.log.records)


def no_guard(*_: Any) -> None:
    return None


def only_the_seated(self: Roster) -> Any:
    return self.seated()


@pytest.mark.parametrize(
    ("of", "name", "broken", "invariant"),
    [
        (Roster, "held", only_the_seated, "cap"),
        (offering, "_must_be_in_time", no_guard, "transition"),
        (Roster, "promote", no_guard, "idle-seat"),
    ],
    ids=["a held seat is given away", "a deadline is none", "nobody is asked"],
)
def test_a_guard_that_is_gone_is_named(
    monkeypatch: pytest.MonkeyPatch, of: object, name: str, broken: Callable[..., Any], invariant: str
) -> None:
    monkeypatch.setattr(of, name, broken)
    assert invariant in a_day().log.judged().red


def test_an_acceptance_that_writes_over_the_expiry_is_found() -> None:
    """The race of the deadline without the store's compare-and-set: both say that they had the seat."""
    verdict = a_day(compare_and_set=False).log.judged()
    assert "transition" in verdict.red, str(verdict)
