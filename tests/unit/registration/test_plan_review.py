"""How the office takes a plan: on record at once, filed by it, or approved by it, as the district has set."""

from collections.abc import Callable

import pytest

from services.registration.domain.plan import Plan, PlanFiled, PlanState, ReviewMode
from services.registration.domain.plan_review import approve, put_on_record
from shared.errors import Conflict
from tests.unit.registration.test_plan_and_activity import AT, plan

Act = Callable[[Plan, ReviewMode], None]


def filing(made: Plan, mode: ReviewMode) -> None:
    put_on_record(made, mode, AT)


def approval(made: Plan, mode: ReviewMode) -> None:
    approve(made, mode, by="office-1", at=AT)


def submitted(mode: ReviewMode) -> Plan:
    made = plan()
    made.submit(mode, AT)
    return made


def test_an_approved_plan_is_on_record_with_who_approved_it() -> None:
    made = submitted("approve")
    assert (made.state, made.approved_by) == (PlanState.SUBMITTED, None)
    with pytest.raises(Conflict, match="illegal_transition"):
        made.must_be_announceable()
    approval(made, "approve")
    assert (made.state, made.approved_by, made.must_be_announceable()) == (PlanState.FILED, "office-1", AT)
    assert [type(each) for each in made.facts][-1] == PlanFiled
    assert made.receipt


@pytest.mark.parametrize(
    ("act", "mode", "code"),
    [
        (filing, "approve", "approval_needed"),
        (approval, "file_before_publish", "approval_not_asked"),
        (approval, "notify", "approval_not_asked"),
    ],
)
def test_what_the_district_does_not_do_is_refused_in_words(act: Act, mode: ReviewMode, code: str) -> None:
    made = submitted("file_before_publish")
    with pytest.raises(Conflict, match=code):
        act(made, mode)
    assert (made.state, made.approved_by) == (PlanState.SUBMITTED, None)


def test_a_plan_that_waited_while_the_district_changed_its_mode_is_filed() -> None:
    made = submitted("approve")
    filing(made, "notify")
    assert (made.state, made.approved_by) == (PlanState.FILED, None)


@pytest.mark.parametrize("act", [filing, approval])
@pytest.mark.parametrize("mode", ["notify", "file_before_publish", "approve"])
def test_a_draft_is_refused_for_its_state_whatever_the_mode(act: Act, mode: ReviewMode) -> None:
    with pytest.raises(Conflict, match="illegal_transition"):
        act(plan(), mode)
