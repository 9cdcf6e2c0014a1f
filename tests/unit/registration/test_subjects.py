"""What people ask about their own data is done once, in an order that a crash cannot harm, and moves the queue."""

import asyncio
from dataclasses import replace

import pytest

from services.registration.api.letter import letter
from services.registration.api.schemas.subjects import PersonalDataView
from services.registration.application import commands as c
from services.registration.application.ports import Kept
from services.registration.domain.activity import Activity
from services.registration.domain.place import Status
from services.registration.domain.retention import Group
from services.registration.domain.subject import Cause, PersonErased
from services.registration.domain.turns import Turn, TurnKind
from shared.commands import PUBLIC, Actor
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import derived_id
from tests.unit.registration.kept import District, Hand
from tests.unit.registration.rosters import OPENS
from tests.unit.registration.test_plan_and_activity import AT
from tests.unit.registration.test_retention import DUE, hold

CLERK = Actor("clerk", frozenset({"unit_clerk"}))


@pytest.fixture
def district() -> District:
    return District(Hand(AT))


async def erase(
    district: District,
    activity: Activity,
    registration_id: str,
    cause: Cause = Cause.REQUEST,
    actor: Actor = PUBLIC,
    reason: str | None = None,
    point_id: str | None = None,
) -> PersonErased:
    command = c.ErasePerson(
        actor=actor,
        point_id=point_id or activity.points[0].id,
        registration_id=registration_id,
        claim_code="ABCDEFGH",
        cause=cause,
        reason=reason,
    )
    return await district.subjects.erase(command)


async def status(district: District, activity: Activity) -> dict[str, Status]:
    roster = await district.rosters.get(activity.points[0].id)
    return {each.id: each.status for each in roster.registrations.values()}


@pytest.mark.parametrize("cause", Cause)
async def test_a_place_that_is_to_come_is_given_up_first_and_goes_to_who_waits(
    district: District, cause: Cause
) -> None:
    activity = await district.hold_activity()
    erased = await erase(district, activity, "r1", cause)
    assert (erased.gave_up_place, erased.cause, erased.by) == (True, cause, None)
    now = await status(district, activity)
    assert (now["r1"], now["r3"], now["r4"]) == (Status.CANCELLED, Status.CONFIRMED, Status.WAITLISTED)
    assert set(await district.people()) == {"r0", "r2", "r3", "r4", "r5"}


async def test_the_second_request_gets_the_first_ones_answer(district: District) -> None:
    activity = await district.hold_activity()
    first = await erase(district, activity, "r1")
    district.clock.at = OPENS
    assert await erase(district, activity, "r1", Cause.CONSENT_WITHDRAWN) == first
    both = await asyncio.gather(*(erase(district.replica(), activity, "r2") for _ in range(4)))
    assert len(set(both)) == 1
    assert set(await district.people()) == {"r0", "r3", "r4", "r5"}


async def test_what_counts_stays_when_the_activity_is_over(district: District) -> None:
    activity = await district.hold_activity()
    point = activity.points[0].id
    await district.rosters.change(point, lambda each: each.close(each.closes_at))
    await district.rosters.change(point, lambda each: each.lock(each.starts_at))
    await district.rosters.change(point, lambda each: each.check_in("r0", each.starts_at))
    before = await district.rosters.change(point, lambda each: each.finish(each.ends_at))
    erased = await erase(district, activity, "r0")
    assert (erased.gave_up_place, (await status(district, activity))["r0"]) == (False, Status.ATTENDED)
    assert await district.rosters.change(point, lambda each: each.finish(each.ends_at)) == before
    assert "r0" not in await district.people()


async def test_staff_who_ask_for_somebody_say_why(district: District) -> None:
    activity = await district.hold_activity()
    with pytest.raises(Invalid, match="reason_required"):
        await erase(district, activity, "r1", actor=CLERK)
    assert "r1" in await district.people()
    erased = await erase(district, activity, "r1", actor=CLERK, reason="本人来电要求删除")
    assert (erased.by, erased.reason) == ("clerk", "本人来电要求删除")


async def test_what_is_on_hold_is_not_erased_and_keeps_its_place(district: District) -> None:
    activity = await district.hold_activity()
    await hold(district, activity, "r1")
    with pytest.raises(Conflict, match="on_legal_hold"):
        await erase(district, activity, "r1")
    assert ("r1" in await district.people(), (await status(district, activity))["r1"]) == (True, Status.CONFIRMED)
    assert (await erase(district, activity, "r2")).gave_up_place


async def test_a_request_cut_off_before_the_vault_is_finished_by_the_next_one(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity = await district.hold_activity()

    async def killed(kept: Kept, field: str | None = None) -> bool:
        raise RuntimeError("the process ended here")

    with monkeypatch.context() as patch:
        patch.setattr(district.vault, "erase", killed)
        with pytest.raises(RuntimeError):
            await erase(district, activity, "r1")
    again = district.replica()
    assert (await erase(again, activity, "r1")).gave_up_place
    assert "r1" not in await again.people()


async def test_nobody_is_found_who_never_registered(district: District) -> None:
    activity = await district.hold_activity()
    with pytest.raises(NotFound):
        await erase(district, activity, "somebody")


async def test_a_turn_is_shown_and_erased_with_who_took_it_and_others_turns_stay(district: District) -> None:
    activity = await district.hold_activity()
    point = activity.points[0].id
    people = await district.people()
    came = Turn(TurnKind.ATTENDED, AT)
    for each in ("r1", "r2", "of another activity"):
        await district.turns._take(district.vault.person(people.get(each, people["r2"])), each, came)
    assert (await district.questions.held(PUBLIC, point, "r1", "ABCDEFGH")).turn == came
    assert (await district.questions.held(PUBLIC, point, "r0", "ABCDEFGH")).turn is None
    await asyncio.gather(*(erase(district.replica(), activity, each) for each in ("r1", "r2", "r1", "r0")))
    assert [list(each.taken) for each in await district.ports.turns.find()] == [["of another activity"]]
    assert (await district.questions.held(PUBLIC, point, "r1", "ABCDEFGH")).turn is None


async def test_a_letter_has_the_mail_address_and_the_turn(district: District) -> None:
    activity = await district.hold_activity()
    held = await district.questions.held(PUBLIC, activity.points[0].id, "r1", "ABCDEFGH")
    assert held.contact
    held.activity.id = derived_id("activity", "a")
    mailed = replace(held.contact, email="one@example.org")
    whole = replace(held, contact=mailed, registration=None, turn=Turn(TurnKind.ABSENT, AT))
    text = letter(PersonalDataView.of(whole, ()))
    assert "one@example.org" in text
    assert "轮流记录 Turn: 20" in text
    assert "absent" in text


async def test_nobody_is_erased_or_shown_by_way_of_another_point(district: District) -> None:
    activity = await district.hold_activity()
    elsewhere = await district.another_point()
    for _ in ("before", "and after"):
        with pytest.raises(NotFound):
            await erase(district, activity, "r1", point_id=elsewhere)
        with pytest.raises(NotFound):
            await erase(district, activity, "r1", point_id=elsewhere, actor=CLERK, reason="本人来电要求删除")
        with pytest.raises(NotFound):
            await district.questions.held(PUBLIC, elsewhere, "r1", "ABCDEFGH")
        assert {"r0", "r2"} <= set(await district.people())
        await erase(district, activity, "r1")
    assert (await status(district, activity))["r1"] == Status.CANCELLED


async def test_a_hold_is_not_passed_by_way_of_another_point(district: District) -> None:
    activity = await district.hold_activity()
    elsewhere = await district.another_point()
    await hold(district, activity)
    with pytest.raises(NotFound):
        await erase(district, activity, "r1", point_id=elsewhere)
    assert "r1" in await district.people()


async def test_everything_that_is_held_is_shown_and_after_erasure_nothing_but_that(district: District) -> None:
    activity = await district.hold_activity()
    point = activity.points[0].id
    held = await district.questions.held(PUBLIC, point, "r1", "ABCDEFGH")
    assert held.contact
    assert (held.contact.name, held.contact.phone, bool(held.contact.id_number)) == ("代表1", "13900000001", True)
    assert [each.scan_id for each in held.scans] == ["s1"]
    await erase(district, activity, "r1")
    held = await district.questions.held(PUBLIC, point, "r1", "ABCDEFGH")
    assert (held.contact, bool(held.erased)) == (None, True)
    with pytest.raises(NotFound):
        await district.questions.held(PUBLIC, point, "somebody", "ABCDEFGH")


async def test_retention_finds_nothing_of_whom_was_erased(district: District) -> None:
    activity = await district.hold_activity()
    await erase(district, activity, "r1")
    await district.reach(DUE[Group.CONTACT])
    runs = (await district.retentions.get(activity.id)).runs
    assert sum(runs[each].erased for each in (Group.NO_PLACE, Group.CONTACT)) == 5
