"""What holds after any sequence of steps, with the timers rung in time or long after."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.feedback.domain import facts
from services.feedback.domain.opinion import MOST_RETURNS, Opinion
from services.feedback.domain.vocabulary import State
from shared.aggregate import fork
from shared.errors import Conflict
from tests.unit.feedback.making import ASSIGNED_AT, DRAFT, LEAD, OTHER, assign, received, ring_due

Step = Callable[[Opinion, datetime], None]
STEPS: dict[str, Step] = {
    "on_site": lambda each, now: each.answer_on_site("可以。", by="clerk", at=now),
    "assign_lead": lambda each, now: assign(each, LEAD, now),
    "assign_other": lambda each, now: assign(each, OTHER, now),
    "accept": lambda each, now: each.accept(at=now),
    "return": lambda each, now: each.give_back("非本单位职责", by="clerk", at=now),
    "note": lambda each, now: each.note_progress("正在办理", by="clerk", at=now),
    "draft": lambda each, now: each.draft_reply(DRAFT, by="writer", at=now),
    "pass": lambda each, now: each.pass_reply(by="reviewer", at=now),
    "send_back": lambda each, now: each.return_reply("措辞", by="reviewer", at=now),
    "publish": lambda each, now: each.publish(at=now),
    "rate": lambda each, now: each.rate(5, at=now),
    "supervise": lambda each, now: each.supervise("请尽快答复", by="office", at=now),
}
# Mostly the steps that lead on, so that histories get somewhere; up to 12 days between two of them.
HISTORIES = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS)) | st.sampled_from(["assign_lead", "accept"]), st.integers(1, 12 * 24)),
    max_size=30,
)


def lived(history: list[tuple[str, int]], *, punctual: bool) -> Opinion:
    """An opinion after these steps; a refused one leaves no trace, as in the store."""
    opinion, now = received(), ASSIGNED_AT
    for name, hours in [("assign_lead", 0), *history, ("end", 10_000)]:
        now += timedelta(hours=hours)
        if punctual:
            ring_due(opinion, now)
        if name in STEPS:
            opinion = _after(opinion, STEPS[name], now)
    ring_due(opinion, now)
    return opinion


def _after(opinion: Opinion, step: Step, now: datetime) -> Opinion:
    trial = fork(opinion)
    trial.facts = list(opinion.facts)
    with suppress(Conflict):
        step(trial, now)
        return trial
    return opinion


@settings(max_examples=150, deadline=None)
@given(HISTORIES)
def test_the_rules_hold_after_any_history(history: list[tuple[str, int]]) -> None:
    opinion = lived(history, punctual=True)
    kinds = Counter(type(each) for each in opinion.facts)
    assert kinds[facts.AssignmentReturned] <= MOST_RETURNS
    assert kinds[facts.ReplyPublished] <= 1
    assert kinds[facts.OpinionRated] <= kinds[facts.ReplyPublished]
    late = Counter(each.unit_id for each in opinion.facts if isinstance(each, facts.AssignmentOverdue))
    assert set(late) == set(opinion.overdue)
    assert all(count == 1 for count in late.values())
    for reply in [each for each in opinion.facts if isinstance(each, facts.ReplyPublished)]:
        assert reply.on_time or reply.unit_id in late
    assert opinion.public == (opinion.state in {State.PUBLISHED, State.RATED})
    if opinion.public:
        assert opinion.reply is not None
        assert opinion.reply.reviewed_by not in (None, opinion.reply.written_by)


@settings(max_examples=150, deadline=None)
@given(HISTORIES)
def test_a_service_that_slept_through_its_timers_tells_the_same_facts(history: list[tuple[str, int]]) -> None:
    punctual, late = lived(history, punctual=True), lived(history, punctual=False)
    assert Counter(punctual.facts) == Counter(late.facts)
    assert (punctual.state, punctual.overdue) == (late.state, late.overdue)
