"""The season agrees with its expected outcomes: seats, attendance, filings, opinions, special cases."""

from datetime import timedelta

import pytest

from deploy.data import DistrictData
from deploy.data.models import Activity, Category, ExpectedActivity, Mix, OpenPoint
from deploy.data.models.opinions import Accepted, Returned, Supervised
from deploy.data.models.points import CAP_IN_PRINCIPLE
from tests.unit.data.workdays import after_workdays, filing_day, midnight_after, time_left

ALL = [f"a{number:02d}" for number in range(1, 11)]
HELD = [name for name in ALL if name != "a09"]


def _pair(hedong: DistrictData, name: str) -> tuple[Activity, ExpectedActivity]:
    activity = next(each for each in hedong.season.activities if each.id == name)
    return activity, hedong.expected.activities[name]


def _added(mixes: list[Mix]) -> Mix:
    columns = [mix.by_category() for mix in mixes]
    return Mix.model_validate({category: sum(each[category] for each in columns) for category in columns[0]})


def _seated(point: OpenPoint, *, drawn: bool) -> tuple[Mix, Mix]:
    """Confirmed and waiting at the lock: by order under the seat rule while open, or as drawn by category."""
    if drawn:
        applied, places = point.applicants().by_category(), point.planned.by_category()
        return point.planned, Mix.model_validate({each: applied[each] - places[each] for each in applied})
    seats: dict[Category, int] = dict.fromkeys(point.planned.by_category(), 0)
    waiting = dict(seats)
    for block in point.arrivals:
        for _ in range(block.count):
            resident = block.category == "resident_representative"
            others = sum(seats.values()) - seats["resident_representative"]
            free = sum(seats.values()) < point.cap and (resident or others < point.cap - -(-point.cap // 3))
            (seats if free else waiting)[block.category] += 1
    for withdrawal in point.withdrawals:
        seats[withdrawal.category] -= 1
        if withdrawal.promotes:
            seats[withdrawal.promotes] += 1
            waiting[withdrawal.promotes] -= 1
    return Mix.model_validate(seats), Mix.model_validate(waiting)


@pytest.mark.parametrize("name", HELD)
def test_seats_and_waiting_lists_follow_from_the_arrivals(hedong: DistrictData, name: str) -> None:
    activity, expected = _pair(hedong, name)
    rosters = [_seated(point, drawn=activity.selection.method == "random_draw") for point in activity.points]
    assert _added([confirmed for confirmed, _ in rosters]) == expected.confirmed
    assert _added([waiting for _, waiting in rosters]) == expected.waiting


@pytest.mark.parametrize("name", HELD)
def test_attendance_and_the_check_at_the_door(hedong: DistrictData, name: str) -> None:
    activity, expected = _pair(hedong, name)
    assert expected.confirmed
    assert expected.attended
    absent = _added([point.no_shows for point in activity.points])
    assert _added([expected.attended, absent]) == expected.confirmed
    assert expected.confirmed.composed, "a roster that is short of residents cannot be locked"
    assert expected.attended.composed == (expected.composition_at_door == "met")


@pytest.mark.parametrize("name", HELD)
def test_filing_is_due_by_the_calendar_and_lateness_counts_days(hedong: DistrictData, name: str) -> None:
    activity, expected = _pair(hedong, name)
    assert activity.materials
    assert expected.filing
    day = filing_day(activity.sessions[-1].ends_at.date(), hedong.calendar)
    assert expected.filing.due == midnight_after(day)
    assert expected.filing.filed_at == activity.materials.filed_at
    assert expected.filing.days_late == max(0, (activity.materials.filed_at.date() - day).days)


@pytest.mark.parametrize("name", ALL)
def test_opinions_add_up(hedong: DistrictData, name: str) -> None:
    activity, expected = _pair(hedong, name)
    handled = [opinion for opinion in activity.opinions if opinion.steps]
    overdue = [opinion for opinion in handled if time_left(opinion, hedong) < timedelta()]
    assert expected.opinions.model_dump() == {
        "received": len(activity.opinions),
        "on_site": len(activity.opinions) - len(handled),
        "assigned": len(handled),
        "transferred": len([opinion for opinion in handled if opinion.transferred]),
        "overdue": len(overdue),
        "supervised": len([opinion for opinion in handled if any(step.do == "supervised" for step in opinion.steps)]),
        "answered": len([opinion for opinion in handled if any(step.do == "reply_reviewed" for step in opinion.steps)]),
        "published": len([opinion for opinion in handled if opinion.published]),
    }
    assert expected.nil_return == (activity.nil_return is not None)


def test_opinions_are_triaged_and_accepted_in_time(hedong: DistrictData) -> None:
    terms = hedong.season.opinion_terms
    for opinion in (each for activity in hedong.season.activities for each in activity.opinions if each.steps):
        received = opinion.received_at.date()
        assert opinion.steps[0].at.date() <= after_workdays(received, terms.triage, hedong.calendar), opinion.id
        for before, after in zip(opinion.steps, opinion.steps[1:], strict=False):
            if isinstance(after, Accepted | Returned):
                latest = after_workdays(before.at.date(), terms.accept, hedong.calendar)
                assert after.at.date() <= latest, opinion.id


def test_only_an_overdue_opinion_is_supervised_and_after_its_time(hedong: DistrictData) -> None:
    activity, _ = _pair(hedong, "a07")
    late = [opinion for opinion in activity.opinions if opinion.steps and time_left(opinion, hedong) < timedelta()]
    assert [opinion.id for opinion in late] == ["a07-o9"]
    order = next(step for step in late[0].steps if isinstance(step, Supervised))
    due = midnight_after(after_workdays(late[0].steps[0].at.date(), 10, hedong.calendar))
    assert due < order.at < late[0].steps[-1].at


def test_a_cancelled_activity_does_not_save_a_unit_from_absence(hedong: DistrictData) -> None:
    activity, expected = _pair(hedong, "a09")
    assert expected.state == "cancelled"
    assert activity.rescheduling
    assert activity.cancellation
    assert activity.rescheduling.at < activity.cancellation.at < activity.rescheduling.sessions[0].starts_at
    assert activity.lead.unit_id in hedong.expected.absent.among_them


def test_the_special_cases_are_there(hedong: DistrictData) -> None:
    def activity(name: str) -> Activity:
        return _pair(hedong, name)[0]

    over = [point.cap for each in hedong.season.activities for point in each.points if point.cap > CAP_IN_PRINCIPLE]
    assert over == [24]
    assert activity("a08").points[0].applicants().total == 41
    assert activity("a08").selection.method == "random_draw"
    assert [opinion.id for opinion in activity("a07").opinions if opinion.transferred] == ["a07-o5", "a07-o6"]
    assert (len(activity("a10").points), activity("a10").planned().total) == (3, 48)
    assert {field.field for field in activity("a09").extra_fields} == {"id_number"}
    short = [each.id for each in hedong.season.activities if (each.sessions[0].starts_at - each.announced_at).days < 6]
    assert short == ["a03"]
