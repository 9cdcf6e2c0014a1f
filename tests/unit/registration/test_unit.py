"""Units: what held when, who guides whom on a day, and how one ceases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration.adapters.events import published
from services.registration.domain.unit import Particulars, Unit, UnitKind, UnitRegistered
from services.registration.domain.unit_tree import Branch, must_fit, must_guide_nobody, tree
from shared.errors import Conflict, Invalid, Problem
from shared.storage.document import Codec, Held
from shared.time import start_of_day

FOUNDED, TODAY = date(2020, 1, 1), date(2021, 6, 1)
KNOWN = Particulars("区审批局", "Approvals", UnitKind.DEPARTMENT, "district", None, True, "district", FOUNDED, None)
RENAMED = replace(KNOWN, name="区行政审批服务局", supervising_unit_id="office")


def unit(unit_id: str = "unit", **changes: object) -> Unit:
    made = Unit.register(unit_id, replace(KNOWN, **changes))  # type: ignore[arg-type]
    made.facts.clear()
    return made


def told(of: Unit) -> list[tuple[str, date]]:
    return [(each.particulars.name, each.since) for each in of.facts if isinstance(each, UnitRegistered)]


def test_it_is_active_between_its_dates_and_under_the_district() -> None:
    made = unit(active_from=date(2021, 1, 1), active_to=date(2021, 12, 31))
    made.must_be_active(date(2021, 12, 31))
    for day in (date(2020, 12, 31), date(2022, 1, 1)):
        with pytest.raises(Conflict, match="unit_inactive"):
            made.must_be_active(day)
    with pytest.raises(Conflict, match="unit_inactive"):
        unit(managed_by="external").must_be_active(TODAY)


def test_a_correction_says_what_holds_today_and_the_same_again_says_nothing() -> None:
    made = unit()
    made.amend(KNOWN, TODAY)
    assert made.facts == []
    made.amend(RENAMED, TODAY)
    assert (made.on(FOUNDED), told(made)) == (RENAMED, [("区行政审批服务局", FOUNDED)])


def test_a_change_holds_from_its_day_on_and_what_held_before_is_kept() -> None:
    made, since = unit(), date(2021, 3, 1)
    made.change(RENAMED, since, TODAY)
    assert (made.on(since - timedelta(days=1)), made.on(since)) == (KNOWN, RENAMED)
    assert made.eras() == [(FOUNDED, KNOWN), (since, RENAMED)]
    assert told(made) == [("区行政审批服务局", since)]
    made.change(RENAMED, since, TODAY)
    assert len(made.facts) == len(made.earlier) == 1


def test_a_change_to_come_is_told_on_its_day() -> None:
    made, since = unit(), date(2022, 1, 1)
    made.change(RENAMED, since, TODAY)
    assert (made.on(TODAY), made.on(since), told(made)) == (KNOWN, RENAMED, [])
    ((timer, due),) = made.timers.items()
    assert due == start_of_day(since)
    made.change(replace(RENAMED, name="三"), date(2023, 1, 1), TODAY)
    assert len(made.timers) == 2
    made.ring(timer, due)
    assert told(made) == [("区行政审批服务局", since)]
    with pytest.raises(LookupError):
        made.ring("other", due)


def test_a_correction_leaves_what_is_to_come() -> None:
    made = unit()
    made.change(RENAMED, date(2022, 1, 1), TODAY)
    made.amend(replace(KNOWN, town="bahu"), TODAY)
    assert (made.on(TODAY).town, made.on(date(2022, 1, 1))) == ("bahu", RENAMED)
    assert told(made) == [("区审批局", FOUNDED)]


def test_a_change_comes_after_those_that_are_known() -> None:
    made = unit()
    made.change(RENAMED, date(2021, 3, 1), TODAY)
    with pytest.raises(Conflict) as refused:
        made.change(KNOWN, date(2021, 2, 28), TODAY)
    assert (refused.value.code, refused.value.facts) == ("later_change_known", {"since": "2021-03-01"})
    made.change(replace(RENAMED, name="更正"), date(2021, 3, 1), TODAY)
    assert [each.name for _, each in made.eras()] == ["区审批局", "更正"]


def test_it_ceases_after_its_last_day_once() -> None:
    made, last = unit(), date(2021, 12, 31)
    made.close(last, TODAY)
    assert (made.is_active(last), made.is_active(last + timedelta(days=1))) == (True, False)
    made.close(last, TODAY)
    assert len(made.facts) == 1
    made.close(date(2021, 11, 30), TODAY)
    with pytest.raises(Conflict, match="unit_closed"):
        made.close(last, date(2022, 1, 1))


def test_it_does_not_cease_before_its_last_change() -> None:
    made = unit()
    made.change(RENAMED, date(2021, 3, 1), TODAY)
    with pytest.raises(Invalid, match="dates_reversed"):
        made.close(date(2021, 2, 28), TODAY)


def test_a_stored_unit_without_a_history_has_one_era() -> None:
    codec = Codec(Unit, published)
    document = codec.document(Held(unit()))
    del document["state"]["earlier"]
    assert codec.aggregate(document).eras() == [(FOUNDED, KNOWN)]


# who guides whom


def district(*units: Unit) -> dict[str, Unit]:
    return {each.id: each for each in units}


def test_the_tree_is_that_of_the_day() -> None:
    school = unit("school", supervising_unit_id="education")
    school.change(replace(school.particulars, supervising_unit_id="town"), date(2021, 3, 1), TODAY)
    known = [unit("education"), unit("town"), school, unit("gone", active_to=date(2020, 12, 31))]
    assert _drawn(tree(known, date(2021, 2, 28))) == {"education": {"school": {}}, "town": {}}
    assert _drawn(tree(known, date(2021, 3, 1))) == {"education": {}, "town": {"school": {}}}
    assert _drawn(tree(known, FOUNDED - timedelta(days=1))) == {}


def test_a_unit_whose_guide_has_ceased_stands_at_the_top() -> None:
    known = [unit("education", active_to=date(2021, 1, 1)), unit("school", supervising_unit_id="education")]
    assert _drawn(tree(known, TODAY)) == {"school": {}}


def test_nobody_is_guided_by_whom_they_guide_on_any_day() -> None:
    bureau, school = unit("bureau"), unit("school", supervising_unit_id="bureau")
    for since in (FOUNDED, TODAY, date(2022, 1, 1)):
        meant = unit("bureau")
        meant.change(replace(KNOWN, supervising_unit_id="school"), since, TODAY)
        with pytest.raises(Invalid) as refused:
            must_fit(district(bureau, school), meant, since, TODAY)
        assert (refused.value.code, refused.value.facts["units"]) == ("supervision_loop", ["bureau", "school"])


def test_a_circle_that_closes_later_is_found_and_one_that_is_over_is_none() -> None:
    bureau, school = unit("bureau"), unit("school", supervising_unit_id=None)
    school.change(replace(KNOWN, supervising_unit_id="bureau"), date(2022, 1, 1), TODAY)
    meant = unit("bureau")
    meant.change(replace(KNOWN, supervising_unit_id="school"), TODAY, TODAY)
    with pytest.raises(Invalid) as refused:
        must_fit(district(bureau, school), meant, TODAY, TODAY)
    assert (refused.value.code, refused.value.facts["day"]) == ("supervision_loop", "2022-01-01")
    freed = unit("school", supervising_unit_id="bureau")
    freed.change(KNOWN, date(2021, 1, 1), TODAY)
    must_fit(district(bureau, freed), meant, TODAY, TODAY)


@pytest.mark.parametrize(
    ("guide", "code"), [("nobody", "supervisor_unknown"), ("gone", "supervisor_inactive"), ("later", None)]
)
def test_a_guide_is_known_and_there(guide: str, code: str | None) -> None:
    gone, later = unit("gone", active_to=date(2021, 1, 1)), unit("later", active_from=date(2021, 1, 1))
    meant = unit(supervising_unit_id=guide)
    try:
        must_fit(district(gone, later), meant, FOUNDED, TODAY)
    except Problem as refused:
        found: str | None = refused.code
    else:
        found = None
    assert found == code


def test_a_unit_that_guides_others_does_not_cease_before_they_do() -> None:
    known = [unit("education"), unit("school", supervising_unit_id="education", active_to=date(2021, 12, 31))]
    must_guide_nobody(known, "education", date(2021, 12, 31))
    with pytest.raises(Conflict) as refused:
        must_guide_nobody(known, "education", date(2021, 12, 30))
    assert (refused.value.code, refused.value.facts) == ("guides_units", {"units": ["school"]})


DAYS = st.dates(date(2020, 1, 2), date(2023, 1, 1))
UNITS = st.sampled_from("abcd")


@settings(deadline=None)
@given(st.lists(st.tuples(UNITS, UNITS, DAYS), max_size=12), st.lists(DAYS, max_size=5))
def test_whatever_is_accepted_nobody_guides_themselves_on_any_day(
    moves: list[tuple[str, str, date]], days: list[date]
) -> None:
    known = moved_about(moves, look=True)
    for day in [*days, TODAY, date(2024, 1, 1), *(since for _, _, since in moves)]:
        assert not circles(known, day)
        assert sorted(_names(tree(known.values(), day))) == list("abcd")


def test_without_the_look_at_the_tree_they_would_and_it_still_shows_everybody() -> None:
    known = moved_about([("a", "b", TODAY), ("b", "a", TODAY)], look=False)
    assert circles(known, TODAY) == ["a", "b"]
    assert sorted(_names(tree(known.values(), TODAY))) == list("abcd")


def moved_about(moves: list[tuple[str, str, date]], *, look: bool) -> dict[str, Unit]:
    """Four units, put under each other one after the other, as far as that is accepted."""
    known = district(*(unit(each) for each in "abcd"))
    for moved, guide, since in moves:
        meant = unit(moved)
        meant.particulars, meant.earlier = known[moved].particulars, list(known[moved].earlier)
        try:
            meant.change(replace(KNOWN, supervising_unit_id=guide), since, TODAY)
            if look:
                must_fit(known, meant, since, TODAY)
        except Problem:
            continue
        known[moved] = meant
    return known


def circles(known: dict[str, Unit], day: date) -> list[str]:
    """Who guides themselves, over however many others."""

    def above(unit_id: str) -> set[str]:
        seen: set[str] = set()
        at = known[unit_id].on(day).supervising_unit_id
        while at is not None and at not in seen:
            seen.add(at)
            at = known[at].on(day).supervising_unit_id
        return seen

    return [each for each in known if each in above(each)]


def _drawn(branches: tuple[Branch, ...]) -> dict[str, object]:
    return {each.unit_id: _drawn(each.guided) for each in branches}


def _names(branches: tuple[Branch, ...]) -> list[str]:
    return [name for each in branches for name in (each.unit_id, *_names(each.guided))]
