"""The scorecards written by hand agree with the season, reckoned again by the rulebook's words."""

from datetime import timedelta

from deploy.data import DistrictData
from deploy.data.models import Activity
from deploy.data.models.opinions import Assigned, Transferred
from tests.unit.data.workdays import time_left


def _scored_unit(hedong: DistrictData, unit_id: str) -> str:
    unit = hedong.units.unit(unit_id)
    assert unit
    return unit.supervising_unit_id or unit.id


def _activities_by_unit(hedong: DistrictData) -> dict[str, list[Activity]]:
    hosted: dict[str, list[Activity]] = {}
    for activity in (each for each in hedong.season.activities if each.held):
        for unit_id in sorted({_scored_unit(hedong, host.unit_id) for host in activity.hosts}):
            hosted.setdefault(unit_id, []).append(activity)
    return hosted


def _overdue_of(hedong: DistrictData, unit_id: str) -> int:
    opinions = [opinion for activity in hedong.season.activities for opinion in activity.opinions if opinion.steps]
    late = [opinion for opinion in opinions if time_left(opinion, hedong) < timedelta()]
    hands = [[step.unit for step in opinion.steps if isinstance(step, Assigned | Transferred)][-1] for opinion in late]
    return [_scored_unit(hedong, unit) for unit in hands].count(unit_id)


def _lines(hedong: DistrictData, unit_id: str, activities: list[Activity]) -> dict[str, int]:
    """The scorecard as the rulebook's comments define it, reckoned from the season; zeros left out."""
    outcomes = [hedong.expected.activities[activity.id] for activity in activities]
    late = len([each for each in outcomes if each.filing and not each.filing.on_time])
    overdue = _overdue_of(hedong, unit_id)
    lead = [(activity.sessions[0].starts_at.date() - activity.announced_at.date()).days for activity in activities]
    live = [each for each in activities if {"live_blog", "live_video"} & {item.kind for item in each.publicity}]
    granted = [claim for each in activities for claim in each.bonus_claims if claim.decision.accepted]
    lines = {
        "held": 4000,
        "plan_filed_before_activity": 1000 * all(a.plan.submitted_at < a.sessions[0].starts_at for a in activities),
        "announced_in_time": 1000 * (min(lead) >= 7),
        "composition_met": 1000 * all(each.composition_at_door == "met" for each in outcomes),
        "materials_in_time": 1000 * (not late),
        "opinions_answered_in_time": 1000 * (not overdue),
        "result_published": 1000 * all("outcome" in {item.kind for item in a.publicity} for a in activities),
        "materials_late": -500 * late,
        "opinion_overdue": -200 * overdue,
        "live_stream": 200 * len(live),
        "superior_publication": 500 * len([claim for claim in granted if claim.unit == unit_id]),
    }
    return {rule: points for rule, points in lines.items() if points}


def test_scorecards_written_by_hand_agree_with_the_season(hedong: DistrictData) -> None:
    reckoned = {unit: _lines(hedong, unit, activities) for unit, activities in _activities_by_unit(hedong).items()}
    written = {
        unit: {rule: points for rule, points in card.lines.items() if points}
        for unit, card in hedong.expected.scorecards.items()
    }
    assert reckoned == written


def test_each_indicator_stands_on_every_scorecard(hedong: DistrictData) -> None:
    indicators = {rule.code for rule in hedong.rulebook.rules if rule.kind == "fixed_if_met"}
    for unit_id, card in hedong.expected.scorecards.items():
        assert indicators <= set(card.lines), unit_id
