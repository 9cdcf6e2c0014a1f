"""What people are told of their place: once, in order, through the channel and on the status page."""

import stat
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from pymongo import MongoClient

from tests.integration.registration.mail import counted, kinds, overview, spooled, status, told
from tests.integration.registration.people import POINTS, Town, announced, phone
from tests.support.service import Runner, Running
from tests.support.waiting import eventually

ONE_SEAT = {"cap": 1, "mix": {"resident_representative": 1}}


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with running("registration") as made:
        yield made


async def leave(town: Town, person: dict[str, Any]) -> None:
    path = f"{POINTS}/{town.point}/registrations/{person['registration_id']}/cancellations"
    (await town.service.http.post(path, headers={"Claim-Code": person["claim_code"]})).raise_for_status()


async def test_who_has_a_place_is_told_by_a_file_that_nobody_else_can_read(service: Running) -> None:
    town, number = await announced(service), phone()
    person = (await town.register(phone=number)).json()
    await told(service, person["registration_id"], "confirmed")
    [message] = spooled(service, person["registration_id"])
    assert (message["phone"], message["name"]) == (number, "代表")
    assert "走进政务服务大厅" in message["text"]
    assert "2021年9月1日（周三）11:00-14:00" in message["text"]
    assert "政务服务大厅 一楼" in message["text"]
    folder = service.district.folder / "spool"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    assert number not in service.log.read_text(encoding="utf-8")
    await counted(town, "confirmed", sent=1)


async def test_the_status_page_shows_it_in_the_readers_language_and_whoever_opens_it_has_read_it(
    service: Running,
) -> None:
    town = await announced(service)
    person = (await town.register()).json()
    await counted(town, "confirmed", sent=1)
    staff = f"{POINTS}/{town.point}/registrations/{person['registration_id']}"
    seen = (await service.http.get(staff, headers=town.clerk)).json()["notices"]
    assert [(each["kind"], each["state"], each["read_at"]) for each in seen] == [("confirmed", "sent", None)]
    [mine] = await status(town, person)
    assert (mine["kind"], mine["state"]) == ("confirmed", "read")
    assert "您已报名成功" in mine["text"]
    [again] = await status(town, person, **{"Accept-Language": "en"})
    assert again["text"].startswith("Government Open Day: you have a place")
    assert again["read_at"] == mine["read_at"]
    await counted(town, "confirmed", read=1)


async def test_who_waits_is_told_so_and_again_when_a_place_is_there(service: Running) -> None:
    town = await announced(service, point=ONE_SEAT)
    first, second = [(await town.register()).json() for _ in "ab"]
    await told(service, second["registration_id"], "waitlisted")
    assert "候补第 1 位" in spooled(service, second["registration_id"])[0]["text"]
    await leave(town, first)
    await told(service, second["registration_id"], "promoted", "waitlisted")
    assert kinds(service, first["registration_id"]) == ["confirmed"], "who leaves knows it"
    assert [each["kind"] for each in await status(town, second)] == ["waitlisted", "promoted"]


async def test_all_whom_it_concerns_are_told_of_a_new_time_and_of_a_cancellation(service: Running) -> None:
    town = await announced(service, point=ONE_SEAT)
    seated, waiting, gone = [(await town.register()).json() for _ in "abc"]
    await leave(town, gone)
    path = f"/activities/{town.activity['id']}"
    later = town.starts_at + timedelta(hours=1)
    session = {"starts_at": later.isoformat(), "ends_at": (later + timedelta(hours=2)).isoformat()}
    body = {"session": session, "registration_closes_at": town.closes_at.isoformat()}
    (await town.post(f"{path}/reschedulings", body)).raise_for_status()
    await told(service, seated["registration_id"], "confirmed", "changed")
    await told(service, waiting["registration_id"], "waitlisted", "changed")
    text = next(each["text"] for each in spooled(service, seated["registration_id"]) if each["kind"] == "changed")
    assert "原定 2021年9月1日（周三）11:00 开始，现改为 2021年9月1日（周三）12:00-14:00" in text
    late = (await town.register()).json()
    await told(service, late["registration_id"], "waitlisted")
    (await town.post(f"{path}/cancellations", {"reason": "weather"})).raise_for_status()
    await told(service, seated["registration_id"], "confirmed", "changed", "called_off")
    await told(service, late["registration_id"], "waitlisted", "called_off")
    assert "called_off" not in kinds(service, gone["registration_id"])
    await counted(town, "called_off", sent=3)


async def test_after_a_crash_nobody_is_told_twice(service: Running) -> None:
    """The last facts are told again, because what the broker has is marked lazily."""
    town = await announced(service)
    people = [(await town.register()).json()["registration_id"] for _ in range(5)]
    for each in people:
        await told(service, each, "confirmed")
    before = {each["id"]: each["written_at"] for each in spooled(service)}
    await service.kill()
    service.district.steer(service.district.now + timedelta(minutes=3))
    await service.restart()
    await service.settled()
    await counted(town, "confirmed", sent=5)
    assert {each["id"]: each["written_at"] for each in spooled(service)} == before


async def test_staff_see_masked_whom_a_notice_did_not_reach_and_send_it_again_once(service: Running) -> None:
    town, number = await announced(service), phone()
    person = (await town.register(phone=number)).json()
    mine = person["registration_id"]
    await told(service, mine, "confirmed")
    _fail(service, mine)
    view = await overview(town)
    [lost] = view["unreached"]
    assert view["counts"]["confirmed"] == {"failed": 1}
    assert (lost["registration_id"], lost["name"], lost["phone"]) == (mine, "代*", f"{number[:3]}****{number[-4:]}")
    assert lost["deliveries"] == [{"channel": "file", "attempts": 10, "error": "gateway_away"}]
    path = f"/open-points/{town.point}/notice-resendings"
    clicks = [await town.post(path, {"registration_id": mine}) for _ in "abc"]
    assert [each.json()["notices"] for each in clicks] == [1, 0, 0]
    await eventually(lambda: len(spooled(service, mine)) == 2)
    await counted(town, "confirmed", sent=1)
    assert (await overview(town))["unreached"] == []
    unknown = await town.post(path, {"registration_id": town.point})
    assert unknown.status_code == 404


async def test_a_repeat_of_the_same_request_to_send_again_sends_once_also_when_it_failed_again(
    service: Running,
) -> None:
    town = await announced(service)
    mine = (await town.register()).json()["registration_id"]
    await told(service, mine, "confirmed")
    path, once = f"/open-points/{town.point}/notice-resendings", {"Idempotency-Key": f"again-{mine}"}
    for edition in (2, 2):
        _fail(service, mine)
        assert (await town.post(path, {}, **once)).json()["notices"] == 1
        await eventually(partial(_as_many, service, mine, edition))
    await counted(town, "confirmed", failed=1)
    assert (await town.post(path, {})).json()["notices"] == 1
    await counted(town, "confirmed", sent=1)
    assert (await town.post(path, {}, **once)).json()["notices"] == 1, "the answer of then, though nothing has failed"


async def test_who_is_in_no_vault_any_more_is_not_reached_and_the_status_page_says_it_all_the_same(
    service: Running,
) -> None:
    town = await announced(service, point=ONE_SEAT)
    first, second = [(await town.register()).json() for _ in "ab"]
    await told(service, second["registration_id"], "waitlisted")
    _database(service)["vault"].delete_one({"registration_id": second["registration_id"]})
    await leave(town, first)
    await counted(town, "promoted", failed=1)
    [lost] = (await overview(town))["unreached"]
    assert (lost["name"], lost["phone"], lost["deliveries"][0]["error"]) == ("", "", "no_address")
    assert [each["state"] for each in await status(town, second)] == ["read", "read"]
    assert (await overview(town))["unreached"] == []


def _as_many(service: Running, registration_id: str, wanted: int) -> bool:
    return len(spooled(service, registration_id)) == wanted


def _fail(service: Running, registration_id: str) -> None:
    """As if the channel had refused it for good."""
    mailboxes = _database(service)["mailbox"]
    document = mailboxes.find_one({"_id": registration_id})
    assert document
    for notice in document["state"]["notices"].values():
        notice["deliveries"][0] |= {"state": "failed", "attempts": 10, "error": "gateway_away"}
    document["rev"] += 1
    mailboxes.replace_one({"_id": registration_id}, document)


def _database(service: Running) -> Any:
    client: MongoClient[dict[str, Any]] = MongoClient(service.district.mongo_url)
    return client[service.district.database("registration")]
