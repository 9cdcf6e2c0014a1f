"""Each rule, in tables: what earns, what costs, what adds; points in thousandths."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.scoring.domain.facts import Contribution
from services.scoring.domain.rulebook import KNOWN
from services.scoring.domain.wording import why
from tests.unit.scoring.records import (
    BOOK,
    STARTS,
    activity,
    claim,
    held,
    late,
    lines,
    missed,
    overdue,
    points,
    streamed,
)

EVERYTHING_MET = {
    "held": [4000],
    "plan_filed_before_activity": [1000],
    "announced_in_time": [1000],
    "composition_met": [1000],
    "materials_in_time": [1000],
    "opinions_answered_in_time": [1000],
    "result_published": [1000],
}


def test_the_rulebook_has_every_rule_that_is_known() -> None:
    assert {each.code: each.kind for each in BOOK.rules} == dict(KNOWN)


def test_everything_met_is_the_base() -> None:
    assert points(activity()) == EVERYTHING_MET
    assert sum(each.points for each in lines(activity())) == BOOK.base_points == 10000


def test_more_activities_earn_no_more() -> None:
    assert points(activity("a1"), activity("a2"), activity("a3")) == EVERYTHING_MET


def test_one_activity_that_does_not_meet_it_loses_the_indicator() -> None:
    early = activity("a2", held=held("a2", composition_met=False))
    assert points(activity("a1"), early)["composition_met"] == [0]


def test_a_unit_that_is_not_assessed_has_no_line() -> None:
    assert points(activity(), assessed=False, closed=True) == {}


@pytest.mark.parametrize(
    ("announced_at", "expected"),
    [
        (datetime(2021, 10, 12, 15, 59, tzinfo=UTC), 1000),  # 23:59 of the 12th in Shanghai: 8 days
        (datetime(2021, 10, 12, 16, 0, tzinfo=UTC), 1000),  # 0:00 of the 13th: 7 days
        (datetime(2021, 10, 13, 15, 59, tzinfo=UTC), 1000),  # 23:59 of the 13th: still 7, though 6 × 24 hours
        (datetime(2021, 10, 13, 16, 0, tzinfo=UTC), 0),  # 0:00 of the 14th: 6 days
        (STARTS, 0),
    ],
)
def test_announcements_count_calendar_days_of_the_district(announced_at: datetime, expected: int) -> None:
    assert points(activity(held=held(announced_at=announced_at)))["announced_in_time"] == [expected]


@pytest.mark.parametrize(
    ("filed_at", "expected"), [(STARTS - timedelta(seconds=1), 1000), (STARTS, 0), (STARTS + timedelta(days=1), 0)]
)
def test_a_plan_is_filed_before_the_activity_begins(filed_at: datetime, expected: int) -> None:
    assert points(activity(held=held(plan_filed_at=filed_at)))["plan_filed_before_activity"] == [expected]


@pytest.mark.parametrize(
    ("changes", "open_", "closed", "fault"),
    [
        ({}, [1000], [1000], None),
        ({"filed": None}, None, [0], None),  # not due yet, perhaps: no line while the year is open
        ({"filed": None, "filing_missed": missed()}, [0], [0], [-500]),
        ({"filed": late().filed, "filing_missed": missed()}, [0], [0], [-500]),
        ({"filed": late().filed}, [0], [0], [-500]),
    ],
)
def test_materials(
    changes: dict[str, Any], open_: list[int] | None, closed: list[int], fault: list[int] | None
) -> None:
    found = points(activity(**changes))
    assert found.get("materials_in_time") == open_
    assert found.get("materials_late") == fault
    assert points(activity(**changes), closed=True)["materials_in_time"] == closed


def test_an_outcome_that_is_not_published_is_a_line_only_when_the_year_is_closed() -> None:
    silent = activity(published=())
    assert "result_published" not in points(silent)
    assert points(silent, closed=True)["result_published"] == [0]
    assert "result_published" not in points(silent, activity("a2"))


def test_an_overdue_opinion_loses_the_indicator_and_costs() -> None:
    found = points(activity(overdue=overdue()))
    assert found["opinions_answered_in_time"] == [0]
    assert found["opinion_overdue"] == [-200]


def test_an_opinion_that_became_overdue_twice_costs_once() -> None:
    found = [each for each in lines(activity(overdue=overdue(times=2))) if each.rule == "opinion_overdue"]
    assert [each.points for each in found] == [-200]
    assert found[0].evidence == ("o1-1", "o1-2")


def test_absence_is_nothing_before_the_close_and_below_zero_after() -> None:
    assert points() == {}
    assert points(closed=True) == {"absent_all_year": [-2000]}


def test_an_absent_unit_still_answers_for_opinions_and_gets_no_bonus() -> None:
    answering = Contribution("a1", 1, overdue=overdue())
    found = points(answering, claims=(claim("c1"),), closed=True)
    assert found == {"absent_all_year": [-2000], "opinion_overdue": [-200]}


def test_a_bonus_before_any_activity_waits() -> None:
    assert points(claims=(claim("c1"),)) == {}


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([("c1", "city", "a1")], [500]),
        ([("c1", "province", "a1")], [1000]),
        ([("c1", "national", "a1")], [2000]),
        ([("c1", "city", "a1"), ("c2", "province", "a1")], [1000]),  # one achievement: the highest only
        ([("c1", "city", "a1"), ("c2", "province", "a2")], [500, 1000]),
        ([("c1", "city", None), ("c2", "national", None)], [2000]),  # no activity named: one achievement
    ],
)
def test_superior_publications(claims: list[tuple[str, str, str | None]], expected: list[int]) -> None:
    made = tuple(claim(id_, "superior_publication", level, about) for id_, level, about in claims)
    assert points(activity("a1"), activity("a2"), claims=made)["superior_publication"] == expected


def test_a_lower_level_decided_is_what_counts() -> None:
    asked = claim("c1", "superior_publication", "national", "a1")
    assert asked.decision
    given = replace(asked, decision=replace(asked.decision, level="city"))
    assert points(activity(), claims=(given,))["superior_publication"] == [500]


def test_a_claim_counts_only_when_it_was_accepted() -> None:
    pending = replace(claim("c1"), decision=None)
    accepted = claim("c2")
    assert accepted.decision
    rejected = replace(accepted, decision=replace(accepted.decision, accepted=False))
    assert "replicable_case" not in points(activity(), claims=(pending, rejected))


def test_a_live_stream_counts_once_for_an_activity() -> None:
    assert points(streamed("a1", "live_blog", "live_video"))["live_stream"] == [200]
    assert points(streamed("a1", "live_blog"), streamed("a2", "live_video"))["live_stream"] == [200, 200]
    assert "live_stream" not in points(streamed("a1", "media", "notice"))


def test_deductions_stop_at_the_rules_cap() -> None:
    found = lines(*(late(f"a{each}") for each in range(6)))
    cut = [each for each in found if each.rule == "materials_late"]
    assert [each.points for each in cut] == [-500, -500, -500, -500, 0, 0]
    assert why(cut[-1]).zh.endswith("达到上限 2.000 分，本应 -0.500 分。")


def test_the_line_that_crosses_a_cap_is_cut_to_what_is_left() -> None:
    cases = tuple(claim(f"c{each}") for each in range(2))
    national = claim("c9", "superior_publication", "national", "a1")
    found = points(streamed("a1", "live_blog"), claims=(*cases, national))
    assert found["replicable_case"] == [1000, 1000]
    assert found["superior_publication"] == [1000]
    assert found["live_stream"] == [0]


def test_lines_stand_in_the_order_of_the_rulebook_and_name_their_evidence() -> None:
    found = lines(late("a2"), activity("a1", overdue=overdue()), claims=(claim("c1"),))
    order = [each.code for each in BOOK.rules]
    assert [order.index(each.rule) for each in found] == sorted(order.index(each.rule) for each in found)
    assert all(each.evidence == tuple(sorted(set(each.evidence))) and each.evidence for each in found)
    assert {each.rule: each.evidence for each in found}["materials_late"] == ("a2-dos-1", "a2-dos-2")


def test_every_line_says_why_in_both_languages() -> None:
    worst = activity(
        "a3",
        held=held("a3", composition_met=False, announced_at=STARTS, plan_filed_at=STARTS),
        filed=None,
        filing_missed=missed("a3"),
        published=(),
        overdue=overdue(),
    )
    publication = claim("c2", "superior_publication", "city", "a1")
    stories = [
        lines(streamed("a1", "live_video"), claims=(claim("c1"), publication)),
        lines(worst, closed=True),
        lines(activity(filed=None), closed=True),
        lines(activity(), closed=True, book=replace(BOOK, required_count=2)),
        lines(late()),
        lines(closed=True),
    ]
    said = [why(each) for story in stories for each in story]
    assert {each.rule for story in stories for each in story} == set(KNOWN)
    assert all(each.zh.endswith("。") and each.en.endswith(".") and "{" not in each.zh + each.en for each in said)


def test_the_last_day_of_an_opinion_is_named_not_the_midnight_after_it() -> None:
    (line,) = (each for each in lines(activity(overdue=overdue())) if each.rule == "opinion_overdue")
    assert why(line).zh == "意见 o1 应于 2021-11-26 前（含当日）答复，已逾期。"


def test_fewer_activities_than_asked_is_not_yet_held() -> None:
    two = replace(BOOK, required_count=2)
    assert "held" not in points(activity(), book=two)
    assert points(activity(), book=two, closed=True)["held"] == [0]
    assert points(activity("a1"), activity("a2"), book=two)["held"] == [4000]
