"""A draw: committed to, held, proved; and whatever people do meanwhile, the proof stays true."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration.domain import draw as lots
from services.registration.domain import drawing
from services.registration.domain import roster_facts as facts
from services.registration.domain.composition import Category
from services.registration.domain.draw import FULL_WEIGHT, Applicant, digest, order
from services.registration.domain.draw_proof import proof
from services.registration.domain.place import Status
from services.registration.domain.plan_content import Selection
from services.registration.domain.sheet import Application
from shared.errors import Conflict, NotFound
from tests.support.verifier import verified
from tests.unit.registration.draws import DrawPoint, Story, people, published, stories
from tests.unit.registration.rosters import CLOSES, DEPUTY, MEDIA, MEMBER, RESIDENT, SEED, roster

CROWD = people(
    [DEPUTY] * 4 + [RESIDENT] * 9 + [MEDIA] * 2,
    ["while open", "before the draw", "never", "after the draw", "before the draw", "after the draw"],
)
STORY = Story({DEPUTY: 2, RESIDENT: 3, MEDIA: 1}, CROWD)


def test_the_seed_is_sealed_before_anybody_applies() -> None:
    point = roster(selection=Selection.RANDOM_DRAW)
    opened = point.facts[0]
    assert isinstance(opened, facts.RegistrationOpened)
    assert opened.seed_digest == digest(SEED)
    assert SEED not in repr(point)
    first_come = roster()
    assert (first_come.seed_digest, first_come.draw) == (None, None)


def test_a_draw_gives_each_category_its_places_and_the_others_a_queue() -> None:
    point = STORY.held()
    drawn = Counter(point.listed[each].category for each in published(point)["result"]["confirmed"])
    assert drawn == STORY.quota
    told = [each for each in point.told if isinstance(each, facts.Waitlisted)]
    for category in Category:
        queue = [each.position for each in told if each.category == category]
        assert queue == list(range(1, len(queue) + 1))


def test_quotas_beyond_the_cap_do_not_raise_it() -> None:
    places = lots.Places("point", 4, dict.fromkeys(Category, 3))
    crowd = {each.id: Applicant(each.category) for each in people([RESIDENT, DEPUTY, MEDIA] * 4)}
    drawn = lots.result(lots.applicants_digest(places, crowd), places, crowd, (), SEED)
    assert len(drawn.confirmed) == 4


def test_500_wait_and_everybody_else_is_told_that_they_were_not_drawn() -> None:
    crowd = people([DEPUTY] * 40 + [RESIDENT] * 560)
    point = Story({DEPUTY: 4, RESIDENT: 8}, crowd).held()
    told = Counter(type(each).__name__ for each in point.told)
    assert (told["Confirmed"], told["Waitlisted"], told["NotDrawn"]) == (12, 500, 88)
    assert told["DrawRevealed"] == 1
    assert isinstance(point.told[-1], facts.DrawRevealed), "when everybody has an answer"
    out = next(each for each in point.applications if each.status == Status.NOT_DRAWN)
    assert "未抽中" in out.admission.sentence.zh
    with pytest.raises(Conflict, match="illegal_transition"):
        point.cancel(out.id)
    assert verified(published(point)).content


def test_only_a_closed_list_is_drawn_and_only_once() -> None:
    point = DrawPoint(cap=5, quota={RESIDENT: 3})
    for each in people([RESIDENT] * 4):
        point.apply(each.id, each.category)
    with pytest.raises(Conflict, match="illegal_transition"):
        point.draw()
    point.close()
    with pytest.raises(Conflict, match="draw_pending"):
        point.roster.lock(CLOSES)
    point.draw()
    with pytest.raises(Conflict, match="no_draw"):
        point.draw()
    with pytest.raises(Conflict, match="no_draw"):
        point.roster.reveal(CLOSES)
    assert point.roster.lock(CLOSES)[RESIDENT] == 3


def test_a_list_that_is_not_committed_to_is_not_drawn() -> None:
    point = DrawPoint(cap=5, quota={RESIDENT: 3})
    point.roster.close(CLOSES)
    with pytest.raises(Conflict, match="draw_not_committed"):
        point.draw()


def test_another_seed_than_the_sealed_one_draws_nothing() -> None:
    point = STORY.closed()
    before = len(point.told)
    with pytest.raises(Conflict, match="seed_mismatch"):
        point.draw("6" * 64)
    assert (point.roster.drawn, len(point.told), point.roster.registrations) == (False, before, {})


def test_who_calls_off_in_the_middle_of_a_draw_leaves_nobody_with_a_place() -> None:
    point = STORY.closed()
    drawing.begin(point.roster, CLOSES)
    frozen = [sheet.freeze() for sheet in point.sheets.values()]
    result = drawing.result(point.roster, point.listed, SEED)
    point.roster.call_off()
    with pytest.raises(Conflict, match="illegal_transition"):
        drawing.seat(point.roster, result, point.listed, SEED, CLOSES)
    assert any(frozen)
    assert (point.roster.registrations, point.roster.facts) == ({}, [])


def test_a_list_is_not_committed_to_when_it_was_called_off_meanwhile() -> None:
    point = DrawPoint(cap=5, quota={RESIDENT: 3})
    point.roster.close(CLOSES)
    point.roster.call_off()
    point.collect()
    with pytest.raises(Conflict, match="illegal_transition"):
        drawing.commit(point.roster, point.listed, CLOSES)
    assert (point.roster.draw, point.roster.facts) == (None, [])


def test_a_draw_that_nobody_applied_for_is_held_and_proved() -> None:
    point = Story({RESIDENT: 3}, ()).held()
    assert published(point)["result"] == {"confirmed": [], "waiting": []}
    assert verified(published(point)).content


def test_after_a_draw_a_seat_stays_in_its_category() -> None:
    point = Story({DEPUTY: 2, RESIDENT: 2}, people([DEPUTY] * 5 + [RESIDENT] * 5)).held()
    leaving = next(each for each in point.roster.seated() if each.category == DEPUTY)
    next_deputy = point.roster.waiting(DEPUTY)[0]
    point.cancel(leaving.id)
    assert point.status(next_deputy.id) == Status.CONFIRMED


def test_there_is_a_proof_from_the_close_on_and_where_lots_are_drawn() -> None:
    with pytest.raises(NotFound, match="no_draw"):
        proof(roster(), {})
    with pytest.raises(Conflict, match="draw_not_committed") as refused:
        proof(roster(selection=Selection.RANDOM_DRAW), {})
    assert refused.value.facts["seed_digest"] == digest(SEED)
    committed = published(STORY.closed())
    assert (committed["seed"], committed["result"], committed["withdrawn"]) == (None, None, [])
    assert SEED not in str(committed)


def test_the_list_that_is_drawn_is_the_list_at_the_close() -> None:
    """Who left while it was open is not on it; who left later keeps a lot, takes no place, and moves nobody else."""
    point = STORY.closed()
    before, after = published(point), published(STORY.held())
    on_it = {each["registration_id"] for each in after["applicants"]}
    left = {when: {each.id for each in CROWD if each.leaves == when} for when in ("while open", "before the draw")}
    assert not on_it & left["while open"]
    assert set(after["withdrawn"]) == left["before the draw"] < on_it
    assert before["applicants"] == after["applicants"]
    assert before["commitment"] == after["commitment"]
    nobody_left = Story(STORY.quota, people([each.category for each in CROWD], ["while open"])).held()
    assert published(nobody_left)["commitment"] == after["commitment"]
    drawn = order(SEED, after["commitment"]["applicants_digest"], dict.fromkeys(on_it, FULL_WEIGHT))
    for told in (after, published(nobody_left)):
        assert [each for each in drawn if each in told["result"]["waiting"]] == told["result"]["waiting"]


def test_who_leaves_after_the_draw_does_not_change_its_proof() -> None:
    point = STORY.closed()
    point.draw()
    told = published(point)
    for each in point.roster.seated():
        point.cancel(each.id)
    assert published(point) == told
    assert verified(told).content


def test_a_proof_of_the_present_list_would_look_false(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control for both: without the list of the close a true draw fails its check as soon as somebody leaves."""
    monkeypatch.setattr(Application, "listed", property(lambda self: self.status != Status.CANCELLED))
    for point in (STORY.closed(), STORY.held()):
        assert "List, cap and quotas" in verified(published(point)).said.splitlines()[-1]


def _swapped(told: dict[str, Any]) -> None:
    told["applicants"][0]["registration_id"] = "0" * 36


def _recast(told: dict[str, Any]) -> None:
    told["applicants"][0]["category"] = "cppcc_member"


def _reseeded(told: dict[str, Any]) -> None:
    told["seed"] = "6" * 64


def _one_more_place(told: dict[str, Any]) -> None:
    told["quotas"]["resident_representative"] += 1


def _larger(told: dict[str, Any]) -> None:
    told["cap"] += 1


def _reordered(told: dict[str, Any]) -> None:
    told["result"]["waiting"].reverse()


def _favoured(told: dict[str, Any]) -> None:
    lucky, unlucky = told["result"]["confirmed"], told["result"]["waiting"]
    lucky[0], unlucky[0] = unlucky[0], lucky[0]


def _sent_away(told: dict[str, Any]) -> None:
    told["withdrawn"].append(told["result"]["confirmed"][0])


def _heavier(told: dict[str, Any]) -> None:
    told["applicants"][0]["weight"] += 1


def _another_rule(told: dict[str, Any]) -> None:
    told["algorithm"] = "openday-draw-1"


TAMPERED: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (_swapped, "List, cap and quotas"),
    (_recast, "List, cap and quotas"),
    (_one_more_place, "List, cap and quotas"),
    (_larger, "List, cap and quotas"),
    (_heavier, "List, cap and quotas"),
    (_reseeded, "The seed is as sealed"),
    (_reordered, "waiting are the right ones"),
    (_favoured, "Those drawn"),
    (_sent_away, "Those drawn"),
    (_another_rule, "knows the rule"),
]
every_tampering = pytest.mark.parametrize(
    ("tamper", "reason"), TAMPERED, ids=lambda each: getattr(each, "__name__", "")
)


@every_tampering
def test_a_tampered_proof_is_refused_with_the_reason(tamper: Callable[[dict[str, Any]], None], reason: str) -> None:
    told = published(STORY.held())
    tamper(told)
    verdict = verified(told)
    assert not verdict.content
    assert reason in verdict.said.splitlines()[-1]


def test_a_proof_made_up_anew_is_refused_beside_what_was_saved() -> None:
    """Consistent in itself, with another list: found by whoever kept the commitment."""
    saved, another = published(STORY.closed()), published(Story(STORY.quota, CROWD[2:]).held())
    assert verified(another).content
    verdict = verified(another, saved)
    assert not verdict.content
    assert "as saved before" in verdict.said.splitlines()[-1]
    assert verified(published(STORY.held()), saved).content


def test_the_verifier_says_what_it_needs_and_what_it_found() -> None:
    assert "proof.json" in verified().said
    assert not verified({"code": "draw_not_committed"}).content
    said = verified(published(STORY.held())).said
    assert said.count("OK") == 6
    assert "抽中的 6 人" in said


@settings(max_examples=20, deadline=None)
@given(stories())
def test_the_proof_of_any_draw_verifies_beside_what_was_saved(story: Story) -> None:
    verdict = verified(published(story.held()), published(story.closed()))
    assert verdict.content, verdict.said


@settings(max_examples=60, deadline=None)
@given(stories(), st.randoms(use_true_random=False))
def test_a_draw_is_the_same_in_whatever_order_people_came(story: Story, order: random.Random) -> None:
    shuffled = list(story.applicants)
    order.shuffle(shuffled)
    assert published(Story(story.quota, tuple(shuffled)).held()) == published(story.held())


@settings(max_examples=60, deadline=None)
@given(stories())
def test_every_place_is_taken_while_somebody_is_there_to_take_it(story: Story) -> None:
    point = story.held()
    result = published(point)["result"]
    there = Counter(each.category for each in story.applicants if each.leaves in ("never", "after the draw"))
    categories = {each.id: each.category for each in story.applicants}
    drawn = Counter(categories[each] for each in result["confirmed"])
    assert drawn == Counter({each: min(story.quota.get(each, 0), there[each]) for each in Category})
    assert len(result["confirmed"]) + len(result["waiting"]) == sum(there.values())


def _by_arrival(seed: str, listed: str, weights: dict[str, int]) -> list[str]:
    return list(weights)


def _without_the_list(seed: str, listed: str, weights: dict[str, int]) -> list[str]:
    return sorted(weights, key=lambda each: digest(f"{seed}:{each}"))


def _one_lot_each(seed: str, listed: str, weights: dict[str, int]) -> list[str]:
    return order(seed, listed, dict.fromkeys(weights, 1))


@pytest.mark.parametrize("another", [_by_arrival, _without_the_list, _one_lot_each])
def test_another_order_than_the_published_one_is_found(
    monkeypatch: pytest.MonkeyPatch, another: Callable[..., list[str]]
) -> None:
    monkeypatch.setattr(lots, "order", another)
    crowd = people([DEPUTY, MEMBER, RESIDENT, MEDIA] * 6)
    assert not verified(published(Story({RESIDENT: 3, DEPUTY: 2}, crowd).held())).content
