"""Last year's plan begins this year's: what it said is taken over, what was decided of it and who has ceased is not."""

from dataclasses import replace
from datetime import date

import pytest

from services.registration.application import planning as c
from services.registration.domain.plan import PlanState
from services.registration.domain.plan_content import Host, Role
from services.registration.domain.plan_copy import copied
from services.registration.domain.plan_history import Origin
from services.registration.domain.plan_sections import PlannedTime, Sections
from shared.commands import Actor
from shared.errors import Conflict, Forbidden
from tests.unit.registration.plans import CLERK, Desk
from tests.unit.registration.test_plan_and_activity import CONTENT, POINT, filed, plan

JOINT = replace(CONTENT, hosts=(Host("unit", Role.LEAD, 600), Host("school", Role.CO_HOST, 400)))
CEASED = date(2020, 12, 31)


def test_a_copy_says_the_same_and_names_where_it_came_from() -> None:
    source = filed()
    made = copied(source, "plan-000000002", "next-activity", by="clerk-2")
    assert (made.content, made.copied_from) == (CONTENT, Origin(source.id, source.receipt))
    assert (made.state, made.edition, made.submissions, made.receipt) == (PlanState.DRAFT, 0, [], None)
    assert (made.activity_id, made.drafted_by, source.copied_from) == ("next-activity", "clerk-2", None)
    assert made.facts == plan().facts


def test_an_approval_stays_with_the_plan_that_it_was_given_for() -> None:
    source = filed(replace(CONTENT, points=(replace(POINT, cap=24, cap_reason="分两组交替参观"),)))
    source.approve_cap("hall", by="office-1")
    made = copied(source, "plan-000000002", "next-activity", by="clerk")
    assert (made.content.points[0].cap, made.content.points[0].cap_approver) == (24, None)
    made.submit("notify", source.submissions[0].at)
    with pytest.raises(Conflict, match="cap_unapproved"):
        made.must_be_announceable()


def test_a_time_is_not_copied_and_the_sections_are() -> None:
    sections = Sections(safety="雨天改期")
    source = filed(replace(CONTENT, planned_time=PlannedTime("10月上旬"), sections=sections))
    made = copied(source, "plan-000000002", "next-activity", by="clerk")
    assert (made.content.planned_time, made.content.sections) == (None, sections)


async def copied_after_the_school_ceased(desk: Desk) -> str:
    await desk.know("school")
    source = await desk.drafted(JOINT)
    await desk.know("school", active_to=CEASED)
    return (await desk.handlers.copy(c.CopyPlan(actor=CLERK, plan_id=source))).id


async def test_a_unit_that_has_ceased_is_named_at_the_submission_and_gone_once_it_is_replaced() -> None:
    desk = Desk()
    plan_id = await copied_after_the_school_ceased(desk)
    assert (await desk.plans.get(plan_id)).content == JOINT
    with pytest.raises(Conflict, match="units_inactive") as refused:
        await desk.submit(plan_id)
    assert refused.value.facts["units"] == ["school"]
    kept = await desk.plans.get(plan_id)
    assert (kept.state, kept.submissions) == (PlanState.DRAFT, [])
    await desk.edit(plan_id, CONTENT)
    await desk.submit(plan_id)
    assert (await desk.plans.get(plan_id)).state == PlanState.SUBMITTED


async def test_without_the_look_at_the_units_it_would_be_kept_silently(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.registration.application.handlers.plans.must_be_active", lambda _: None)
    desk = Desk()
    plan_id = await copied_after_the_school_ceased(desk)
    await desk.submit(plan_id)
    kept = await desk.plans.get(plan_id)
    assert (kept.state, "school" in kept.content.units) == (PlanState.SUBMITTED, True)


async def test_a_plan_with_the_office_is_refused_for_its_state_and_not_for_its_units() -> None:
    desk = Desk()
    await desk.know("school")
    plan_id = await desk.drafted(JOINT)
    await desk.submit(plan_id)
    await desk.know("school", active_to=CEASED)
    with pytest.raises(Conflict, match="illegal_transition"):
        await desk.submit(plan_id)


async def test_only_the_leads_staff_copy() -> None:
    desk = Desk()
    await desk.know("school")
    plan_id = await desk.drafted(JOINT)
    for unit in ("school", "another"):
        stranger = Actor("clerk-2", frozenset({"unit_clerk"}), frozenset({unit}))
        with pytest.raises(Forbidden, match="other_unit"):
            await desk.handlers.copy(c.CopyPlan(actor=stranger, plan_id=plan_id))
