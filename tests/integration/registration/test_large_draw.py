"""Draws of many: 5,000 applicants over the real database, some hundreds through the API of a real service."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import uuid4

import httpx
import pytest

from services.registration.api.schemas.draws import DrawProofView
from services.registration.application.sheets import Sheets
from services.registration.domain.composition import Category
from services.registration.domain.draw_proof import proof
from services.registration.domain.sheet import Application
from shared.settings import MongoSettings
from shared.storage.mongo import Database, connect
from tests.integration.registration.histories import checked
from tests.integration.registration.people import POINTS, Town, announced
from tests.support.engines import TestEngine
from tests.support.service import Runner, Running
from tests.support.verifier import verified
from tests.unit.registration.draw_service import POINT, Process, World, person

APPLICANTS = 5000
QUOTA = dict(zip(Category, (4, 3, 11, 2), strict=True))
LARGEST = 100_000  # bytes


@pytest.fixture(scope="module")
async def mongo(mongo_engine: TestEngine) -> AsyncIterator[Database]:
    settings = MongoSettings(url=mongo_engine.address, database=f"draw_{uuid4().hex[:8]}")
    async with connect(settings, "draw") as database:
        yield database


async def test_of_5000_applicants_everybody_has_an_answer_and_no_document_is_large(mongo: Database) -> None:
    """Written by the handlers' own steps, with a relay that publishes at once."""
    world = World(mongo.collection("roster"), mongo.collection("sheet"))
    process = Process(world)
    await process.open(QUOTA)
    roster = await process.rosters.get(POINT)
    sheets = Sheets(process.sheets)
    kinds = list(Category)

    free = asyncio.Semaphore(64)  # as many as come at once through a busy service

    async def applies(number: int) -> None:
        asked = Application(person(number), kinds[number % 4], number % 3 == 0, world.clock.now(), 1 + number % 12)
        async with free:
            await sheets.change(roster, asked.id, lambda each: each.apply(asked))

    await asyncio.gather(*map(applies, range(APPLICANTS)))
    await process.close()
    assert [await process.cancel(number) for number in (0, 1)] == ["cancelled", "cancelled"]
    assert sum((await process.hold()).values()) == 20
    roster = await process.rosters.get(POINT)
    stands = Counter(each.status for each in (await sheets.whole(roster)).registrations.values())
    assert stands == {"confirmed": 20, "waitlisted": 500, "not_drawn": APPLICANTS - 522, "cancelled": 2}
    told = Counter(world.topic.kinds())
    assert (told["representative-applied"], told["representative-not-drawn"]) == (APPLICANTS, APPLICANTS - 522)
    shown = DrawProofView.of(proof(roster, await sheets.listed(roster))).model_dump(mode="json")
    verdict = verified(shown)
    assert verdict.content, verdict.said
    assert process.fuse.largest < LARGEST
    await process.settle()


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with running("registration", OPENDAY_ATTEMPTS__REGISTRATIONS_PER_ADDRESS="100000") as made:
        yield made


async def apply(town: Town, people: int) -> list[dict[str, str]]:
    """Sixteen at a time."""
    free = asyncio.Semaphore(16)

    async def one(number: int) -> dict[str, str]:
        async with free:
            answer = await town.register("npc_deputy" if number % 5 == 0 else "resident_representative")
            return dict(answer.raise_for_status().json())

    return await asyncio.gather(*map(one, range(people)))


async def test_hundreds_apply_and_a_process_that_dies_does_not_lose_their_draw(service: Running) -> None:
    town = await announced(
        service, selection="random_draw", point={"cap": 12, "mix": {"npc_deputy": 4, "resident_representative": 8}}
    )
    people = await apply(town, 250)
    assert {each["status"] for each in people} == {"applied"}
    (await town.post(f"/open-points/{town.point}/closings")).raise_for_status()
    drawing = asyncio.create_task(town.post(f"/open-points/{town.point}/draws"))
    await asyncio.sleep(0.05)  # whatever it has come to by then, it ends the same
    await service.kill()
    with suppress(httpx.TransportError):
        await drawing
    await service.restart()
    again = await town.post(f"/open-points/{town.point}/draws")
    assert again.status_code in (201, 409), again.text  # drawn now, or before the kill
    view = await town.view()
    assert (view["draw"]["held"], view["draw"]["applicants"], view["waiting"]) == (True, 250, 238)
    told = (await service.http.get(f"{POINTS}/{town.point}/draws/proof")).json()
    assert verified(told).content
    last = told["result"]["waiting"][-1]
    code = next(each["claim_code"] for each in people if each["registration_id"] == last)
    place = f"{POINTS}/{town.point}/registrations/{last}"
    mine = (await service.http.get(place, headers={"Claim-Code": code})).json()
    assert (mine["status"], mine["reason"]) == ("waitlisted", "capacity_full")
    listed = await service.http.get(f"{POINTS}/{town.point}/roster", headers=town.clerk)
    assert len(listed.json()["entries"]) == 250
    verdict = await checked(service, activity=town.activity["id"])
    assert verdict.word == "sound", str(verdict)
    assert verdict.counts["proofs"] == 1
