"""A dossier's way: what each state allows, what is recorded, what a repeat changes."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from services.reporting.domain import facts
from services.reporting.domain.dossier import OVERDUE, Dossier
from services.reporting.domain.material import FILES_PER_ITEM, ItemKind
from services.reporting.domain.state import ALLOWED, State
from shared.aggregate import Aggregate, fork
from shared.errors import Conflict, NotFound
from tests.unit.reporting.dossiers import DUE, HELD, RULE, announced, attach, complete, hold

LATER = DUE + timedelta(days=3)


def submitted() -> Dossier:
    dossier = complete()
    dossier.submit(DUE, RULE)
    return dossier


def returned() -> Dossier:
    dossier = submitted()
    dossier.return_(DUE, "图片缺少说明文字")
    return dossier


def accepted() -> Dossier:
    dossier = submitted()
    dossier.accept(DUE)
    return dossier


def cancelled() -> Dossier:
    dossier = announced()
    dossier.cancelled(HELD)
    return dossier


STATES: dict[State, Callable[[], Dossier]] = {
    State.NOT_DUE: announced,
    State.OPEN: complete,
    State.SUBMITTED: submitted,
    State.RETURNED: returned,
    State.ACCEPTED: accepted,
    State.CANCELLED: cancelled,
}
ACTIONS: dict[str, Callable[[Dossier], object]] = {
    "upload": lambda dossier: attach(dossier, content="another"),
    "submit": lambda dossier: dossier.submit(LATER, RULE),
    "return": lambda dossier: dossier.return_(LATER, "请补充"),
    "accept": lambda dossier: dossier.accept(LATER),
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", State)
def test_a_state_allows_what_it_says_and_refuses_the_rest_by_name(state: State, action: str) -> None:
    dossier = STATES[state]()
    assert dossier.state is state
    before = fork(dossier)
    if action in ALLOWED[state]:
        ACTIONS[action](dossier)
        return
    with pytest.raises(Conflict) as refused:
        ACTIONS[action](dossier)
    assert refused.value.facts == {"state": state, "allowed": ALLOWED[state]}
    assert dossier == before


def test_the_clock_is_armed_when_the_activity_was_held_and_only_once() -> None:
    dossier = hold(announced())
    hold(dossier, HELD + timedelta(days=5))
    assert [each for each in dossier.facts if isinstance(each, facts.FilingDueSet)] == dossier.facts
    assert dossier.deadline is not None
    assert dossier.deadline.due_at == DUE
    assert dossier.timers == {OVERDUE: DUE + timedelta(milliseconds=1)}


def test_a_cancelled_activity_has_no_clock() -> None:
    dossier = cancelled()
    assert (dossier.timers, dossier.facts) == ({}, [])
    assert not dossier.is_overdue(LATER)


def test_overdue_is_said_when_the_clock_runs_out_and_never_after_a_filing() -> None:
    dossier = complete()
    _let_ring(dossier, LATER)
    assert dossier.facts[-1] == facts.FilingOverdue("activity-1", "zjj", DUE)
    assert dossier.is_overdue(LATER)
    in_time = complete()
    in_time.submit(DUE, RULE)
    assert in_time.timers == {}
    assert not in_time.is_overdue(LATER)


def test_a_set_filed_at_the_last_instant_is_on_time_and_not_overdue() -> None:
    dossier = complete()
    _let_ring(dossier, DUE)
    assert dossier.submit(DUE, RULE).on_time
    assert not any(isinstance(each, facts.FilingOverdue) for each in dossier.facts)


def test_a_timer_of_another_name_is_an_error_of_ours() -> None:
    with pytest.raises(LookupError):
        complete().ring("reminder", DUE)


def test_corrections_change_neither_lateness_nor_receipt_and_are_told_to_nobody() -> None:
    dossier = complete()
    filing = dossier.submit(LATER, RULE)
    assert (filing.on_time, filing.days_late) == (False, 4)
    dossier.return_(LATER, "请补充")
    attach(dossier, ItemKind.MEDIA, content="2")
    told = len(dossier.facts)
    assert dossier.submit(LATER + timedelta(days=1), RULE) is filing
    assert len(dossier.facts) == told
    assert len(dossier.submissions) == 2
    assert dossier.submissions[0].manifest != dossier.submissions[1].manifest


def test_an_incomplete_set_is_refused_with_what_is_missing() -> None:
    dossier = attach(hold(announced()), ItemKind.MEDIA)
    with pytest.raises(Conflict) as refused:
        dossier.submit(HELD, RULE)
    assert (refused.value.code, refused.value.facts) == ("incomplete", {"missing": ["plan", "summary"]})


@pytest.mark.parametrize("declare", [Dossier.opinion_received, Dossier.nil_return])
def test_opinions_must_be_known_before_a_set_is_filed(declare: Callable[[Dossier], None]) -> None:
    dossier = attach(hold(announced()))
    with pytest.raises(Conflict) as refused:
        dossier.submit(HELD, RULE)
    assert refused.value.code == "opinions_undeclared"
    declare(dossier)
    assert dossier.submit(HELD, RULE).on_time


def test_an_opinion_heard_before_the_announcement_counts_and_the_shell_answers_nobody() -> None:
    dossier = Dossier.shell("activity-1")
    dossier.opinion_received()
    with pytest.raises(NotFound):
        _ = dossier.known
    dossier.announced(announced().known, 1)
    assert attach(hold(dossier)).submit(HELD, RULE).on_time


def test_the_same_content_again_is_the_same_file_and_an_item_has_room_for_so_many() -> None:
    dossier = attach(attach(announced(), ItemKind.MEDIA), ItemKind.MEDIA)
    assert len(dossier.files) == 1
    for number in range(FILES_PER_ITEM - 1):
        attach(dossier, ItemKind.MEDIA, content=f"picture {number}")
    with pytest.raises(Conflict) as refused:
        attach(dossier, ItemKind.MEDIA, content="one too many")
    assert refused.value.code == "too_many_files"
    attach(dossier, ItemKind.PLAN)


def test_a_file_can_be_taken_out_and_its_item_is_missing_again() -> None:
    dossier = complete()
    plan = dossier.files[0]
    dossier.detach(plan.kind, plan.sha256)
    assert dossier.missing == [ItemKind.PLAN]
    with pytest.raises(NotFound):
        dossier.detach(plan.kind, plan.sha256)


def test_what_refuses_leaves_a_fork_as_it_was() -> None:
    dossier = complete()
    trial: Aggregate = fork(dossier)
    assert isinstance(trial, Dossier)
    trial.submit(HELD, RULE)
    assert dossier.filing is None
    assert dossier.submissions == []
    assert OVERDUE in dossier.timers


def _let_ring(dossier: Dossier, now: datetime) -> None:
    """As the store does: what is due is taken off, then rung."""
    for timer, due in list(dossier.timers.items()):
        if due <= now:
            del dossier.timers[timer]
            dossier.ring(timer, due)
