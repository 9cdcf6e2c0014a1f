"""Two replicas of registration on one database: nobody is seated twice, nothing is oversold."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.integration.registration.histories import checked
from tests.integration.registration.people import POINTS, Town, announced, phone
from tests.support.service import Districts, Runner


@pytest.fixture(scope="module")
async def replicas(running: Runner, new_district: Districts) -> AsyncIterator[tuple[Town, Town]]:
    district = new_district()
    async with running("registration", district=district) as one, running("registration", district=district) as two:
        town = await announced(one)
        yield town, Town(two, town.activity, town.starts_at, town.closes_at)


async def _fresh(replicas: tuple[Town, Town], cap: int) -> tuple[Town, Town]:
    one, two = replicas
    mix = {"resident_representative": cap}
    town = await announced(one.service, point={"cap": cap, "mix": mix})
    return town, Town(two.service, town.activity, town.starts_at, town.closes_at)


async def test_eighty_people_and_twenty_seats(replicas: tuple[Town, Town]) -> None:
    towns = await _fresh(replicas, 20)
    answers = await asyncio.gather(*(towns[number % 2].register() for number in range(80)))
    statuses = [each.json()["status"] for each in answers]
    assert (statuses.count("confirmed"), statuses.count("waitlisted")) == (20, 60)
    positions = sorted(each.json()["position"] for each in answers if each.json()["status"] == "waitlisted")
    assert positions == list(range(1, 61))
    for town in towns:
        assert (await town.view())["composition"]["total"] == 20


async def test_one_person_at_two_counters(replicas: tuple[Town, Town]) -> None:
    towns = await _fresh(replicas, 20)
    number = phone()
    answers = await asyncio.gather(*(towns[turn % 2].register(phone=number) for turn in range(8)))
    assert sorted(each.status_code for each in answers) == [201] + [409] * 7
    assert (await towns[0].view())["composition"]["total"] == 1


async def test_leaving_and_arriving_at_once_never_oversells_or_idles(replicas: tuple[Town, Town]) -> None:
    one, two = await _fresh(replicas, 5)
    seated = [(await one.register()).json() for _ in range(5)]

    async def leave(person: dict[str, str]) -> int:
        path = f"{POINTS}/{two.point}/registrations/{person['registration_id']}/cancellations"
        answer = await two.service.http.post(path, headers={"Claim-Code": person["claim_code"]})
        return answer.status_code

    leaving, arriving = await asyncio.gather(
        asyncio.gather(*(leave(each) for each in seated)),
        asyncio.gather(*(one.register() for _ in range(9))),
    )
    assert set(leaving) == {201}
    assert {each.status_code for each in arriving} == {201}
    view = await one.view()
    assert (view["composition"]["total"], view["waiting"]) == (5, 4)


async def test_the_same_key_at_both_replicas_is_one_registration(replicas: tuple[Town, Town]) -> None:
    towns = await _fresh(replicas, 20)
    number = phone()
    key = {"Idempotency-Key": f"twice-{number}"}
    answers = await asyncio.gather(*(towns[turn % 2].register(phone=number, headers=key) for turn in range(6)))
    assert len({each.text for each in answers if each.status_code == 201}) == 1
    assert {each.status_code for each in answers} == {201}
    assert (await towns[1].view())["composition"]["total"] == 1


async def test_two_doors_admit_a_person_once(replicas: tuple[Town, Town]) -> None:
    one, two = await _fresh(replicas, 20)
    person = (await one.register()).json()
    await one.post(f"/open-points/{one.point}/closings")
    await one.post(f"/open-points/{one.point}/locks")
    code = {"code": person["claim_code"]}
    scans = await asyncio.gather(
        *(town.post(f"/open-points/{town.point}/check-ins", code) for town in (one, two) for _ in range(3))
    )
    assert sorted(each.json()["result"] for each in scans) == ["admitted"] + ["duplicate"] * 5
    assert len({each.json()["first_at"] for each in scans}) == 1


async def test_an_older_timer_at_another_replica_does_not_close_what_was_extended(replicas: tuple[Town, Town]) -> None:
    """Both know of the first end; one moves it, the other's memory of it rings."""
    one, two = await _fresh(replicas, 5)
    await asyncio.gather(*(town.register() for town in (one, two)))
    later = one.closes_at + timedelta(minutes=30)
    body = {"closes_at": later.isoformat(), "reason": "群众代表还差几位"}
    assert (await one.post(f"/open-points/{one.point}/extensions", body)).status_code == 201
    for now, phase in ((one.closes_at + timedelta(minutes=1), "open"), (later, "closed")):
        await one.service.steer(now)
        await two.service.settled()
        assert [(await town.view())["phase"] for town in (one, two)] == [phase] * 2
    published = [each for each in await one.service.district.consume("registration") if one.point in each.envelope.id]
    assert [type(each.fact).__name__ for each in published].count("RegistrationClosed") == 1


async def test_what_is_put_off_again_while_an_earlier_click_is_repeated_has_one_time(
    replicas: tuple[Town, Town],
) -> None:
    """Found by the fault lab, `make fault ROW=F20`: the repeat took the points back, the activity stayed."""
    one, two = await _fresh(replicas, 5)
    path = f"/activities/{one.activity['id']}/reschedulings"

    def put_off(hours: int) -> dict[str, Any]:
        starts = one.starts_at + timedelta(hours=hours)
        session = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=3)).isoformat()}
        return {"session": session, "registration_closes_at": (starts - timedelta(hours=1)).isoformat()}

    for hours in range(1, 9):
        earlier = {"Idempotency-Key": f"put-off-{hours}"}
        assert (await one.post(path, put_off(hours), **earlier)).status_code == 201
        later = {"Idempotency-Key": f"put-off-{hours}-again"}
        answers = await asyncio.gather(
            one.post(path, put_off(hours), **earlier),
            two.post(path, put_off(hours + 20), **later),
            one.post(path, put_off(hours), **earlier),
        )
        at_last = await one.post(path, put_off(hours), **earlier)
        assert {each.status_code for each in (*answers, at_last)} == {201}
        last = one.starts_at + timedelta(hours=hours + 20)
        assert datetime.fromisoformat((await one.view())["closes_at"]) == last - timedelta(hours=1)


async def test_every_prefix_of_these_races_kept_the_rules(replicas: tuple[Town, Town]) -> None:
    """Not only their ends: the log that two replicas wrote together, command by command."""
    verdict = await checked(replicas[0].service)
    assert verdict.word == "sound", str(verdict)
    assert verdict.counts["views"] == verdict.counts["open_points"] > 0
