"""Who tries too often waits, over HTTP: guessed codes, requests for places; and nobody waits for what others did."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.integration.registration.people import POINTS, Town, announced, phone
from tests.support.service import Runner, Running
from tests.support.waiting import eventually

FEW, STEP = 3, 60  # attempts at once, and seconds until the next: longer than these tests take
HERE, ELSEWHERE = {"X-Forwarded-For": "198.51.100.1"}, {"X-Forwarded-For": "198.51.100.2"}
UNKNOWN = "00000000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    few = {"CODES_PER_ADDRESS": FEW, "CODES": 3 * FEW, "REGISTRATIONS_PER_PHONE": FEW, "REGISTRATIONS_PER_ADDRESS": 30}
    async with running("registration", **limits(SECONDS=FEW * STEP, **few)) as made:
        yield made


def limits(**numbers: int) -> dict[str, Any]:
    """The variables that set them."""
    return {f"OPENDAY_ATTEMPTS__{name}": str(number) for name, number in numbers.items()}


async def shown(town: Town, person: str, code: str, where: dict[str, str], what: str = "") -> httpx.Response:
    """A code at one of the doors that it opens: `what` is the path below the registration, with its method."""
    method, _, path = what.rpartition(" ")
    address = f"{POINTS}/{town.point}/registrations/{person}{path}"
    return await town.service.http.request(method or "GET", address, headers={"Claim-Code": code, **where})


def must_be_told_to_wait(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert 1 <= int(answer.headers["Retry-After"]) <= STEP


@pytest.mark.parametrize(
    "what",
    [
        "",
        "POST /cancellations",
        "POST /offer/acceptances",
        "POST /offer/refusals",
        "/ticket",
        "/ticket.svg",
        "/ticket.png",
        "POST /ticket-reissues",
    ],
)
async def test_who_guesses_waits_also_with_the_right_code_and_the_holder_elsewhere_does_not(
    service: Running, what: str
) -> None:
    town = await announced(service)
    person = (await town.register()).json()
    mine, code = person["registration_id"], person["claim_code"]
    guesses = [await shown(town, mine, f"GUESS{number:03d}", HERE, what) for number in range(FEW)]
    assert [each.status_code for each in guesses] == [404] * FEW
    must_be_told_to_wait(await shown(town, mine, "GUESS999", HERE, what))
    must_be_told_to_wait(await shown(town, mine, code, HERE, what))
    assert (await shown(town, mine, code, ELSEWHERE)).status_code == 200
    staff = await service.http.get(f"{POINTS}/{town.point}/registrations/{mine}", headers=town.clerk | HERE)
    assert staff.status_code == 200


async def test_an_unknown_registration_is_answered_like_a_known_one(service: Running) -> None:
    town = await announced(service)
    known = (await town.register()).json()["registration_id"]
    answers: dict[str, list[Any]] = {}
    for person in (known, UNKNOWN):
        sent = [await shown(town, person, "GUESS999", HERE) for _ in range(FEW + 1)]
        answers[person] = [(each.status_code, each.json()["code"], each.json()["detail"]) for each in sent]
    assert answers[known] == answers[UNKNOWN]
    assert [each[0] for each in answers[known]] == [404] * FEW + [429]


async def test_strangers_at_many_addresses_do_not_lock_out_who_was_there_before(service: Running) -> None:
    town = await announced(service)
    person = (await town.register()).json()
    mine, code = person["registration_id"], person["claim_code"]
    assert (await shown(town, mine, code, HERE)).status_code == 200
    strangers = [{"X-Forwarded-For": f"203.0.113.{number}"} for number in range(4 * FEW)]
    answers = await asyncio.gather(*(shown(town, mine, "GUESS999", each) for each in strangers))
    assert sorted({each.status_code for each in answers}) == [404, 429]
    must_be_told_to_wait(await shown(town, mine, code, ELSEWHERE))
    assert (await shown(town, mine, code, HERE)).status_code == 200
    assert await service.metric("openday_attempts_refused_total", limit="code") > 0


async def test_one_number_asks_so_often_and_staff_for_it_as_often_as_they_must(service: Running) -> None:
    town, number = await announced(service), phone()
    answers = [await town.register(phone=number) for _ in range(FEW)]
    assert [each.status_code for each in answers] == [201] + [409] * (FEW - 1)
    refused = await town.register(phone=f"+86 {number}", headers=ELSEWHERE)
    must_be_told_to_wait(refused)
    assert number not in refused.text
    for _ in range(2 * FEW):
        assert (await town.register(phone=number, headers=town.clerk)).json()["code"] == "already_registered"
    assert (await town.register()).status_code == 201


async def test_a_repeat_of_the_same_request_is_answered_however_often_also_a_refusal(service: Running) -> None:
    town, number = await announced(service), phone()
    keyed = {"Idempotency-Key": f"patient-{number}"}
    answers = [await town.register(phone=number, headers=keyed) for _ in range(3 * FEW)]
    assert {(each.status_code, each.text) for each in answers} == {(201, answers[0].text)}
    again = {"Idempotency-Key": f"second-{number}"}
    refused = [await town.register(phone=number, headers=again) for _ in range(3 * FEW)]
    assert {each.status_code for each in refused} == {409}
    assert (await town.register(phone=number)).status_code == 409
    must_be_told_to_wait(await town.register(phone=number))


async def test_one_address_asks_for_so_many_and_another_is_not_concerned(service: Running) -> None:
    town = await announced(service)
    crowd = await asyncio.gather(*(town.register(headers=HERE) for _ in range(35)))
    codes = [each.status_code for each in crowd]
    assert set(codes) == {201, 429}
    assert codes.count(201) == 30
    assert (await town.register(headers=ELSEWHERE)).status_code == 201
    assert (await town.register(headers=HERE | town.clerk)).status_code == 201
    assert await service.metric("openday_attempts_refused_total", limit="registration_by_address") > 0


async def test_after_the_pause_that_was_announced_the_right_code_opens_and_the_number_is_heard(running: Runner) -> None:
    one = limits(SECONDS=2, CODES_PER_ADDRESS=1, CODES=100, REGISTRATIONS_PER_PHONE=1)
    async with running("registration", **one) as service:
        town, number = await announced(service), phone()
        person = (await town.register(phone=number)).json()
        mine, code = person["registration_id"], person["claim_code"]

        async def refused() -> bool:
            answers = [await shown(town, mine, "GUESS999", HERE), await town.register(phone=number)]
            return {each.status_code for each in answers} == {429}

        async def heard() -> bool:
            return (await shown(town, mine, code, HERE)).is_success

        async def asked() -> bool:
            return (await town.register(phone=number)).status_code == 409

        await eventually(refused, 10)
        for each in (heard, asked):
            await eventually(each, 10)


async def test_a_proxy_that_nobody_named_is_said_and_is_not_taken_for_one_person(running: Runner) -> None:
    one = limits(REGISTRATIONS_PER_ADDRESS=1, REGISTRATIONS_PER_PHONE=FEW)
    async with running("registration", OPENDAY_HTTP__TRUSTED_PROXIES="10.0.0.0/8", **one) as service:
        town, number = await announced(service), phone()
        assert [(await town.register(headers=HERE)).status_code for _ in range(4)] == [201] * 4
        assert service.log.read_text(encoding="utf-8").count("proxy_not_trusted") == 1
        assert [(await town.register(phone=number, headers=HERE)).status_code for _ in range(4)] == [201, 409, 409, 429]
        assert [(await town.register()).status_code for _ in range(2)] == [201, 429], "a neighbour that forwards nobody"
        said = await town.register(headers={"Accept-Language": "en"})
        assert said.json()["detail"].startswith("Too many attempts: try again in ")
        assert "198.51.100.1" not in service.log.read_text(encoding="utf-8")
