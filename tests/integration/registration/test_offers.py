"""Offers through HTTP and the real engines: two replicas, a deadline that rings, people who answer as it does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from shared.events.registration_v1 import RepresentativeOfferExpired
from tests.integration.registration.histories import checked
from tests.integration.registration.people import POINTS, Town, announced
from tests.support.service import Districts, Runner, Running
from tests.support.waiting import eventually

TIME_TO_ANSWER = timedelta(minutes=30)
SETTINGS: dict[str, Any] = {
    "OPENDAY_OFFERS__WITHIN_HOURS": "24",
    "OPENDAY_OFFERS__ANSWER_MINUTES": "30",
    "OPENDAY_NOTICES__QUIET_HOURS": "03:00-03:00",  # none
}
Person = dict[str, Any]


@pytest.fixture(scope="module")
async def replicas(running: Runner, new_district: Districts) -> AsyncIterator[tuple[Running, Running]]:
    district = new_district()
    async with (
        running("registration", district=district, **SETTINGS) as one,
        running("registration", district=district, **SETTINGS) as two,
    ):
        yield one, two


async def full(service: Running, cap: int) -> tuple[Town, list[Person], list[Person]]:
    """All seats taken, as many people wait; registration goes on for an hour."""
    town = await announced(service, point={"cap": cap, "mix": {"resident_representative": cap}})
    people = [(await town.register()).raise_for_status().json() for _ in range(2 * cap)]
    return town, people[:cap], people[cap:]


async def act(service: Running, town: Town, person: Person, what: str, code: str = "") -> httpx.Response:
    """As the person, with their code."""
    path = f"{POINTS}/{town.point}/registrations/{person['registration_id']}{what}"
    headers = {"Claim-Code": code or person["claim_code"]}
    return await service.http.request("POST" if what else "GET", path, headers=headers)


async def status(service: Running, town: Town, person: Person) -> Person:
    return dict((await act(service, town, person, "")).raise_for_status().json())


async def test_a_seat_is_offered_taken_given_up_and_goes_on(replicas: tuple[Running, Running]) -> None:
    one, two = replicas
    town, seated, waiting = await full(one, 2)
    left = await act(one, town, seated[0], "/cancellations")
    assert left.status_code == 201
    mine = await status(two, town, waiting[0])
    until = datetime.fromisoformat(mine["answer_by"])
    assert (mine["status"], "保留" in mine["sentence"]) == ("offered", True)
    assert timedelta() <= one.district.now + TIME_TO_ANSWER - until < timedelta(minutes=1)
    view = await town.view()
    assert (view["offered"], view["waiting"], view["composition"]["total"]) == (1, 1, 1)
    assert (await act(two, town, waiting[0], "/offer/acceptances", "ABCDEFGH")).status_code == 404
    answers = [await act(each, town, waiting[0], "/offer/acceptances") for each in (two, one)]
    assert [(each.status_code, each.json()["status"]) for each in answers] == [(201, "confirmed")] * 2

    assert (await act(one, town, seated[1], "/cancellations")).status_code == 201
    answers = [await act(each, town, waiting[1], "/offer/refusals") for each in (one, two)]
    assert [(each.status_code, each.json()["status"]) for each in answers] == [(201, "declined")] * 2
    too_late = await act(one, town, waiting[1], "/offer/acceptances")
    assert (too_late.status_code, too_late.json()["code"]) == (409, "no_offer")
    assert "放弃" in too_late.json()["detail"]

    async def told() -> bool:
        notices = (await status(one, town, waiting[0]))["notices"]
        return {"offered", "promoted"} & {each["kind"] for each in notices} != set()

    await eventually(told, 10)


async def test_who_answers_while_the_deadline_rings_is_in_or_out_and_never_both(
    replicas: tuple[Running, Running],
) -> None:
    one, two = replicas
    town, seated, waiting = await full(one, 6)
    for each in seated:
        (await act(one, town, each, "/cancellations")).raise_for_status()
    answer_by = [datetime.fromisoformat((await status(one, town, each))["answer_by"]) for each in waiting]
    await one.steer(min(answer_by) - timedelta(seconds=1))
    behind = [(await town.register()).raise_for_status().json() for _ in range(6)]
    assert {each["status"] for each in behind} == {"waitlisted"}

    async def says_yes(number: int, person: Person) -> int:
        await asyncio.sleep(number * 0.02)
        return (await act((one, two)[number % 2], town, person, "/offer/acceptances")).status_code

    async def passes() -> None:
        await asyncio.sleep(0.05)
        one.district.steer(max(answer_by))

    answers, _ = await asyncio.gather(asyncio.gather(*map(says_yes, range(6), waiting)), passes())
    await asyncio.gather(one.settled(), two.settled())
    states = [(await status(two, town, each))["status"] for each in waiting]
    assert states == [{201: "confirmed", 409: "expired"}[each] for each in answers]
    view = await town.view()
    assert view["composition"]["total"] == answers.count(201)
    assert (view["offered"], view["waiting"]) == (answers.count(409), answers.count(201))
    facts = [each for each in await one.district.consume("registration") if town.point in each.envelope.id]
    over = {each.envelope.id: each.fact for each in facts if isinstance(each.fact, RepresentativeOfferExpired)}
    assert len({each.registration_id for each in over.values()}) == len(over) == answers.count(409), "each once"


async def test_a_deadline_that_passes_while_nobody_is_there_rings_once_afterwards(running: Runner) -> None:
    async with running("registration", **SETTINGS) as service:
        town, seated, waiting = await full(service, 2)
        (await act(service, town, seated[0], "/cancellations")).raise_for_status()
        until = datetime.fromisoformat((await status(service, town, waiting[0]))["answer_by"])
        await service.kill()
        late = until + timedelta(minutes=20)
        service.district.steer(late)
        await service.restart()
        await service.settled()
        assert (await status(service, town, waiting[0]))["status"] == "expired"
        second = await status(service, town, waiting[1])
        assert second["status"] == "offered"
        assert late <= datetime.fromisoformat(second["answer_by"]) - TIME_TO_ANSWER + timedelta(seconds=1)
        verdict = await checked(service)
        assert verdict.word == "sound", str(verdict)


async def test_every_prefix_of_these_offers_kept_the_rules(replicas: tuple[Running, Running]) -> None:
    verdict = await checked(replicas[0])
    assert verdict.word == "sound", str(verdict)
    assert verdict.counts["views"] == verdict.counts["open_points"] == 2
