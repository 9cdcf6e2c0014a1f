"""Joint activities: exact shares, co-hosts that are asked, groups that move by the clock."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration.adapters.events import published
from services.registration.domain.activity import Activity
from services.registration.domain.activity_parts import OpenPoint, Session
from services.registration.domain.credit import Share, thousandths
from services.registration.domain.invitation import InvitationState, must_be_agreed
from services.registration.domain.plan import Plan
from services.registration.domain.plan_content import Content, Host, PlannedPoint, Role, hosts
from services.registration.domain.plan_differences import differences
from services.registration.domain.rota import Rota, Visit, visits
from shared.errors import Conflict, Invalid, NotFound
from shared.storage.document import Codec, Held
from tests.unit.registration.test_plan_and_activity import AT, CONTENT, POINT, SESSION, announced

SOON = AT + timedelta(days=2)
MOMENT = timedelta(milliseconds=1)


def joint(lead: int = 500, point: PlannedPoint | None = None, **changes: object) -> Content:
    """Of `unit`, which leads, and `co`, which has a point of its own."""
    said = (Host("unit", Role.LEAD, lead), Host("co", Role.CO_HOST, 1000 - lead))
    theirs = point or replace(POINT, slug="plant", unit_id="co", name="净水厂")
    return replace(CONTENT, hosts=said, points=(POINT, theirs), **changes)  # type: ignore[arg-type]


def asked(content: Content | None = None) -> Plan:
    made = Plan.draft("plan-000000001", "activity", content or joint(), by="clerk")
    made.invite(None, SOON, AT)
    return made


def accepted() -> Plan:
    made = asked()
    made.answer("co", accepts=True, reason=None, by="co-clerk", at=SOON)
    return made


# shares


def thirds(*shares: str) -> tuple[Host, ...]:
    said = [Share(*map(int, each.split("/"))) for each in shares]
    roles = [Role.LEAD, *[Role.CO_HOST] * len(shares)]
    return hosts(Host(str(at), role, 0, share) for at, (role, share) in enumerate(zip(roles, said, strict=False)))


def test_thirds_are_thirds_and_make_a_whole() -> None:
    made = thirds("1/3", "1/3", "1/3")
    assert [each.credit for each in made] == [334, 333, 333]
    assert sum(each.exact for each in made) == 1
    Plan.draft("plan", "activity", replace(CONTENT, hosts=made), by="clerk")


@pytest.mark.parametrize("shares", [("1/3", "1/3"), ("333/1000", "333/1000", "333/1000"), ("2/3", "2/3"), ("0/5",)])
def test_shares_that_are_not_the_whole_are_refused(shares: tuple[str, ...]) -> None:
    with pytest.raises(Invalid, match="credit_sum"):
        Plan.draft("plan", "activity", replace(CONTENT, hosts=thirds(*shares)), by="clerk")


def test_shares_are_said_in_one_way() -> None:
    said = (Host("a", Role.LEAD, 500), Host("b", Role.CO_HOST, 500, Share(1, 2)))
    with pytest.raises(Invalid, match="shares_mixed"):
        Plan.draft("plan", "activity", replace(CONTENT, hosts=said), by="clerk")


@settings(deadline=None)
@given(st.lists(st.integers(0, 9999), min_size=1, max_size=20).filter(any))
def test_thousandths_sum_to_a_thousand_and_are_within_one_of_the_share(weights: list[int]) -> None:
    shares = [Fraction(each, sum(weights)) for each in weights]
    made = thousandths(shares)
    assert sum(made) == 1000
    assert all(abs(each * 1000 - part) < 1 for each, part in zip(shares, made, strict=True))


def test_floats_would_not_make_a_whole() -> None:
    assert sum([0.1] * 10) != 1
    assert sum(each.exact for each in thirds(*["1/10"] * 10)) == 1


def test_the_same_share_said_otherwise_is_no_change() -> None:
    before, after = (replace(CONTENT, hosts=thirds(*each)) for each in (("1/2", "1/2"), ("2/4", "3/6")))
    assert differences(before, after, {}) == ()


# co-hosts that are asked


def test_a_plan_is_not_sent_before_those_that_were_asked_have_accepted() -> None:
    made = asked()
    with pytest.raises(Conflict) as refused:
        must_be_agreed(made.invitations, made.content, all_asked=False)
    assert (refused.value.code, refused.value.facts) == ("co_hosts_pending", {"units": {"co": "invited"}})
    made = accepted()
    must_be_agreed(made.invitations, made.content, all_asked=True)


def test_who_was_not_asked_is_asked_only_where_the_programme_wants_it() -> None:
    must_be_agreed({}, joint(), all_asked=False)
    with pytest.raises(Conflict) as refused:
        must_be_agreed({}, joint(), all_asked=True)
    assert refused.value.facts == {"units": {"co": "not_invited"}}


def test_an_answer_after_the_deadline_needs_another_invitation() -> None:
    made = asked()
    with pytest.raises(Conflict, match="answer_too_late"):
        made.answer("co", accepts=True, reason=None, by="co-clerk", at=SOON + MOMENT)
    made.invite(["co"], SOON + timedelta(days=1), SOON + MOMENT)
    made.answer("co", accepts=True, reason=None, by="co-clerk", at=SOON + MOMENT)
    assert made.invitations["co"].answered_by == "co-clerk"


def test_who_declines_says_why_and_may_be_asked_again() -> None:
    made = asked()
    with pytest.raises(Invalid, match="reason_needed"):
        made.answer("co", accepts=False, reason=None, by="co-clerk", at=AT)
    made.answer("co", accepts=False, reason="人手不足", by="co-clerk", at=AT)
    assert (made.invitations["co"].state, made.invitations["co"].reason) == (InvitationState.DECLINED, "人手不足")
    made.invite(None, SOON, AT)
    assert (made.invitations["co"].state, made.invitations["co"].reason) == (InvitationState.INVITED, None)


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (joint(), InvitationState.ACCEPTED),
        (joint(title="另一个名称"), InvitationState.ACCEPTED),
        (joint(400), InvitationState.INVITED),
        (joint(point=replace(POINT, slug="plant", unit_id="co", name="净水厂", cap=19)), InvitationState.INVITED),
        (joint(point=replace(POINT, slug="plant", unit_id="unit", name="净水厂")), InvitationState.INVITED),
    ],
)
def test_who_accepted_other_terms_is_asked_anew(content: Content, state: InvitationState) -> None:
    made = accepted()
    made.edit(content)
    assert made.invitations["co"].state == state
    assert (made.invitations["co"].answered_by is None) == (state == InvitationState.INVITED)


def test_a_unit_that_is_no_host_any_more_is_not_waited_for() -> None:
    made = asked()
    made.edit(CONTENT)
    assert made.invitations == {}
    with pytest.raises(Conflict, match="no_co_hosts"):
        made.invite(None, SOON, AT)
    with pytest.raises(NotFound):
        made.invite(["co"], SOON, AT)
    with pytest.raises(NotFound):
        made.answer("co", accepts=True, reason=None, by="co-clerk", at=AT)


def test_the_second_click_changes_nothing_and_the_lead_is_never_asked() -> None:
    made = accepted()
    first = made.invitations["co"]
    made.answer("co", accepts=True, reason=None, by="other", at=SOON + timedelta(days=9))
    assert made.invitations["co"] == first
    with pytest.raises(NotFound):
        made.invite(["unit"], SOON, AT)
    with pytest.raises(Invalid, match="deadline_past"):
        asked().invite(None, AT, AT)


# groups that move


@settings(deadline=None)
@given(st.integers(2, 20), st.builds(Rota, st.integers(5, 480), st.integers(0, 240), st.integers(0, 480)))
def test_every_group_sees_every_point_once_and_no_point_has_two_at_a_time(points: int, rota: Rota) -> None:
    names = [str(each) for each in range(points)]
    made = visits(rota, names, SESSION.starts_at)
    for group in names:
        mine = [each for each in made if each.group == group]
        assert sorted(each.point_id for each in mine) == sorted(names)
        assert mine[0].point_id == group
        assert not _meet(mine)
    assert not any(_meet([each for each in made if each.point_id == point]) for point in names)
    end = SESSION.starts_at + timedelta(minutes=rota.minutes(points))
    assert max(each.ends_at for each in made) == end


def test_groups_that_all_began_at_the_first_point_would_meet() -> None:
    rota, names = Rota(30), ["a", "b"]
    together = [replace(each, point_id="a") for each in visits(rota, names, SESSION.starts_at)]
    assert _meet(together)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (replace(CONTENT, rota=Rota(30)), "rota_needs_points"),
        (joint(rota=Rota(30), point=replace(POINT, slug="plant", unit_id="co", cap=19)), "rota_caps_differ"),
    ],
)
def test_groups_need_points_that_hold_every_group(content: Content, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        Plan.draft("plan", "activity", content, by="clerk")
    assert refused.value.code == code


def test_an_activity_is_long_enough_for_its_groups_also_when_it_is_moved() -> None:
    activity = _moving(Rota(60, 30, 30))  # three hours: 30 + 60 + 30 + 60
    assert [(each.group, each.point_id) for each in activity.visits] == [("a", "a"), ("a", "b"), ("b", "b"), ("b", "a")]
    with pytest.raises(Invalid, match="rota_too_long"):
        _moving(Rota(60, 30, 31))
    later = SESSION.starts_at + timedelta(days=1)
    with pytest.raises(Invalid, match="rota_too_long"):
        activity.reschedule(Session(later, later + timedelta(hours=2)), AT)
    activity.reschedule(Session(later, later + timedelta(hours=3)), AT)
    assert activity.visits[0].starts_at == later + timedelta(minutes=30)


def test_a_stored_activity_without_what_came_later_is_read_as_it_is() -> None:
    codec = Codec(Activity, published)
    document = codec.document(Held(announced()))
    for later in ("frame", "rota"):
        del document["state"][later]
    for later in ("name", "name_en"):
        del document["state"]["hosts"][0][later]
    read = codec.aggregate(document)
    assert (read.programme_id, read.visits, read.lead_days_asked, read.leads) == (None, [], 7, ["unit"])


def _moving(rota: Rota) -> Activity:
    plan = accepted()
    plan.edit(joint(rota=rota))
    plan.submit("notify", AT)
    points = tuple(OpenPoint(each, each, "unit", each, each, 20) for each in "ab")
    return Activity.announce(plan, (), points, SESSION, AT)


def _meet(made: list[Visit]) -> bool:
    by_time = sorted(made, key=lambda each: each.starts_at)
    return any(after.starts_at < before.ends_at for before, after in pairwise(by_time))
