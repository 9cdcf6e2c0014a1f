"""What is kept of people goes group by group when its time is over, unless a legal hold keeps it."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.registration.application import commands as c
from services.registration.application.handlers import retention as handlers
from services.registration.application.handlers.retention import PORTION
from services.registration.application.keeping import stale
from services.registration.application.ports import Kept
from services.registration.domain.activity import Activity
from services.registration.domain.activity_parts import Session
from services.registration.domain.retention import Group, Hold, Retention
from shared.commands import Actor, Once
from shared.errors import Conflict, NotFound
from tests.unit.registration.kept import PERIODS, SEATS, District, Hand
from tests.unit.registration.test_plan_and_activity import AT, SESSION

OFFICE = Actor("officer", frozenset({"office"}))
DAY = timedelta(days=1)
DUE = PERIODS.due(SESSION.ends_at)


@pytest.fixture
def district() -> District:
    return District(Hand(AT))


async def hold(district: District, activity: Activity, registration_id: str | None = None) -> Hold:
    command = c.PlaceHold(actor=OFFICE, activity_id=activity.id, registration_id=registration_id, reason="纪检调查留存")
    return await district.handlers.hold(command)


async def lift(district: District, activity: Activity, placed: Hold) -> Hold:
    command = c.LiftHold(actor=OFFICE, activity_id=activity.id, hold_id=placed.id, reason="调查已结束")
    return await district.handlers.lift(command)


async def erased(district: District, activity: Activity) -> dict[str, int]:
    return {group: run.erased for group, run in (await district.retentions.get(activity.id)).runs.items()}


def test_a_period_ends_at_midnight_of_its_last_day_in_the_district() -> None:
    late = datetime(2021, 9, 15, 15, 30, tzinfo=UTC)  # 23:30 in Shanghai
    assert PERIODS.due(late)[Group.ID_NUMBER] == datetime(2021, 9, 22, 16, 0, tzinfo=UTC)
    assert PERIODS.due(late + timedelta(hours=1))[Group.ID_NUMBER] == datetime(2021, 9, 23, 16, 0, tzinfo=UTC)


async def test_each_group_goes_in_its_time_and_not_a_second_earlier(district: District) -> None:
    activity = await district.hold_activity()
    await district.reach(DUE[Group.ID_NUMBER] - timedelta(seconds=1))
    assert [bool(each.id_number) for each in (await district.people()).values()] == [False, True] * 3
    await district.reach(DUE[Group.ID_NUMBER])
    there = await district.people()
    assert (len(there), {each.id_number for each in there.values()}) == (6, {None})
    assert there["r1"].name == "代表1"
    await district.reach(DUE[Group.NO_PLACE])
    assert set(await district.people()) == {"r0", "r1", "r2"}
    assert len(await district.scans.of(activity.points[0].id, 9)) == 2
    await district.reach(DUE[Group.CONTACT])
    assert await district.people() == {}
    assert await district.scans.of(activity.points[0].id, 9) == []
    assert len(await district.exports.of(activity.points[0].id, 9)) == 1
    await district.reach(DUE[Group.EXPORTS])
    assert await district.exports.of(activity.points[0].id, 9) == []
    assert await erased(district, activity) == {"id_number": 3, "no_place": 3, "contact": 3, "scans": 2, "exports": 1}
    roster = await district.rosters.get(activity.points[0].id)
    assert len(roster.seated()) == SEATS, "what counts stays, without anybody's name"


async def test_what_was_erased_is_told_in_numbers(district: District) -> None:
    activity = await district.hold_activity()
    await district.reach(DUE[Group.CONTACT])
    told = [each.body for each in await district.retentions.unpublished(activity.id)]
    assert len(told) == 4
    assert b'"group":"id_number","erased":3' in told[0]
    assert "代表".encode() not in b"".join(told)


async def test_two_replicas_that_ring_at_once_erase_once(district: District) -> None:
    activity, other = await district.hold_activity(), district.replica()
    district.clock.at = DUE[Group.ID_NUMBER]
    both = (each.handlers.ring(activity.id, Group.ID_NUMBER) for each in (district, other))
    await asyncio.gather(*both)
    assert await erased(district, activity) == {"id_number": 3}
    assert len(await district.retentions.unpublished(activity.id)) == 1


async def two_share_a_large_activity(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of everybody with an odd number another replica is faster."""
    monkeypatch.setattr(handlers, "PORTION", 2)
    activity, other, honest = await district.hold_activity(people=9), district.replica(), district.vault.erase

    async def shared(kept: Kept, field: str | None = None) -> bool:
        if int(kept.registration_id[1:]) % 2:
            assert await other.vault.erase(kept, field)
        return await honest(kept, field)

    monkeypatch.setattr(district.vault, "erase", shared)
    await district.reach(DUE[Group.NO_PLACE])
    assert len(await district.people()) == SEATS
    assert await district.keeping.leftovers() == []
    assert (await erased(district, activity))["no_place"] == 3


async def test_two_replicas_that_share_a_portion_go_on_to_the_next(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    await two_share_a_large_activity(district, monkeypatch)


async def test_control_who_takes_what_another_erased_for_the_end_leaves_somebody(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Retention.note

    def by_our_own_hand(self: Retention, group: Group, rung: datetime, erased: int, **more: Any) -> None:
        honest(self, group, rung, erased, **more | {"done": erased < 2})

    monkeypatch.setattr(Retention, "note", by_our_own_hand)
    with pytest.raises(AssertionError):
        await two_share_a_large_activity(district, monkeypatch)


async def test_who_is_written_anew_while_they_are_erased_is_erased_by_the_next_look(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a rotation of the keys does: the revision that was read is not there any more."""
    await district.hold_activity()
    honest, refused = district.vault.erase, list[str]()

    async def overtaken(kept: Kept, field: str | None = None) -> bool:
        if kept.registration_id not in refused:
            refused.append(kept.registration_id)
            return False
        return await honest(kept, field)

    monkeypatch.setattr(district.vault, "erase", overtaken)
    await district.reach(DUE[Group.CONTACT])
    assert await district.people() == {}


async def test_a_crash_between_erasing_and_noting_is_healed_by_the_next_ring(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity = await district.hold_activity()
    district.clock.at = DUE[Group.NO_PLACE]
    with monkeypatch.context() as patch:
        patch.setattr(Retention, "note", _killed)
        with pytest.raises(RuntimeError):
            await district.handlers.ring(activity.id, Group.NO_PLACE)
    assert len(await district.people()) == 3
    again = district.replica()
    await again.reach(DUE[Group.NO_PLACE])
    assert len(await again.people()) == 3
    assert Group.NO_PLACE not in (await again.retentions.get(activity.id)).timers


async def test_an_activity_that_was_moved_is_asked_for_its_end_when_the_timer_rings(district: District) -> None:
    activity = await district.hold_activity()
    later = Session(SESSION.starts_at + 10 * DAY, SESSION.ends_at + 10 * DAY)
    await district.activities.change(activity.id, lambda each: each.reschedule(later, AT))
    await district.reach(DUE[Group.ID_NUMBER])
    assert any(each.id_number for each in (await district.people()).values())
    await district.reach(DUE[Group.ID_NUMBER] + 10 * DAY)
    assert not any(each.id_number for each in (await district.people()).values())


async def test_a_large_activity_goes_in_portions_that_let_others_have_their_turn(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert PORTION <= 500
    monkeypatch.setattr(handlers, "PORTION", 2)
    activity = await district.hold_activity(people=9)
    district.clock.at = DUE[Group.NO_PLACE]
    await district.handlers.ring(activity.id, Group.NO_PLACE)
    assert len(await district.people()) == 7
    assert (await district.retentions.get(activity.id)).timers[Group.NO_PLACE] > DUE[Group.NO_PLACE]
    await district.reach(DUE[Group.NO_PLACE])
    assert len(await district.people()) == SEATS


async def test_a_hold_keeps_everything_and_its_lifting_lets_go_what_came_due_meanwhile(district: District) -> None:
    activity = await district.hold_activity()
    placed = await hold(district, activity)
    await district.reach(DUE[Group.CONTACT])
    assert len(await district.people()) == 6
    assert len(await district.scans.of(activity.points[0].id, 9)) == 2
    lifted = await lift(district, activity, placed)
    assert lifted.lifted
    assert (lifted.reason, lifted.lifted.reason, lifted.lifted.by) == ("纪检调查留存", "调查已结束", "officer")
    await district.reach(district.clock.at)
    assert await district.people() == {}
    with pytest.raises(Conflict, match="hold_lifted"):
        await lift(district, activity, placed)


async def test_a_hold_on_one_person_keeps_that_person_alone(district: District) -> None:
    activity = await district.hold_activity()
    placed = await hold(district, activity, "r1")
    await district.reach(DUE[Group.CONTACT])
    assert {id_: bool(each.id_number) for id_, each in (await district.people()).items()} == {"r1": True}
    assert [each.registration_id for each in await district.scans.of(activity.points[0].id, 9)] == ["r1"]
    await lift(district, activity, placed)
    await district.reach(district.clock.at)
    assert await district.people() == {}


async def test_of_two_holds_the_second_still_holds_when_the_first_is_lifted(district: District) -> None:
    activity = await district.hold_activity()
    first, second = await hold(district, activity), await hold(district, activity)
    await lift(district, activity, first)
    await district.reach(DUE[Group.CONTACT])
    assert len(await district.people()) == 6
    await lift(district, activity, second)
    await district.reach(district.clock.at)
    assert await district.people() == {}


def meanwhile(monkeypatch: pytest.MonkeyPatch, then: Callable[[], Coroutine[Any, Any, object]], *, when: Group) -> None:
    """Once, while a ring has read who is there and erases."""
    left = [then]

    async def read(ports: Any, group: Group, point_id: str) -> list[Kept]:
        found = await stale(ports, group, point_id)
        if group == when and left:
            await left.pop()()
        return found

    monkeypatch.setattr(handlers, "stale", read)


@pytest.mark.parametrize("whom", ["r1", None])
async def test_a_hold_that_is_placed_while_the_timer_rings_keeps_all_that_it_says(
    district: District, monkeypatch: pytest.MonkeyPatch, whom: str | None
) -> None:
    activity = await district.hold_activity()
    meanwhile(monkeypatch, lambda: hold(district, activity, whom), when=Group.CONTACT)
    await district.reach(DUE[Group.CONTACT])
    assert set(await district.people()) == ({"r1"} if whom else {"r0", "r1", "r2"})


async def test_a_hold_that_is_lifted_while_the_timer_rings_keeps_nobody(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity = await district.hold_activity()
    placed = await hold(district, activity, "r1")
    meanwhile(monkeypatch, lambda: lift(district, activity, placed), when=Group.CONTACT)
    await district.reach(DUE[Group.CONTACT])
    assert await district.people() == {}


def test_a_timer_stays_when_its_holds_were_others_at_the_end_than_at_the_look() -> None:
    at, again = DUE[Group.CONTACT], DUE[Group.CONTACT] + DAY
    retention = Retention(id="a")
    retention.follow({Group.CONTACT: at})
    retention.wait(Group.CONTACT, at)
    assert retention.timers == {Group.CONTACT: at}, "the hold was lifted before it could wait"
    for held, left in (("r1", {Group.CONTACT: again}), (None, {})):
        since = frozenset({held}) if held else frozenset[str]()
        rung = retention.timers[Group.CONTACT]
        retention.note(Group.CONTACT, rung, 0, done=True, held=since, again_at=again, at=at)
        assert retention.timers == left


async def test_without_the_look_at_holds_they_would_keep_nothing(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Retention, "on_hold", False)
    monkeypatch.setattr(Retention, "held", frozenset())
    for test in (
        test_a_hold_keeps_everything_and_its_lifting_lets_go_what_came_due_meanwhile,
        test_a_hold_on_one_person_keeps_that_person_alone,
    ):
        with pytest.raises(AssertionError):
            await test(District(Hand(AT)))


async def test_a_second_click_places_one_hold_and_a_stranger_cannot_be_held(district: District) -> None:
    activity = await district.hold_activity()
    command = c.PlaceHold(
        actor=OFFICE, once=Once("key", "d"), activity_id=activity.id, registration_id=None, reason="纪检调查留存"
    )
    assert await district.handlers.hold(command) == await district.handlers.hold(command)
    assert len(await district.keeping.holds(activity.id)) == 1
    with pytest.raises(NotFound):
        await hold(district, activity, "somebody")


async def test_nothing_is_left_after_retention_and_the_report_says_so(district: District) -> None:
    activity = await district.hold_activity()
    district.clock.at = DUE[Group.CONTACT] + DAY
    report = {each.group: each for each in await district.keeping.leftovers()}
    assert {group: each.count for group, each in report.items()} == {"id_number": 3, "no_place": 3, "contact": 6}
    assert report[Group.NO_PLACE].registration_ids == ("r3", "r4", "r5")
    await hold(district, activity, "r1")
    await district.reach(district.clock.at)
    held = {each.group: (each.count, each.on_hold) for each in await district.keeping.leftovers()}
    assert held == {"id_number": (0, 1), "contact": (0, 1)}


async def test_retention_that_forgets_somebody_is_found_by_the_report(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    await district.hold_activity()

    async def forgetful(*where: Any) -> list[Kept]:
        return [each for each in await stale(*where) if each.registration_id != "r4"]

    monkeypatch.setattr(handlers, "stale", forgetful)
    await district.reach(DUE[Group.NO_PLACE] + DAY)
    left = [(each.group, each.count, each.registration_ids) for each in await district.keeping.leftovers()]
    assert left == [(Group.NO_PLACE, 1, ("r4",))]


async def test_activities_older_than_their_retention_are_followed_from_the_next_start_on(district: District) -> None:
    activity = await district.hold_activity()
    await district.retentions.delete(activity.id)
    await district.handlers.follow_all()
    await district.handlers.follow_all()
    await district.reach(DUE[Group.CONTACT])
    assert await district.people() == {}


def _killed(*_: object, **__: object) -> None:
    raise RuntimeError("the process ended here")
