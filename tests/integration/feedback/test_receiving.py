"""Receiving an opinion: once, with the same answer however often it is sent, and healed after a crash."""

import asyncio

from pymongo import MongoClient

from shared.events.feedback_v1 import OpinionReceived
from tests.integration.feedback.desk import BODY, CO_HOST, LEAD, ROOT, Desk, answered, refused
from tests.support.district import District
from tests.support.service import Runner
from tests.support.waiting import eventually


async def test_the_same_request_again_has_the_same_answer_and_counts_once(desk: Desk, activity: str) -> None:
    first = await desk.give(activity, key=f"key-{activity}")
    again = await desk.give(activity, key=f"key-{activity}")
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert (await desk.register(activity))["counts"]["received"] == 1


async def test_the_same_key_with_another_body_is_refused(desk: Desk, activity: str) -> None:
    answered(await desk.give(activity, key=f"key-{activity}"))
    other = await desk.give(activity, key=f"key-{activity}", text="别的内容")
    assert refused(other, 422) == "idempotency_key_reused"


async def test_without_a_key_nothing_is_received(desk: Desk, activity: str) -> None:
    answer = await desk.service.http.post(f"{ROOT}/activities/{activity}/opinions", json=BODY)
    assert refused(answer, 422) == "idempotency_key_missing"
    assert (await desk.register(activity))["counts"]["received"] == 0


async def test_many_at_once_have_serial_numbers_without_a_hole(desk: Desk, activity: str) -> None:
    receipts = await asyncio.gather(*(desk.given(activity) for _ in range(30)))
    assert sorted(int(each["serial"][-4:]) for each in receipts) == list(range(1, 31))
    assert len({each["claim_code"] for each in receipts}) == 30


async def test_a_crash_between_register_and_opinion_is_healed_by_the_repeat(
    running: Runner, desk: Desk, activity: str
) -> None:
    async with running("feedback") as service:
        fresh = Desk(service)
        await fresh.announce(activity)
        first = await fresh.given(activity, key="the-same-key")
        await service.settled()
        await service.stop()
        _forget_opinion(service.district, first["id"])  # as if the second write had never been reached
        await service.restart()
        assert (await fresh.register(activity))["counts"]["received"] == 0
        assert await fresh.given(activity, key="the-same-key") == first
        assert await fresh.given(activity, key="another-key") != first
        assert (await fresh.register(activity))["counts"]["received"] == 2
        seen = answered(await fresh.get(f"/opinions/{first['id']}", fresh.office))
        assert seen["serial"] == first["serial"]
    # the same requests elsewhere, as when a season is played again: the same id, serial number and claim code
    assert await desk.given(activity, key="the-same-key") == first


def _forget_opinion(district: District, opinion_id: str) -> None:
    client: MongoClient[dict[str, object]] = MongoClient(district.mongo_url)
    with client:
        client[district.database("feedback")]["opinion"].delete_one({"_id": opinion_id})


async def test_before_the_announcement_and_after_a_cancellation_it_is_refused_with_the_reason(
    desk: Desk, activity: str
) -> None:
    assert refused(await desk.give("nobody-knows"), 404) == "not_found"
    await desk.cancel(activity)
    assert refused(await desk.give(activity), 409) == "activity_cancelled"


async def test_the_point_decides_who_is_responsible_and_others_hear_of_it(desk: Desk, activity: str) -> None:
    first = await desk.given(activity)
    second = await desk.given(activity, open_point_id=f"{activity}-p2")
    assert refused(await desk.give(activity, open_point_id="another-point"), 422) == "unknown_open_point"

    async def told() -> bool:
        facts = [each.fact for each in await desk.service.district.consume("feedback")]
        heard = {each.opinion_id: each for each in facts if isinstance(each, OpinionReceived)}
        assert (heard[first["id"]].unit_id, heard[second["id"]].unit_id) == (LEAD, CO_HOST)
        assert heard[first["id"]].serial == first["serial"]
        return True

    await eventually(told)


async def test_staff_who_write_it_down_for_somebody_are_named_to_staff_only(desk: Desk, activity: str) -> None:
    clerk = desk.clerk(LEAD, subject="clerk-7")
    receipt = answered(await desk.post(f"/activities/{activity}/opinions", BODY | {"source": "phone"}, clerk))
    assert answered(await desk.get(f"/opinions/{receipt['id']}", desk.office))["entered_by"] == "clerk-7"
    held = answered(await desk.get(f"/opinions/{receipt['id']}", {"Claim-Code": receipt["claim_code"]}))
    assert "clerk-7" not in str(held)
