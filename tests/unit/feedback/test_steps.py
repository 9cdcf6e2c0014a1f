"""The state machine of an opinion: every step in every state."""

from collections.abc import Callable

import pytest

from services.feedback.domain import facts
from services.feedback.domain.opinion import MOST_NOTES, Opinion
from services.feedback.domain.vocabulary import State
from shared.aggregate import fork
from shared.errors import Conflict
from tests.unit.feedback.making import (
    DRAFT,
    LATER,
    LEAD,
    OTHER,
    THIRD,
    accepted,
    assign,
    assigned,
    at,
    clocks,
    drafted,
    in_state,
    received,
)

STEPS: dict[str, Callable[[Opinion], None]] = {
    "on_site_answer": lambda each: each.answer_on_site("可以。", by="clerk", at=LATER),
    "assignment": lambda each: assign(each, OTHER, LATER),
    "acceptance": lambda each: each.accept(at=LATER),
    "return": lambda each: each.give_back("非本单位职责", by="clerk", at=LATER),
    "progress_note": lambda each: each.note_progress("正在办理", by="clerk", at=LATER),
    "reply": lambda each: each.draft_reply(DRAFT, by="writer", at=LATER),
    "reply_review": lambda each: each.pass_reply(by="reviewer", at=LATER),
    "publication": lambda each: each.publish(at=LATER),
    "rating": lambda each: each.rate(4, at=LATER),
    "supervision": lambda each: each.supervise("请尽快答复", by="office", at=LATER),
}

# Written from the rules, not from the code: what each state allows, and where it leads.
WAYS = {
    "received": {"on_site_answer": "answered_on_site", "assignment": "assigned"},
    "answered_on_site": {},
    "assigned": {"acceptance": "accepted", "return": "returned_to_office", "assignment": "assigned"},
    "returned_to_office": {"assignment": "assigned"},
    "accepted": {"progress_note": "accepted", "reply": "reply_drafted", "assignment": "assigned"},
    "reply_drafted": {"reply_review": "reply_reviewed"},
    "reply_reviewed": {"publication": "published"},
    "published": {"rating": "rated"},
    "rated": {},
}
UNDER_A_CLOCK = {"assigned", "accepted", "reply_drafted", "reply_reviewed"}  # where supervision is thinkable


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", list(State))
def test_every_step_in_every_state_leads_on_or_is_refused_by_name(state: State, step: str) -> None:
    opinion = in_state(state)
    before = fork(opinion)
    opinion.facts.clear()
    if step in WAYS[state]:
        STEPS[step](opinion)
        assert opinion.state == WAYS[state][step]
        return
    with pytest.raises(Conflict) as refusal:
        STEPS[step](opinion)
    assert opinion == before
    assert opinion.facts == []
    if step == "supervision" and state in UNDER_A_CLOCK:
        assert refusal.value.code == "not_overdue"
    else:
        assert refusal.value.code == "illegal_transition"
        assert refusal.value.facts["state"] == state
        expected = set(WAYS[state]) | ({"supervision"} if state in UNDER_A_CLOCK else set())
        assert set(map(str, refusal.value.facts["allowed"])) == expected  # type: ignore[call-overload]


def test_a_third_return_is_refused_because_the_office_decides() -> None:
    opinion = assigned()
    opinion.give_back("一", by="clerk", at=LATER)
    assign(opinion, OTHER, LATER)
    opinion.give_back("二", by="clerk", at=LATER)
    assign(opinion, THIRD, LATER)
    with pytest.raises(Conflict) as refusal:
        opinion.give_back("三", by="clerk", at=LATER)
    assert refusal.value.code == "office_decides"
    assert opinion.state == State.ASSIGNED
    assert [each.returns for each in opinion.facts if isinstance(each, facts.AssignmentReturned)] == [1, 2]


def test_a_second_unit_makes_a_transfer_the_same_unit_again_does_not() -> None:
    opinion = assigned()
    opinion.give_back("非本单位职责", by="clerk", at=LATER)
    assign(opinion, LEAD, LATER)
    assert opinion.transfers == 0
    assign(opinion, OTHER, LATER)
    kinds = [type(each) for each in opinion.facts]
    assert kinds == [
        facts.OpinionReceived,
        facts.OpinionAssigned,
        facts.AssignmentReturned,
        facts.OpinionAssigned,
        facts.OpinionTransferred,
    ]
    moved = opinion.facts[-1]
    assert isinstance(moved, facts.OpinionTransferred)
    assert (moved.previous_unit_id, moved.unit_id, opinion.transfers) == (LEAD, OTHER, 1)


def test_assigning_to_the_unit_that_has_it_is_refused() -> None:
    with pytest.raises(Conflict) as refusal:
        assign(accepted(), LEAD, LATER)
    assert refusal.value.code == "same_unit"


def test_a_first_assignment_away_from_the_host_is_no_transfer() -> None:
    opinion = received()
    assign(opinion, OTHER)
    assert isinstance(opinion.facts[-1], facts.OpinionAssigned)
    assert (opinion.unit_id, opinion.transfers) == (OTHER, 0)


def test_a_transfer_restarts_both_clocks() -> None:
    opinion = assigned()
    monday = at("2021-11-15 15:00")
    assign(opinion, OTHER, monday)
    assert opinion.assignment is not None
    assert opinion.assignment.accept_by == at("2021-11-17 00:00")
    assert opinion.assignment.reply_by == at("2021-11-30 00:00")
    assert opinion.timers["overdue"] == opinion.assignment.reply_by


def test_a_complex_matter_has_the_longer_term() -> None:
    opinion = received()
    opinion.assign(LEAD, clocks(is_complex=True), is_complex=True, by="office", at=LATER)
    assert opinion.is_complex
    assert opinion.timers["overdue"] == at("2021-12-04 00:00")  # Fri 11-12 + 15 = Fri 12-03, 24:00


@pytest.mark.parametrize(
    "decide",
    [
        lambda each: each.pass_reply(by="writer", at=LATER),
        lambda each: each.return_reply("措辞", by="writer", at=LATER),
    ],
)
def test_nobody_reviews_their_own_reply(decide: Callable[[Opinion], None]) -> None:
    opinion = drafted()
    with pytest.raises(Conflict) as refusal:
        decide(opinion)
    assert refusal.value.code == "writer_reviews_own"
    assert opinion.state == State.REPLY_DRAFTED


def test_a_returned_reply_is_written_anew_by_anybody_and_reviewed_again() -> None:
    opinion = drafted()
    opinion.return_reply("请写明时限", by="reviewer", at=LATER)
    assert opinion.state == State.ACCEPTED
    assert opinion.reply is not None
    assert opinion.reply.return_reason == "请写明时限"
    opinion.draft_reply(DRAFT, by="reviewer", at=LATER)  # who reviewed before may write now, and then not review
    with pytest.raises(Conflict):
        opinion.pass_reply(by="reviewer", at=LATER)
    opinion.pass_reply(by="writer", at=LATER)
    assert opinion.standing().state == State.REPLY_REVIEWED


def test_a_transfer_leaves_no_old_draft_behind() -> None:
    opinion = drafted()
    opinion.return_reply("不属本单位", by="reviewer", at=LATER)
    assign(opinion, OTHER, LATER)
    assert opinion.reply is None


def test_progress_notes_are_bounded() -> None:
    opinion = accepted()
    for _ in range(MOST_NOTES):
        opinion.note_progress("进展", by="clerk", at=LATER)
    with pytest.raises(Conflict) as refusal:
        opinion.note_progress("进展", by="clerk", at=LATER)
    assert refusal.value.code == "notes_full"
