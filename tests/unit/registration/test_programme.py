"""A programme: what it asks of plans and announcements, in which state, and how far it is."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration.domain.activity import Activity, ActivityState
from services.registration.domain.plan import Plan, PlanState
from services.registration.domain.plan_content import Host, Role
from services.registration.domain.programme import (
    Lead,
    Programme,
    ProgrammeClosed,
    ProgrammeOpened,
    ProgrammeState,
    Target,
    Terms,
    year_programme_id,
)
from services.registration.domain.programme_progress import progress
from services.registration.domain.unit import Particulars, Unit, UnitKind
from shared.errors import Conflict, Invalid
from shared.time import end_of_day, start_of_day
from tests.unit.registration.test_plan_and_activity import AT, CONTENT, POINT, SESSION, announced

MAY = Terms("政府开放月", 2021, (9, 10), date(2021, 9, 1), date(2021, 9, 9), Lead(15, binding=True))


def opened(terms: Terms = MAY) -> Programme:
    made = Programme.draft("programme", terms)
    made.open(AT)
    return made


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"open_months": (5, 5)}, "months_invalid"),
        ({"open_months": (0,)}, "months_invalid"),
        ({"open_months": (13,)}, "months_invalid"),
        ({"plans_until": date(2021, 8, 31)}, "dates_reversed"),
    ],
)
def test_terms_that_contradict_themselves_are_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        Programme.draft("programme", replace(MAY, **change))  # type: ignore[arg-type]
    assert refused.value.code == code
    with pytest.raises(Invalid):
        opened().edit(replace(MAY, **change))  # type: ignore[arg-type]


def test_it_takes_plans_from_its_first_day_to_its_last_and_then_runs_by_itself() -> None:
    made = opened()
    first, end = start_of_day(date(2021, 9, 1)), end_of_day(date(2021, 9, 9))
    moment = timedelta(milliseconds=1)
    for inside in (first, end - moment):
        made.must_take_plan(inside, again=False)
    for outside in (first - moment, end):
        _refused(made, outside)
    assert made.timers == {"run": end}
    del made.timers["run"]
    made.ring("run", end)
    assert made.state == ProgrammeState.RUNNING
    _refused(made, first)


def test_what_was_sent_back_came_in_time() -> None:
    made = opened()
    late = end_of_day(date(2021, 9, 9)) + timedelta(days=3)
    made.must_take_plan(late, again=True)
    made.run()
    made.must_take_plan(late, again=True)
    made.close(0, late)
    with pytest.raises(Conflict, match="illegal_transition"):
        made.must_take_plan(late, again=True)


def test_it_is_opened_again_with_a_later_day_only() -> None:
    made, late = opened(), end_of_day(date(2021, 9, 9))
    made.run()
    assert made.timers == {}
    with pytest.raises(Conflict, match="plans_period_over"):
        made.open(late)
    made.edit(replace(MAY, plans_until=date(2021, 9, 30)))
    assert made.timers == {}
    made.open(late)
    assert made.timers == {"run": end_of_day(date(2021, 9, 30))}
    assert [type(each) for each in made.facts] == [ProgrammeOpened, ProgrammeOpened]


@pytest.mark.parametrize("terms", [replace(MAY, year=2022), replace(MAY, open_months=())])
def test_it_does_not_become_another_programme(terms: Terms) -> None:
    with pytest.raises(Conflict, match="other_programme"):
        opened().edit(terms)


def test_it_is_not_closed_while_activities_lie_ahead() -> None:
    made = opened()
    with pytest.raises(Conflict) as refused:
        made.close(2, AT)
    assert (refused.value.code, refused.value.facts["activities"]) == ("activities_ahead", 2)
    made.close(0, AT)
    assert (made.state, made.closed_at, made.timers) == (ProgrammeState.CLOSED, AT, {})
    assert isinstance(made.facts[-1], ProgrammeClosed)


def test_a_lead_time_that_binds_refuses_and_one_that_does_not_warns() -> None:
    starts = AT + timedelta(days=14)
    with pytest.raises(Conflict) as refused:
        opened().must_allow_announcement(starts, AT)
    assert (refused.value.code, refused.value.facts) == ("announced_too_late", {"lead_days": 15, "days": 14})
    opened().must_allow_announcement(starts + timedelta(days=1), AT)
    lenient = opened(replace(MAY, lead=Lead(15)))
    lenient.must_allow_announcement(starts, AT)
    activity = _announced_in(lenient)
    assert (activity.lead_days, activity.warnings) == (12, ["announced_late"])
    assert _announced_in(opened(replace(MAY, lead=Lead(12)))).warnings == []
    assert announced().warnings == []


def test_an_activity_outside_its_months_is_warned_of() -> None:
    november = opened(replace(MAY, open_months=(11,), lead=Lead(1)))
    assert _announced_in(november).warnings == ["outside_programme"]
    assert _announced_in(opened(replace(MAY, year=2022, open_months=(), lead=Lead(1)))).warnings == [
        "outside_programme"
    ]


def test_a_year_has_one_programme_of_its_own_that_is_open_and_that_nobody_opened() -> None:
    made = Programme.of_year(2021)
    assert (made.id, made.state, made.facts) == (year_programme_id(2021), ProgrammeState.OPEN, [])
    assert year_programme_id(2021) != year_programme_id(2022)
    made.must_take_plan(AT, again=False)
    assert made.timers == {}


# how far it is

KNOWN = Particulars("单位", "A unit", UnitKind.DEPARTMENT, "district", None, True, "district", date(2020, 1, 1), None)
UNITS = [
    Unit.register("bureau", KNOWN),
    Unit.register("late", KNOWN),
    Unit.register("gone", replace(KNOWN, active_to=date(2021, 8, 1))),
    Unit.register("school", replace(KNOWN, supervising_unit_id="bureau", assessed=False)),
]


def test_the_progress_names_who_has_not_sent_a_plan() -> None:
    seen = progress(opened(), UNITS, [_plan("a", PlanState.FILED, "school")], [], AT.date())
    rows = {each.unit_id: each for each in seen.units}
    assert set(rows) == {"bureau", "late", "school"}
    assert seen.missing == ("late",)
    assert (rows["bureau"].sent, rows["bureau"].to_go, rows["bureau"].plans) == (1, 0, {})
    assert (rows["school"].plans, rows["school"].to_go) == ({"filed": 1}, 0)
    own = seen.seen_by({"bureau"})
    assert ([each.unit_id for each in own.units], own.missing) == (["bureau", "school"], ())


def test_a_draft_or_a_returned_plan_is_none_that_was_sent() -> None:
    for state in (PlanState.DRAFT, PlanState.RETURNED):
        assert progress(opened(), UNITS, [_plan("a", state, "late")], [], AT.date()).missing == ("bureau", "late")
    assert progress(opened(), UNITS, [_plan("a", PlanState.SUBMITTED, "late")], [], AT.date()).missing == ("bureau",)


def test_what_was_called_off_is_owed_again() -> None:
    plan, activity = _plan("a", PlanState.FILED, "late"), _activity("a", ActivityState.HELD)
    assert progress(opened(), UNITS, [plan], [activity], AT.date()).missing == ("bureau",)
    called_off = _activity("a", ActivityState.CANCELLED)
    assert progress(opened(), UNITS, [plan], [called_off], AT.date()).missing == ("bureau", "late")


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(PlanState), st.sets(st.sampled_from(["bureau", "late", "school"]), min_size=1)))
)
def test_sums_are_those_of_the_plans_however_many_units_share_one(made: list[tuple[PlanState, set[str]]]) -> None:
    plans = [_plan(str(at), state, *sorted(hosts)) for at, (state, hosts) in enumerate(made)]
    seen = progress(opened(replace(MAY, target=Target(3))), UNITS, plans, [], AT.date())
    assert sum(seen.plans.values()) == len(plans)
    for row in seen.units:
        mine = [state for state, hosts in made if row.unit_id in hosts]
        assert {state: mine.count(PlanState(state)) for state in row.plans} == dict(row.plans)
        assert row.to_go == (max(0, 3 - row.sent) if row.assessed else 0)


def _refused(programme: Programme, at: datetime) -> None:
    with pytest.raises(Conflict) as refused:
        programme.must_take_plan(at, again=False)
    assert (refused.value.code, refused.value.facts["plans_until"]) == ("plans_not_taken", "2021-09-09")


def _announced_in(programme: Programme) -> Activity:
    plan = Plan.draft("plan-000000001", "activity", CONTENT, by="clerk", programme_id=programme.id)
    plan.submit("notify", AT)
    return Activity.announce(plan, (), (), SESSION, AT, programme.frame)


def _plan(plan_id: str, state: PlanState, *hosts: str) -> Plan:
    content = replace(CONTENT, hosts=_hosts(hosts), points=(replace(POINT, unit_id=hosts[0]),))
    made = Plan.draft(plan_id, plan_id, content, by="clerk", programme_id="programme")
    made.state = state
    return made


def _hosts(units: tuple[str, ...]) -> tuple[Host, ...]:
    rest = 1000 // len(units)
    lead = Host(units[0], Role.LEAD, 1000 - rest * (len(units) - 1))
    return (lead, *(Host(each, Role.CO_HOST, rest) for each in units[1:]))


def _activity(plan_id: str, state: ActivityState) -> Activity:
    made = announced()
    made.plan_id, made.state = plan_id, state
    return made
