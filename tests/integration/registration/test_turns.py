"""Who had a place lately draws fewer lots: from the door of one activity to the proof of the next one's draw."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from tests.integration.registration.people import POINTS, announced, phone
from tests.support.service import Runner, Running
from tests.support.verifier import verified


@pytest.fixture
async def service(running: Runner) -> AsyncIterator[Running]:
    async with running("registration") as made:
        yield made


async def test_who_came_and_who_stayed_away_draw_fewer_lots_the_next_time(service: Running) -> None:
    came, stayed_away, new = phone(), phone(), phone()
    first = await announced(service)
    people = {number: (await first.register(phone=number)).json()["registration_id"] for number in (came, stayed_away)}
    for step in ("closings", "locks"):
        (await first.post(f"/open-points/{first.point}/{step}")).raise_for_status()
    await service.steer(first.starts_at)
    at_the_door = {"registration_id": people[came]}
    (await first.post(f"/open-points/{first.point}/check-ins", at_the_door)).raise_for_status()
    await service.steer(first.starts_at + timedelta(hours=4))
    (await first.post(f"/activities/{first.activity['id']}/holdings")).raise_for_status()

    mix = {"resident_representative": 1}
    town = await announced(service, selection="random_draw", point={"cap": 1, "mix": mix})
    applied = {number: (await town.register(phone=number)).json() for number in (came, stayed_away, new)}
    (await town.post(f"/open-points/{town.point}/closings")).raise_for_status()
    saved = (await service.http.get(f"{POINTS}/{town.point}/draws/proof")).json()
    weights = {each["registration_id"]: each["weight"] for each in saved["applicants"]}
    lots = [weights[applied[number]["registration_id"]] for number in (came, stayed_away, new)]
    assert lots == [6, 3, 12]
    (await town.post(f"/open-points/{town.point}/draws")).raise_for_status()
    drawn = (await service.http.get(f"{POINTS}/{town.point}/draws/proof")).json()
    assert verified(drawn, saved).content
    client: MongoClient[dict[str, Any]] = MongoClient(service.district.mongo_url)
    kept = str(list(client[service.district.database("registration")]["turns"].find()))
    assert "attended" in kept
    assert not [number for number in (came, stayed_away) if number in kept], "known by a keyed digest alone"
