"""What changed between two versions of a plan: nothing when they say the same, and never less than what changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain import plan_differences, plan_words
from services.registration.domain.composition import Category
from services.registration.domain.plan_content import Content, Host, PlannedPoint, Role, Selection
from services.registration.domain.plan_differences import Change, differences
from services.registration.domain.plan_sections import PlannedTime, Sections
from shared.errors import Sentence
from tests.unit.registration.test_plan_and_activity import CONTENT, POINT

NAMES = {"unit": Sentence("区审批局", "Approvals Bureau")}
SAID = st.sampled_from(["", "甲", "乙", "甲乙"])
UNITS = st.sampled_from(["unit", "school", "water"])
HOSTS = st.builds(Host, UNITS, st.sampled_from(Role), st.sampled_from([300, 700]))
POINTS = st.builds(
    PlannedPoint,
    slug=st.sampled_from(["a", "b", "c"]),
    unit_id=UNITS,
    name=SAID,
    place=SAID,
    cap=st.integers(19, 21),
    mix=st.dictionaries(st.sampled_from(Category), st.integers(1, 2)),
    cap_reason=st.none() | SAID,
    cap_approver=st.none() | SAID,
)
CONTENTS = st.builds(
    Content,
    title=SAID,
    theme=SAID,
    town=SAID,
    forms=st.sampled_from([("office_visit",), ("site_visit",), ("site_visit", "office_visit")]),
    purpose=SAID,
    agenda=st.lists(SAID, max_size=4).map(tuple),
    selection=st.sampled_from(Selection),
    hosts=st.lists(HOSTS, max_size=3, unique_by=lambda each: each.unit_id).map(tuple),
    points=st.lists(POINTS, max_size=3, unique_by=lambda each: each.slug).map(tuple),
    id_number_reason=st.none() | SAID,
    planned_time=st.none() | st.builds(PlannedTime, st.none() | SAID, st.none() | st.just(date(2021, 10, 1))),
    sections=st.builds(Sections, safety=st.none() | SAID, feedback=st.none() | SAID),
)


def of_the_unit(content: Content) -> Content:
    """What the unit says: without what the office approved."""
    return replace(content, points=tuple(replace(each, cap_approver=None) for each in content.points))


def changed(later: Content, earlier: Content = CONTENT) -> dict[str, Change]:
    return {each.field: each for each in differences(earlier, later, NAMES)}


@given(CONTENTS)
def test_equal_contents_do_not_differ(content: Content) -> None:
    assert differences(content, content, NAMES) == ()


@given(CONTENTS, CONTENTS)
def test_contents_that_are_not_equal_differ_in_as_many_fields_either_way(one: Content, other: Content) -> None:
    there, back = differences(one, other, NAMES), differences(other, one, NAMES)
    assert bool(there) == bool(back) == (of_the_unit(one) != of_the_unit(other))
    assert len({each.field for each in there}) == len(there)
    fields = [{each.field for each in side if not each.field.startswith("agenda")} for side in (there, back)]
    assert fields[0] == fields[1]
    assert all(each.label.zh and each.label.en for each in there)


@given(CONTENTS, st.sampled_from(["title", "theme", "town", "purpose", "id_number_reason"]))
def test_one_field_changed_is_the_one_that_is_named(content: Content, name: str) -> None:
    later = replace(content, **{name: "全新"})  # type: ignore[arg-type]
    (change,) = differences(content, later, NAMES)
    said = getattr(content, name)
    assert (change.field, change.after) == (name, Sentence("全新", "全新"))
    assert change.before == (None if said is None else Sentence(said, said))


def test_a_change_is_said_in_words_of_both_languages() -> None:
    point = replace(POINT, cap=24, mix={Category.NPC_DEPUTY: 6, Category.RESIDENT: 8})
    found = changed(replace(CONTENT, points=(point,), selection=Selection.RANDOM_DRAW))
    assert set(found) == {"points.hall.cap", "points.hall.mix", "selection"}
    assert found["points.hall.cap"].label == Sentence("开放点“大厅”人数上限", "Open point “大厅”: cap")
    assert found["points.hall.mix"].after == Sentence(
        "人大代表6名；群众代表8名", "people's congress deputies 6; residents 8"
    )
    assert found["selection"].before == Sentence("先到先得", "first come")


def test_a_host_is_called_by_its_name_and_one_without_a_name_by_its_id() -> None:
    later = replace(CONTENT, hosts=(replace(CONTENT.hosts[0], credit=600), Host("school", Role.CO_HOST, 400)))
    found = changed(later)
    assert set(found) == {"hosts.unit.credit", "hosts.school.role", "hosts.school.credit"}
    assert found["hosts.unit.credit"].label.zh == "主办单位“区审批局”计分份额"
    assert (found["hosts.unit.credit"].before, found["hosts.school.role"].before) == (Sentence("1", "1"), None)
    assert found["hosts.school.role"].label.en == "Host “school”: role"


def test_an_agenda_item_put_in_between_is_one_change_and_the_others_none() -> None:
    earlier = replace(CONTENT, agenda=("签到", "参观", "座谈"))
    found = changed(replace(CONTENT, agenda=("签到", "观看短片", "参观", "座谈")), earlier)
    assert set(found) == {"agenda.2"}
    assert (found["agenda.2"].before, found["agenda.2"].after) == (None, Sentence("观看短片", "观看短片"))


def test_a_section_and_a_vague_time_are_compared_like_everything_else() -> None:
    earlier = replace(CONTENT, planned_time=PlannedTime("10月上旬，另行通知"), sections=Sections(safety="雨天改期"))
    exact = PlannedTime(None, date(2021, 10, 8), date(2021, 10, 12))
    found = changed(replace(CONTENT, planned_time=exact), earlier)
    assert set(found) == {"planned_time", "sections.safety"}
    assert found["planned_time"].before == Sentence("10月上旬，另行通知", "10月上旬，另行通知")
    assert found["planned_time"].after == Sentence("2021-10-08至2021-10-12", "2021-10-08 to 2021-10-12")
    assert (found["sections.safety"].label.zh, found["sections.safety"].after) == ("安全与应急预案", None)


def test_every_section_has_a_name_for_people() -> None:
    assert set(plan_words.SECTIONS) == set(vars(Sections()))


def test_another_order_of_points_is_a_change_and_an_approval_is_none() -> None:
    other = replace(POINT, slug="archive", cap_approver="office-1")
    earlier = replace(CONTENT, points=(POINT, other))
    found = changed(replace(CONTENT, points=(other, POINT)), earlier)
    assert set(found) == {"points"}
    assert found["points"].after == Sentence("archive；hall", "archive; hall")
    assert changed(replace(CONTENT, points=(replace(POINT, cap_approver="office-1"),))) == {}


def test_a_comparison_that_forgets_the_order_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(*_: object) -> Iterator[Change]:
        return iter(())

    monkeypatch.setattr(plan_differences, "_reordered", forgetful)
    with pytest.raises(AssertionError):
        test_another_order_of_points_is_a_change_and_an_approval_is_none()
