"""The register of an activity: who is responsible, serial numbers, the nil return."""

from dataclasses import replace

import pytest

from services.feedback.domain.facts import NilReturnDeclared
from services.feedback.domain.register import MOST_OPINIONS, Register
from shared.errors import Conflict, Invalid
from tests.unit.feedback.making import LATER, LEAD, OTHER, announced_register


@pytest.mark.parametrize(("point", "unit"), [(None, LEAD), ("p1", LEAD), ("p2", OTHER)])
def test_the_owner_of_the_point_is_responsible_else_the_lead(point: str | None, unit: str) -> None:
    assert announced_register().note("o1", point, "hd", LATER).unit_id == unit


def test_a_point_of_another_activity_is_refused_and_uses_no_number() -> None:
    register = announced_register()
    with pytest.raises(Invalid) as refusal:
        register.note("o1", "elsewhere", "hd", LATER)
    assert refusal.value.code == "unknown_open_point"
    assert register.noted == {}


def test_numbers_have_no_hole_and_a_repeat_has_the_same_one() -> None:
    register = announced_register()
    serials = [register.note(each, None, "hd", LATER).serial for each in ("a", "b", "a", "c", "b")]
    assert [each[-4:] for each in serials] == ["0001", "0002", "0001", "0003", "0002"]
    assert serials[0].startswith("hd-2021-")


def test_serials_of_two_activities_differ() -> None:
    one, two = announced_register(), announced_register()
    two.id = "activity-2"
    assert one.note("a", None, "hd", LATER).serial != two.note("b", None, "hd", LATER).serial


def test_nothing_is_taken_before_the_announcement() -> None:
    register = Register(id="activity-1")
    for refused in (
        lambda: register.note("a", None, "hd", LATER),
        lambda: register.declare_nil_return(by="clerk", at=LATER),
    ):
        with pytest.raises(Conflict):
            refused()
    assert (register.state, register.noted, register.facts) == ("unannounced", {}, [])


def test_a_cancelled_activity_takes_no_new_opinion_but_answers_a_repeat() -> None:
    register = announced_register()
    before = register.note("a", None, "hd", LATER)
    register.cancel(LATER)
    assert register.note("a", None, "hd", LATER) == before
    with pytest.raises(Conflict) as refusal:
        register.note("b", None, "hd", LATER)
    assert refusal.value.code == "activity_cancelled"


def test_a_full_register_says_so() -> None:
    register = announced_register()
    for number in range(MOST_OPINIONS):
        register.note(f"o{number}", None, "hd", LATER)
    with pytest.raises(Conflict) as refusal:
        register.note("one-more", None, "hd", LATER)
    assert refusal.value.code == "register_full"


def test_the_year_stays_that_of_the_first_announcement() -> None:
    register = announced_register()
    assert register.activity is not None
    register.announce(replace(register.activity, year=2022))
    assert register.note("a", None, "hd", LATER).serial.startswith("hd-2021-")


def test_a_nil_return_is_declared_once_after_the_activity() -> None:
    register = announced_register()
    with pytest.raises(Conflict) as early:
        register.declare_nil_return(by="clerk", at=LATER)
    assert early.value.code == "activity_not_held"
    register.hold(LATER)
    register.declare_nil_return(by="clerk", at=LATER)
    assert register.facts == [NilReturnDeclared(activity_id="activity-1", unit_id=LEAD, declared_at=LATER)]
    with pytest.raises(Conflict) as again:
        register.declare_nil_return(by="clerk", at=LATER)
    assert again.value.code == "nil_return_declared"


def test_a_nil_return_with_an_opinion_noted_is_refused() -> None:
    register = announced_register()
    register.note("a", None, "hd", LATER)
    register.hold(LATER)
    with pytest.raises(Conflict) as refusal:
        register.declare_nil_return(by="clerk", at=LATER)
    assert refusal.value.code == "opinions_noted"
    assert refusal.value.facts == {"noted": 1}


def test_an_opinion_after_a_nil_return_is_welcome_and_supersedes_it() -> None:
    register = announced_register()
    register.hold(LATER)
    register.declare_nil_return(by="clerk", at=LATER)
    register.note("a", None, "hd", LATER)
    assert register.nil_return is not None
    assert register.nil_return.superseded_at == LATER
    assert len(register.facts) == 1  # the declaration stays in the history
