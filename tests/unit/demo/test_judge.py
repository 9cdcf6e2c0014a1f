"""The judge has no mercy: what is as expected passes, and a change of any part is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from deploy.data import load_expected
from deploy.data.models import ExpectedActivity, ExpectedScorecard
from deploy.demo.judge import judge
from deploy.demo.outcome import ActivityOutcome, Filing, Outcome
from deploy.demo.stage import Attempt
from deploy.demo.traffic import ReaderTraffic, TopicTraffic, Traffic

EXPECTED = load_expected()
QUIET = Traffic(topics=(TopicTraffic(topic="t", events=9, duplicates=2, dead_letters=0),), readers=())


def activity(id_: str, wanted: ExpectedActivity) -> ActivityOutcome:
    """As it must come."""
    filing = wanted.filing and Filing(state="accepted", receipt="hd", **wanted.filing.model_dump())
    shown = {name: getattr(wanted, name) for name in ActivityOutcome.model_fields if hasattr(wanted, name)}
    start = EXPECTED.activities["a01"].filing
    assert start
    return ActivityOutcome(
        **{**shown, "id": id_, "title": id_, "starts_at": start.due, "points": 1, "cap": 20, "filing": filing}
    )


def card(unit_id: str, wanted: ExpectedScorecard) -> dict[str, Any]:
    """As scoring shows it, without the words."""
    lines = [{"rule": rule, "points": points} for rule, points in wanted.lines.items() if points]
    return {"unit_id": unit_id, "total": wanted.total, "lines": lines}


def outcome() -> Outcome:
    """Everything as expected."""
    absent = [*EXPECTED.absent.among_them, *(f"u{number}" for number in range(EXPECTED.absent.units))]
    cards = [card(unit_id, wanted) for unit_id, wanted in EXPECTED.scorecards.items()]
    cards += [card(unit_id, EXPECTED.absent.scorecard) for unit_id in absent[: EXPECTED.absent.units]]
    return Outcome(
        year=EXPECTED.year,
        state="frozen",
        activities=tuple(activity(id_, wanted) for id_, wanted in EXPECTED.activities.items()),
        scorecards=tuple(cards),
        names={},
    )


def changed(id_: str, **values: Any) -> Callable[[Outcome], Outcome]:
    """The same with something else about one activity."""

    def change(good: Outcome) -> Outcome:
        told = [each.model_copy(update=values) if each.id == id_ else each for each in good.activities]
        return good.model_copy(update={"activities": tuple(told)})

    return change


def scored(unit_id: str, change: Callable[[dict[str, Any]], None]) -> Callable[[Outcome], Outcome]:
    """The same with another scorecard of one unit."""

    def changed_card(good: Outcome) -> Outcome:
        found = next(each for each in good.scorecards if each["unit_id"] == unit_id)
        change(found)
        return good

    return changed_card


def of(id_: str) -> ActivityOutcome:
    return next(each for each in outcome().activities if each.id == id_)


def late(filing: Filing | None, **values: Any) -> Filing:
    assert filing
    return filing.model_copy(update=values)


def test_what_is_as_expected_passes() -> None:
    assert judge(EXPECTED, outcome(), [Attempt("x", "409 no", "409 no")], QUIET) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (changed("a06", state="announced"), "a06: state"),
        (changed("a09", state="held"), "a09: state"),
        (changed("a08", waiting=of("a04").waiting), "a08: waiting"),
        (changed("a01", confirmed=of("a02").confirmed), "a01: confirmed"),
        (changed("a06", composition_at_door="met"), "a06: composition_at_door"),
        (changed("a10", attended=of("a10").confirmed), "a10: attended"),
        (changed("a04", nil_return=False), "a04: nil_return"),
        (changed("a05", filing=late(of("a05").filing, days_late=2)), "a05: filing.days_late"),
        (changed("a10", filing=late(of("a10").filing, on_time=False)), "a10: filing.on_time"),
        (changed("a02", filing=late(of("a02").filing, due=of("a01").filing.due)), "a02: filing.due"),  # type: ignore[union-attr]
        (changed("a07", opinions=of("a07").opinions.model_copy(update={"overdue": 0})), "a07: opinions.overdue"),
        (lambda good: good.model_copy(update={"activities": good.activities[1:]}), "a01"),
        (lambda good: good.model_copy(update={"state": "closed"}), "2021: state"),
        (lambda good: good.model_copy(update={"scorecards": good.scorecards[1:]}), "scorecard xzspfwj"),
        (lambda good: good.model_copy(update={"scorecards": good.scorecards[:-1]}), "absent all year: units"),
        (scored("zjj", lambda found: found.update(total=10000)), "scorecard zjj: total"),
        (scored("bhz", lambda found: found["lines"].pop()), "scorecard bhz: result_published"),
        (scored("wjj", lambda found: found["lines"].append({"rule": "veto", "points": 1})), "scorecard wjj: veto"),
        (scored("kjj", lambda found: found.update(total=0)), "scorecard kjj: total"),
    ],
)
def test_a_change_of_any_part_is_told(change: Callable[[Outcome], Outcome], what: str) -> None:
    found = judge(EXPECTED, change(outcome()), [], QUIET)
    assert what in [each.what for each in found]
    assert all(each.expected != each.got for each in found)


def test_an_attempt_that_went_another_way_is_told() -> None:
    (found,) = judge(EXPECTED, outcome(), [Attempt("a01: held before it is over", "409 not_over", "201")], QUIET)
    assert (found.expected, found.got) == ("409 not_over", "201")


def test_events_that_wait_or_were_set_aside_are_told() -> None:
    reader = ReaderTraffic(group="g", lag=3, parked=1)
    lost = QUIET.topics[0].model_copy(update={"dead_letters": 2})
    found = judge(EXPECTED, outcome(), [], Traffic(topics=(lost,), readers=(reader,)))
    assert {(each.what, each.got) for each in found} == {
        ("traffic: lag", "3"),
        ("traffic: parked", "1"),
        ("traffic: dead letters", "2"),
    }


def test_a_filing_a_moment_later_is_another_filing() -> None:
    moment = late(of("a03").filing).filed_at
    assert moment
    change = changed("a03", filing=late(of("a03").filing, filed_at=moment + timedelta(milliseconds=1)))
    assert [each.what for each in judge(EXPECTED, change(outcome()), [], QUIET)] == ["a03: filing.filed_at"]
