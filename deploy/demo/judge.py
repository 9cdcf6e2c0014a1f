"""What was expected, against what came: every difference is listed, none is forgiven."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deploy.data.models import ExpectedActivity, ExpectedOutcomes, ExpectedScorecard
from deploy.demo.outcome import ActivityOutcome, Filing, Outcome
from deploy.demo.stage import Attempt
from deploy.demo.traffic import Traffic


@dataclass(frozen=True)
class Mismatch:
    """One difference."""

    what: str
    expected: str
    got: str


def judge(expected: ExpectedOutcomes, outcome: Outcome, attempts: list[Attempt], traffic: Traffic) -> list[Mismatch]:
    """All differences, those of activities first."""
    return [
        *_activities(expected, outcome),
        *_scorecards(expected, outcome),
        *(Mismatch(each.what, each.expected, each.got) for each in attempts if not each.as_expected),
        *_differences("traffic", {"parked": 0, "dead letters": 0, "lag": 0}, _losses(traffic)),
    ]


def _activities(expected: ExpectedOutcomes, outcome: Outcome) -> Iterator[Mismatch]:
    came = {each.id: each for each in outcome.activities}
    for activity_id, wanted in expected.activities.items():
        if activity_id in came:
            yield from _differences(activity_id, _wanted(wanted), _shown(came[activity_id]))
        else:
            yield Mismatch(activity_id, wanted.state, "never announced")


def _wanted(activity: ExpectedActivity) -> dict[str, Any]:
    return {
        **{name: getattr(activity, name) for name in ("state", "confirmed", "waiting", "attended", "nil_return")},
        "composition_at_door": activity.composition_at_door,
        **_fields("filing", activity.filing),
        **_fields("opinions", activity.opinions),
    }


def _shown(activity: ActivityOutcome) -> dict[str, Any]:
    return {
        **{name: getattr(activity, name) for name in ("state", "confirmed", "waiting", "attended", "nil_return")},
        "composition_at_door": activity.composition_at_door,
        **_fields(
            "filing", activity.filing, without=set(Filing.model_fields) - {"due", "filed_at", "on_time", "days_late"}
        ),
        **_fields("opinions", activity.opinions),
    }


def _scorecards(expected: ExpectedOutcomes, outcome: Outcome) -> Iterator[Mismatch]:
    yield from _differences(f"{outcome.year}", {"state": "frozen"}, {"state": outcome.state})
    cards = {each["unit_id"]: each for each in outcome.scorecards}
    for unit_id, wanted in expected.scorecards.items():
        if unit_id in cards:
            yield from _card(unit_id, wanted, cards.pop(unit_id))
        else:
            yield Mismatch(f"scorecard {unit_id}", str(wanted.total), "none")
    yield from _differences("absent all year", {"units": expected.absent.units}, {"units": len(cards)})
    for unit_id, card in cards.items():
        yield from _card(unit_id, expected.absent.scorecard, card)
    for unit_id in sorted(set(expected.absent.among_them) - set(cards)):
        yield Mismatch(f"absent all year: {unit_id}", "among them", "not")


def _card(unit_id: str, wanted: ExpectedScorecard, card: dict[str, Any]) -> Iterator[Mismatch]:
    """Lines of one rule are added up; a line of zero and no line are the same."""
    points: dict[str, int] = dict.fromkeys(wanted.lines, 0)
    for line in card["lines"]:
        points[line["rule"]] = points.get(line["rule"], 0) + line["points"]
    lines = {rule: wanted.lines.get(rule, 0) for rule in points}
    yield from _differences(f"scorecard {unit_id}", lines | {"total": wanted.total}, points | {"total": card["total"]})


def _fields(name: str, record: Any, without: set[str] = frozenset()) -> dict[str, Any]:  # type: ignore[assignment]
    if record is None:
        return {name: None}
    return {f"{name}.{field}": getattr(record, field) for field in type(record).model_fields if field not in without}


def _differences(where: str, wanted: dict[str, Any], came: dict[str, Any]) -> Iterator[Mismatch]:
    for name in [*wanted, *(each for each in came if each not in wanted)]:
        if wanted.get(name) != came.get(name):
            yield Mismatch(f"{where}: {name}", _words(wanted.get(name)), _words(came.get(name)))


def _words(value: Any) -> str:
    return str(value.by_category()) if hasattr(value, "by_category") else str(value)


def _losses(traffic: Traffic) -> dict[str, int]:
    return {"parked": traffic.parked, "dead letters": traffic.dead_letters, "lag": traffic.lag}
