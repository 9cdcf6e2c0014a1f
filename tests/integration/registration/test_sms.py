"""Messages through an SMS gateway of the documented contract: what it refuses, where it is slow, what it says later."""

import time
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest

from tests.integration.registration.mail import counted, overview, status
from tests.integration.registration.people import announced, phone
from tests.support.gateway import Gateway, gateway
from tests.support.service import Runner, Running
from tests.support.waiting import eventually

LEASE = timedelta(minutes=2)
TOKEN, SECRET = "token-of-the-tests", "secret-of-the-tests"
SLOW = 2.0  # seconds until the service does not wait for an answer any more; a busy machine's gateway takes half of one


@pytest.fixture(scope="module")
async def sms() -> AsyncIterator[Gateway]:
    async with gateway(TOKEN, SECRET) as made:
        yield made


@pytest.fixture(scope="module")
async def service(running: Runner, sms: Gateway, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    folder = tmp_path_factory.mktemp("sms")
    (folder / "token").write_text(f"{TOKEN}\n")
    (folder / "receipts").write_text(f"{SECRET}\n")
    async with running(
        "registration",
        OPENDAY_NOTICES__CHANNELS="sms",
        OPENDAY_NOTICES__SMS__URL=sms.url,
        OPENDAY_NOTICES__SMS__TOKEN_FILE=str(folder / "token"),
        OPENDAY_NOTICES__SMS__RECEIPTS_SECRET_FILE=str(folder / "receipts"),
        OPENDAY_NOTICES__SMS__TIMEOUT_SECONDS=str(SLOW),
    ) as made:
        yield made


@pytest.fixture(autouse=True)
def well_behaved(sms: Gateway) -> None:
    sms.answers.clear()


async def test_a_message_goes_once_and_its_receipt_comes_as_often_as_it_likes(service: Running, sms: Gateway) -> None:
    town, number = await announced(service), phone()
    person = (await town.register(phone=number)).json()
    await counted(town, "confirmed", sent=1)
    assert sms.to(number) == ["confirmed"]
    [id_] = [each for each in sms.messages if each.startswith(person["registration_id"])]
    for _ in "ab":
        answer = await sms.report(service.http, {"id": id_, "status": "delivered"}, {"id": "x", "status": "failed"})
        assert (answer.status_code, answer.json()) == (200, {"known": 1, "unknown": 1})
    await counted(town, "confirmed", delivered=1)
    await sms.report(service.http, {"id": id_, "status": "failed", "error": "expired"})
    await counted(town, "confirmed", delivered=1)
    assert [each["state"] for each in await status(town, person)] == ["read"]
    assert number not in service.log.read_text(encoding="utf-8")


async def test_what_the_gateway_cannot_deliver_is_seen_by_staff_and_sent_again_as_another_message(
    service: Running, sms: Gateway
) -> None:
    town, number = await announced(service), phone()
    mine = (await town.register(phone=number)).json()["registration_id"]
    await counted(town, "confirmed", sent=1)
    [id_] = [each for each in sms.messages if each.startswith(mine)]
    await sms.report(service.http, {"id": id_, "status": "failed", "error": "number_unreachable"})
    [lost] = (await overview(town))["unreached"]
    assert lost["deliveries"][0]["error"] == "number_unreachable"
    path = f"/open-points/{town.point}/notice-resendings"
    assert [(await town.post(path, {})).json()["notices"] for _ in "ab"] == [1, 0]
    await counted(town, "confirmed", sent=1)
    assert len([each for each in sms.messages if each.startswith(mine)]) == 2


async def test_a_gateway_that_fails_or_hangs_is_tried_again_and_a_message_that_it_took_is_one(
    service: Running, sms: Gateway
) -> None:
    town, number = await announced(service), phone()
    sms.answers += [500, "take_and_hang", 503, 401, 429]
    before = await service.metric("openday_notices_postponed_total", channel="sms")
    mine = (await town.register(phone=number)).json()["registration_id"]

    async def postponed(times: int) -> bool:
        return await service.metric("openday_notices_postponed_total", channel="sms") == before + times

    for times, minutes in enumerate((1, 2, 5, 10, 20), start=1):
        await eventually(partial(postponed, times))
        await service.steer(service.district.now + timedelta(minutes=minutes))
    await counted(town, "confirmed", sent=1)
    assert sms.to(number) == ["confirmed"]
    assert [times for id_, times in sms.attempts.items() if id_.startswith(mine)] == [6]


async def test_what_the_gateway_refuses_is_not_repeated(service: Running, sms: Gateway) -> None:
    town, number = await announced(service), phone()
    sms.answers.append(422)
    mine = (await town.register(phone=number)).json()["registration_id"]
    await counted(town, "confirmed", failed=1)
    await service.steer(service.district.now + timedelta(hours=1))
    assert [times for id_, times in sms.attempts.items() if id_.startswith(mine)] == [1]
    [lost] = (await overview(town))["unreached"]
    assert lost["deliveries"] == [{"channel": "sms", "attempts": 1, "error": "gateway_422"}]


async def test_a_kill_between_the_gateways_message_and_our_note_of_it_is_one_message(
    service: Running, sms: Gateway
) -> None:
    town, number = await announced(service), phone()
    sms.answers.append("take_and_hang")
    mine = (await town.register(phone=number)).json()["registration_id"]
    await eventually(lambda: sms.to(number) == ["confirmed"])
    await service.kill()
    service.district.steer(service.district.now + LEASE)
    await service.restart()
    await counted(town, "confirmed", sent=1)
    assert [times for id_, times in sms.attempts.items() if id_.startswith(mine)] == [2]
    assert sms.to(number) == ["confirmed"]


async def test_a_receipt_that_overtakes_our_own_note_is_the_last_word(service: Running, sms: Gateway) -> None:
    town, number = await announced(service), phone()
    sms.answers.append("take_and_hang")
    mine = (await town.register(phone=number)).json()["registration_id"]
    await eventually(lambda: sms.to(number) == ["confirmed"])
    [id_] = [each for each in sms.messages if each.startswith(mine)]
    assert (await sms.report(service.http, {"id": id_, "status": "delivered"})).json() == {"known": 1, "unknown": 0}
    await counted(town, "confirmed", delivered=1)
    await service.steer(service.district.now + timedelta(hours=1))
    assert sms.attempts[id_] == 1


async def test_receipts_of_a_forger_are_refused(service: Running, sms: Gateway) -> None:
    receipt, now = {"id": "x", "status": "delivered"}, time.time_ns() // 1_000_000_000
    forgeries = [
        await sms.report(service.http, receipt, key="another-secret"),
        await sms.report(service.http, receipt, at=now - 400),
        await sms.report(service.http, receipt, at=now + 400),
        await sms.report(service.http, receipt, signature="nonsense"),
        await service.http.post("/registration/v1/notice-receipts", json={"receipts": [receipt]}),
    ]
    assert {(each.status_code, each.json()["code"]) for each in forgeries} == {(403, "signature_invalid")}
    replayed = await sms.report(service.http, receipt, {"id": "y", "status": "sent"})
    assert replayed.status_code == 422
