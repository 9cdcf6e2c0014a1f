"""Each rule of an open point against a log written by hand: kept, and broken in the words that it is told in."""

import pytest

from tests.history.findings import INVARIANTS
from tests.unit.history.draws import drawn
from tests.unit.history.logs import (
    DEPUTY,
    RESIDENT,
    Log,
    closes,
    leaves,
    locked,
    locks,
    opened,
    person,
    seated,
    sits,
    waits,
)

FULL = ("r1", "r2", "d1", "d2", "d3", "d4")


def waived(short_by: int) -> tuple[str, dict[str, object]]:
    return "composition-waived", {"short_by": short_by}


def extended(*, reopened: bool = True) -> tuple[str, dict[str, object]]:
    return "registration-extended", {"reopened": reopened}


SOUND = {
    "nothing but an opening": Log().tell(opened()),
    "a full point, and somebody who waits": seated(*FULL).tell(waits("r3")),
    "who leaves makes room for the first of the queue": seated(*FULL)
    .tell(waits("d5"))
    .tell(waits("r3"))
    .tell(leaves("r1"), sits("r3", "promotion")),
    "an earlier other is passed while seats are kept for residents": seated(*FULL[1:])
    .tell(waits("d5", reason="composition_hold"))
    .tell(sits("r4"))
    .tell(waits("r3"))
    .tell(leaves("r2"), sits("r3", "promotion")),
    "an earlier other moves up when another leaves": seated(*FULL)
    .tell(waits("d5"))
    .tell(waits("r3"))
    .tell(leaves("d1"), sits("d5", "promotion")),
    "who left a queue is passed over": seated(*FULL)
    .tell(waits("r3"))
    .tell(waits("r4", 2))
    .tell(leaves("r3", "waitlisted"))
    .tell(leaves("d1"), sits("r4", "promotion")),
    "a close with somebody who waits": seated(*FULL).tell(waits("r3")).tell(closes()),
    "registration that goes on for longer": seated("r1").tell(extended(reopened=False)).tell(sits("r2")),
    "a short list that is opened again": seated("r1", "d1", "d2", "d3")
    .tell(closes())
    .tell(waived(1))
    .tell(extended())
    .tell(sits("r2"))
    .tell(closes())
    .tell(locks(r=2, d=3)),
    "a lock with a third": locked("r1", "d1", "d2"),
    "a lock that was waived": seated("r1", "d1", "d2", "d3")
    .tell(closes())
    .tell(waived(1))
    .tell(locks(r=1, d=3, waived=True)),
    "a resident who leaves after the lock": locked("r1", "d1", "d2").tell(leaves("r1")),
    "the door": locked("r1", "d1")
    .tell(person("checked-in", "r1"))
    .tell(person("check-in-undone", "r1"))
    .tell(person("checked-in", "r1"))
    .tell(person("absent", "d1")),
    "a cap that was raised": Log().tell(opened(24), ("cap-raised", {"cap": 24})),
    "a draw": drawn(),
    "who left between the list and the draw": drawn(leaver="r2"),
    "who was drawn leaves, and the next of the category moves up": drawn().tell(leaves("r2"), sits("r4", "promotion")),
    "a free seat after a draw whose quota nobody waits for": drawn().tell(leaves("d1")),
    "a kind of fact that nobody here knows": Log().tell(opened()).tell(("point-repainted", {"colour": "red"})),
}

BROKEN = {
    "one more than the cap": ("cap", seated(*FULL).tell(sits("r3"))),
    "more than twenty, and nobody said so": ("cap", Log().tell(opened(24))),
    "one other more than the seats for others": ("reserved-seats", seated("d1", "d2", "d3", "d4", "d5")),
    "a lock without a third": (
        "strict-composition",
        seated("r1", "d1", "d2", "d3").tell(closes()).tell(locks(r=1, d=3, waived=True)),
    ),
    "a waiver of the list before it was opened again": (
        "strict-composition",
        seated("r1", "d1", "d2", "d3")
        .tell(closes())
        .tell(waived(1))
        .tell(extended())
        .tell(closes())
        .tell(locks(r=1, d=3, waived=True)),
    ),
    "opened again, and was open": ("counts", seated("r1").tell(extended())),
    "an other moves up against the strict rule": (
        "strict-composition",
        seated(*FULL).tell(waits("d5")).tell(closes()).tell(leaves("r2"), sits("d5", "promotion")),
    ),
    "two places for one registration": ("one-place", seated("r1", "r1")),
    "a place and a queue for one registration": ("one-place idle-seat", seated("r1").tell(waits("r1"))),
    "another category halfway": (
        "one-place",
        seated("r1").tell(("representative-cancelled", {**leaves("r1")[1], "category": DEPUTY})),
    ),
    "back after cancelling": ("transition", seated("r1").tell(leaves("r1")).tell(sits("r1"))),
    "cancelled twice": ("transition", seated("r1").tell(leaves("r1")).tell(leaves("r1"))),
    "cancelled, and was something else": ("transition", seated("r1").tell(leaves("r1", "waitlisted"))),
    "a promotion of nobody who waits": ("transition", seated("r1").tell(sits("r2", "promotion"))),
    "registered after the close": ("transition", seated("r1").tell(closes()).tell(sits("r2"))),
    "locked before the close": ("transition", seated("r1").tell(locks(r=1))),
    "a seat stays free": (
        "idle-seat",
        seated(*FULL).tell(waits("r3")).tell(leaves("r1")).tell(sits("r3", "promotion")),
    ),
    "a seat is free at the end": ("idle-seat", seated(*FULL).tell(waits("r3")).tell(leaves("r1"))),
    "waiting beside free seats": ("idle-seat", seated("r1").tell(waits("r2"))),
    "the second of a queue": (
        "queue-order",
        seated(*FULL).tell(waits("r3")).tell(waits("r4", 2)).tell(leaves("r1"), sits("r4", "promotion")),
    ),
    "the later of two queues": (
        "queue-order",
        seated(*FULL).tell(waits("d5")).tell(waits("r3")).tell(leaves("d1"), sits("r3", "promotion")),
    ),
    "a newcomer before the queue": (
        "queue-order",
        seated(*FULL).tell(waits("r3")).tell(leaves("r1"), sits("r4")),
    ),
    "a lock that counts one more": ("counts", seated("r1").tell(closes()).tell(locks(r=2))),
    "a lock that forgets who waits": ("counts", seated(*FULL).tell(waits("r3")).tell(closes()).tell(locks(r=2, d=4))),
    "a waiver that was not needed": ("counts", seated("r1").tell(waived(1))),
    "a place in the queue that is another": ("counts", seated(*FULL).tell(waits("r3", 2))),
    "admitted twice": ("door", locked("r1").tell(person("checked-in", "r1")).tell(person("checked-in", "r1"))),
    "admitted without a place": (
        "door cap",
        seated(*FULL).tell(waits("m1")).tell(closes()).tell(locks(1, r=2, d=4)).tell(person("checked-in", "m1")),
    ),
    "admitted before the lock": ("door", seated("r1").tell(closes()).tell(person("checked-in", "r1"))),
    "undone without an admission": ("door", locked("r1").tell(person("check-in-undone", "r1"))),
    "never opened": ("log", Log().tell(sits("r1"))),
    "a body that lacks the category": (
        "log",
        Log().tell(opened()).tell(("representative-applied", {"registration_id": "r1"})),
    ),
    "another seed than the sealed one": ("draw", drawn(sealed="another")),
    "another list than the one that was there": ("draw", drawn(listed=("r1", "r2", "r9"))),
    "an order of their own": ("draw", drawn(backwards=True)),
    "more than the quota move up": ("draw", drawn().tell(sits("r4", "promotion"))),
    "a count of the draw that is another": ("counts", drawn(said={RESIDENT: 7})),
}


@pytest.mark.parametrize("log", SOUND.values(), ids=SOUND.keys())
def test_what_keeps_the_rules_is_sound(log: Log) -> None:
    verdict = log.judged()
    assert verdict.word == "sound", str(verdict)
    assert verdict.counts["prefixes"] == len(log.records)


@pytest.mark.parametrize(("invariants", "log"), BROKEN.values(), ids=BROKEN.keys())
def test_what_breaks_a_rule_is_told_under_its_name_alone(invariants: str, log: Log) -> None:
    verdict = log.judged()
    assert set(verdict.red) == set(invariants.split()), str(verdict)
    assert verdict.exit_code == 1


def test_every_invariant_of_an_open_point_was_seen_broken() -> None:
    elsewhere = {"public-view"}  # test_public_view.py
    assert {each for invariants, _ in BROKEN.values() for each in invariants.split()} == set(INVARIANTS) - elsewhere
