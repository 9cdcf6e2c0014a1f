"""The season as one list of steps: complete, in order, and in the right order where times are equal."""

from itertools import pairwise

import pytest

from deploy.data import check_district
from deploy.demo.season import steps_of
from deploy.demo.timeline import Step

DATA = check_district()
STEPS = steps_of(DATA)


def at(subject: str, what: str) -> int:
    """The place of one step."""
    return next(place for place, each in enumerate(STEPS) if (each.subject, each.what) == (subject, what))


def of(subject: str) -> list[Step]:
    return [each for each in STEPS if each.subject == subject]


def test_time_never_goes_back() -> None:
    assert all(before.at <= after.at for before, after in pairwise(STEPS))


def test_nothing_of_the_data_is_left_out() -> None:
    opinions = [opinion for activity in DATA.season.activities for opinion in activity.opinions]
    told = sum(1 + bool(each.on_site) + len(each.steps) for each in opinions)
    assert sum(each.service == "feedback" and not each.what.startswith("attempt") for each in STEPS) == told + 1  # nil
    published = sum(len(each.publicity) for each in DATA.season.activities)
    assert sum(each.what.endswith("made public") for each in STEPS) == published
    assert sum(each.what == "materials filed" for each in STEPS) == 9
    assert sum(each.what == "the list is locked" for each in STEPS) == 9


@pytest.mark.parametrize("activity", [each for each in DATA.season.activities if each.held], ids=lambda each: each.id)
def test_an_activity_is_planned_announced_joined_visited_and_filed_in_this_order(activity: object) -> None:
    told = [each.what for each in of(getattr(activity, "id"))]  # noqa: B009
    story = ["the plan is sent to the office", "announced, registration opens", "the list is locked", "held"]
    places = [told.index(each) for each in [*story, "materials filed", "materials accepted"]]
    assert places == sorted(places)


def test_where_times_are_equal_what_builds_on_another_comes_after_it() -> None:
    assert at("a01", "announced, registration opens") < at("a01", "20 people sign up")
    assert at("a01", "20 people sign up") < at("a01", "notice made public")
    assert at("a01", "held") < at("a01", "attempt: nil return, with opinions")
    assert at("a09", "cancelled") < at("a09", "attempt: an opinion of nothing")
    assert at("district", "scorecards are frozen") < at("a10", "attempt: a claim on a frozen year")


def test_the_units_come_first_and_the_freeze_last() -> None:
    assert STEPS[0].service == "registration"
    assert STEPS[0].subject == "district"
    assert STEPS[-1].at == DATA.season.close.frozen_at
