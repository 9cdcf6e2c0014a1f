"""Draws against what was committed to, revealed and proven, by every rule that the checker knows."""

from typing import Any

import pytest

from services.registration.domain import draw as lots
from services.registration.domain.composition import Category
from shared.ids import derived_id
from tests.history.draws import WAIT
from tests.history.findings import Verdict
from tests.history.history import History
from tests.unit.history.desk import DrawDesk
from tests.unit.history.draws import NAMED, PEOPLE, SEED, by_lot, commitment, drawn, proof, seated
from tests.unit.history.logs import POINT, Log, closes, opened, person
from tests.unit.registration.draws import DrawPoint, published

BOTH = pytest.mark.parametrize("algorithm", [None, NAMED])


@BOTH
def test_a_draw_is_sound_by_either_rule(algorithm: str | None) -> None:
    for log in (
        drawn(algorithm=algorithm),
        drawn(algorithm=algorithm, leaver="r3"),
        drawn(algorithm=algorithm, opening=SEED),
    ):
        assert log.judged().word == "sound", str(log.judged())
    assert by_lot(PEOPLE) != by_lot(PEOPLE, PEOPLE, NAMED)


@BOTH
@pytest.mark.parametrize(
    "wrong", [{"sealed": "6" * 64}, {"listed": PEOPLE[1:]}, {"backwards": True}, {"opening": "6" * 64}], ids=str
)
def test_a_draw_that_was_bent_is_told(algorithm: str | None, wrong: dict[str, Any]) -> None:
    assert drawn(algorithm=algorithm, **wrong).judged().red == ["draw"]


def test_a_rule_that_is_unknown_here_is_said_and_its_order_not_judged() -> None:
    log = Log().tell(opened()).tell(person("applied", "r1"))
    verdict = log.tell(closes(), commitment(listed=("r1",), algorithm="openday-draw-9")).judged()
    assert (verdict.word, dict(verdict.unknown)) == ("sound", {"draw by openday-draw-9": 1})


def test_registration_is_not_extended_after_the_list_was_committed_to() -> None:
    log = Log().tell(opened()).tell(person("applied", "r1")).tell(closes(), commitment(listed=("r1",)))
    assert log.tell(("registration-extended", {"reopened": True})).judged().red == ["draw"]


def proven(shown: dict[str, Any] | None) -> Verdict:
    """The draw by the named rule, with this proof."""
    history = History()
    history.take(drawn(algorithm=NAMED).records)
    assert history.with_proof == [POINT]
    history.prove({POINT: shown})
    return history.verdict()


def test_a_proof_that_tells_of_the_same_draw_is_counted() -> None:
    verdict = proven(proof())
    assert (verdict.word, verdict.counts["proofs"]) == ("sound", 1), str(verdict)


WON, LOST = seated(by_lot(PEOPLE, PEOPLE, NAMED))


@pytest.mark.parametrize(
    "shown",
    [
        None,
        {},
        proof(seed="6" * 64),
        proof(result=None),
        proof(quotas={"npc_deputy": 2, "resident_representative": 3}),
        proof(result={"confirmed": WON[::-1], "waiting": LOST}),
        proof(result={"confirmed": WON[:-1], "waiting": [WON[-1], *LOST]}),
    ],
    ids=["none", "empty", "seed", "no result", "quotas", "order", "another winner"],
)
def test_a_proof_of_something_else_is_told(shown: dict[str, Any] | None) -> None:
    assert proven(shown).red == ["draw"]


def test_before_the_draw_a_proof_shows_the_list_alone() -> None:
    history = History()
    history.take(drawn(algorithm=NAMED).records[:9])
    history.prove({POINT: proof(seed=None, result=None)})
    assert history.verdict().word == "sound"


def crowd() -> DrawDesk:
    """Fifteen more than those who win or may wait."""
    desk = DrawDesk(cap=3, quota={Category.RESIDENT: 2, Category.NPC_DEPUTY: 1})
    for number in range(WAIT + 18):
        category = Category.NPC_DEPUTY if number % 40 == 0 else Category.RESIDENT
        desk.point.apply(derived_id("registration", str(number)), category, weight=1 + number % 12)
    desk.act(DrawPoint.close)
    desk.act(DrawPoint.draw)
    return desk


def test_of_a_crowd_500_wait_in_the_order_of_their_best_lots() -> None:
    desk = crowd()
    told = history_of(desk, published(desk.point))
    assert (told.word, told.counts["proofs"]) == ("sound", 1), str(told)
    assert sum("not-drawn" in each.header("ce_type") for each in desk.log.records) == 15


@pytest.mark.parametrize("cut", [WAIT - 1, WAIT + 1])
def test_more_or_fewer_who_wait_than_the_rule_says_are_told(cut: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lots, "MOST_WAITING", cut)
    desk = crowd()
    assert history_of(desk, published(desk.point)).red == ["draw"]


def test_a_weight_that_is_not_on_the_sealed_list_is_told() -> None:
    desk = crowd()
    shown = published(desk.point)
    shown["applicants"][7]["weight"] += 1
    assert history_of(desk, shown).red == ["draw"]


def history_of(desk: DrawDesk, shown: dict[str, Any]) -> Verdict:
    """The log and this proof."""
    history = History()
    history.take(desk.log.records)
    history.prove({desk.point.roster.id: shown})
    return history.verdict()


def test_nobody_applies_after_the_list_was_committed_to() -> None:
    log = Log().tell(opened()).tell(person("applied", "r1")).tell(closes(), commitment(listed=("r1",)))
    assert log.tell(person("applied", "r2")).judged().red == ["draw"]


def test_who_applied_may_be_told_of_after_the_close_and_before_the_list() -> None:
    log = Log().tell(opened()).tell(closes()).tell(person("applied", "r1")).tell(commitment(listed=("r1",)))
    assert log.judged().word == "sound"


def test_a_draw_without_a_name_has_no_proof_to_ask_for() -> None:
    history = History()
    history.take(drawn().records)
    assert history.with_proof == []
