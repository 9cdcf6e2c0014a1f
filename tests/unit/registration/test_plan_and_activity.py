"""Plans and activities: what may follow what, and what a plan must say."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.registration.domain.activity import Activity
from services.registration.domain.activity_parts import Attendance, CreditedHost, OpenPoint, Session
from services.registration.domain.composition import Category, headcount
from services.registration.domain.plan import Plan, PlanFiled, PlanState, PlanSubmitted
from services.registration.domain.plan_content import Content, Host, PlannedPoint, Role, Selection
from services.registration.domain.plan_sections import PlannedTime
from shared.errors import Conflict, Invalid

AT = datetime(2021, 9, 3, 2, tzinfo=UTC)
STARTS = AT + timedelta(days=12)
SESSION = Session(STARTS, STARTS + timedelta(hours=3))
MIX = {Category.NPC_DEPUTY: 6, Category.RESIDENT: 3}
POINT = PlannedPoint("hall", "unit", "大厅", "一楼", 20, MIX)
CONTENT = Content(
    title="走进政务服务大厅",
    theme="business",
    town="district",
    forms=("office_visit",),
    purpose="了解审批",
    agenda=("签到",),
    selection=Selection.FIRST_COME,
    hosts=(Host("unit", Role.LEAD, 1000),),
    points=(POINT,),
)


def plan(content: Content = CONTENT) -> Plan:
    return Plan.draft("plan-000000001", "activity", content, by="clerk")


def filed(content: Content = CONTENT) -> Plan:
    made = plan(content)
    made.submit("notify", AT)
    return made


def announced(content: Content = CONTENT) -> Activity:
    hosts = (CreditedHost(content.hosts[0], assessed=True, supervising_unit_id=None),)
    points = (OpenPoint("point", "hall", "unit", "大厅", "一楼", 20),)
    return Activity.announce(filed(content), hosts, points, SESSION, AT)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"hosts": (Host("unit", Role.CO_HOST, 1000),)}, "one_lead"),
        ({"hosts": (Host("unit", Role.LEAD, 600), Host("other", Role.CO_HOST, 300))}, "credit_sum"),
        ({"hosts": (Host("unit", Role.LEAD, 500), Host("unit", Role.SUPPORT, 500))}, "hosts_distinct"),
        ({"planned_time": PlannedTime()}, "time_empty"),
        ({"planned_time": PlannedTime("10月", date(2021, 10, 2), date(2021, 10, 1))}, "dates_reversed"),
        ({"points": ()}, "points_distinct"),
        ({"points": (POINT, POINT)}, "points_distinct"),
        ({"points": (replace(POINT, cap=21),)}, "cap_needs_reason"),
        ({"points": (replace(POINT, cap=8),)}, "mix_over_cap"),
        ({"points": (replace(POINT, mix={Category.NPC_DEPUTY: 7, Category.RESIDENT: 3}),)}, "composition_short"),
    ],
)
def test_a_plan_that_breaks_a_rule_is_not_drafted(change: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        plan(replace(CONTENT, **change))  # type: ignore[arg-type]
    assert refused.value.code == code


def test_submission_is_filing_where_the_office_is_only_notified() -> None:
    made = filed()
    assert made.state == PlanState.FILED
    assert made.filed_at == AT
    assert [type(each) for each in made.facts] == [PlanSubmitted, PlanFiled]


def test_elsewhere_the_office_files_or_returns() -> None:
    made = plan()
    made.submit("file_before_publish", AT)
    with pytest.raises(Conflict, match="illegal_transition"):
        made.must_be_announceable()
    made.send_back("请补充安全预案", AT)
    assert made.state == PlanState.RETURNED
    made.edit(CONTENT)
    made.submit("file_before_publish", AT)
    made.file(AT)
    assert (made.state, made.edition) == (PlanState.FILED, 2)


def test_a_filed_plan_is_not_edited() -> None:
    with pytest.raises(Conflict) as refused:
        filed().edit(CONTENT)
    assert refused.value.facts["state"] == "filed"


def test_more_than_twenty_wait_for_an_approver() -> None:
    large = replace(CONTENT, points=(replace(POINT, cap=24, cap_reason="蔬菜基地露天开阔，分两组交替参观"),))
    made = filed(large)
    with pytest.raises(Conflict, match="cap_unapproved"):
        made.must_be_announceable()
    made.approve_cap("hall", by="office-1")
    assert made.must_be_announceable() == AT
    assert made.content.points[0].cap_approver == "office-1"
    with pytest.raises(Conflict, match="cap_is_usual"):
        filed().approve_cap("hall", by="office-1")


def test_rescheduling_keeps_the_earlier_time() -> None:
    activity = announced()
    later = Session(STARTS + timedelta(days=7), STARTS + timedelta(days=7, hours=3))
    activity.reschedule(later, AT)
    assert (activity.session, activity.earlier_sessions) == (later, [SESSION])
    with pytest.raises(Conflict, match="same_schedule"):
        activity.reschedule(later, AT)


@pytest.mark.parametrize(
    "session",
    [Session(STARTS, STARTS), Session(AT - timedelta(days=1), AT), Session(STARTS, STARTS + timedelta(days=15))],
)
def test_impossible_times_are_refused(session: Session) -> None:
    with pytest.raises(Invalid):
        announced().reschedule(session, AT)


def test_nothing_follows_a_cancellation() -> None:
    activity = announced()
    activity.cancel("epidemic_control", AT)
    nobody = Attendance(headcount(()), headcount(()))
    with pytest.raises(Conflict, match="illegal_transition"):
        activity.cancel("again", AT)
    with pytest.raises(Conflict, match="illegal_transition"):
        activity.hold(nobody, SESSION.ends_at)


def test_it_is_not_held_before_it_is_over() -> None:
    activity = announced()
    nobody = Attendance(headcount(()), headcount(()))
    with pytest.raises(Conflict, match="not_over"):
        activity.hold(nobody, SESSION.ends_at - timedelta(seconds=1))
    activity.hold(nobody, SESSION.ends_at)
    assert activity.attendance == nobody


def test_lead_days_are_days_of_the_district() -> None:
    assert announced().lead_days == 12
