"""A draw through the API of a real service, checked by the published verifier as a program of its own."""

import asyncio
import copy
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from shared.events.registration_v1 import DrawCommitted, DrawRevealed, RegistrationOpened
from tests.integration.registration.people import POINTS, Town, announced, phone
from tests.support.service import Runner, Running
from tests.support.verifier import verified
from tests.support.waiting import eventually

MIX = {"npc_deputy": 2, "resident_representative": 4}


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with running("registration") as made:
        yield made


@pytest.fixture
async def town(service: Running) -> Town:
    """A point where six places are drawn by lot."""
    return await announced(service, selection="random_draw", point={"cap": 6, "mix": MIX})


async def crowd(town: Town, deputies: int, residents: int) -> list[dict[str, Any]]:
    """They apply; their answers."""
    kinds = ["npc_deputy"] * deputies + ["resident_representative"] * residents
    return [(await town.register(each, grassroots=number % 2 == 0)).json() for number, each in enumerate(kinds)]


async def asked(town: Town, what: str, **headers: str) -> httpx.Response:
    """The proof or the equity report."""
    return await town.service.http.get(f"{POINTS}/{town.point}/draws/{what}", headers=headers)


async def leave(town: Town, person: dict[str, Any]) -> None:
    """With their own code."""
    path = f"{POINTS}/{town.point}/registrations/{person['registration_id']}/cancellations"
    (await town.service.http.post(path, headers={"Claim-Code": person["claim_code"]})).raise_for_status()


async def test_a_draw_is_proved_from_its_announcement_to_the_day(town: Town) -> None:
    number = phone()
    people = await crowd(town, 4, 9)
    named = (await town.register(phone=number, name="某某某")).json()
    early = await asked(town, "proof")
    assert (early.status_code, early.json()["code"]) == (409, "draw_not_committed")
    shown = (await town.view())["draw"]
    assert (shown["held"], shown["seed"]) == (False, None)
    await leave(town, people[0])
    await town.post(f"/open-points/{town.point}/closings")
    saved = (await asked(town, "proof")).json()
    assert saved["commitment"]["seed_digest"] == shown["seed_digest"] == early.json()["facts"]["seed_digest"]
    assert (saved["seed"], saved["result"], len(saved["applicants"])) == (None, None, 13)
    assert verified(saved).content
    await leave(town, people[5])
    assert (await town.post(f"/open-points/{town.point}/draws")).status_code == 201
    drawn = (await asked(town, "proof")).json()
    assert drawn["withdrawn"] == [people[5]["registration_id"]]
    assert [len(drawn["result"][each]) for each in ("confirmed", "waiting")] == [6, 6]
    assert verified(drawn, saved).content, verified(drawn, saved).said
    winner = next(each for each in [*people, named] if each["registration_id"] in drawn["result"]["confirmed"])
    await leave(town, winner)
    again = await asked(town, "proof")
    assert again.json() == drawn
    assert number not in again.text
    assert "某" not in again.text


async def test_the_facts_say_what_the_proof_says(town: Town) -> None:
    await crowd(town, 1, 2)
    await town.post(f"/open-points/{town.point}/closings")
    await town.post(f"/open-points/{town.point}/draws")
    proof = (await asked(town, "proof")).json()

    async def told() -> dict[type, Any]:
        facts = [each for each in await town.service.district.consume("registration") if town.point in each.envelope.id]
        found = {type(each.fact): each.fact for each in facts}
        return found if DrawRevealed in found else {}

    facts = await eventually(told, 15)
    opened, committed, revealed = facts[RegistrationOpened], facts[DrawCommitted], facts[DrawRevealed]
    fixed = proof["commitment"]
    assert opened.seed_digest == committed.seed_digest == fixed["seed_digest"]
    assert (committed.applicants_digest, committed.applicants) == (fixed["applicants_digest"], 3)
    assert (committed.algorithm, revealed.seed) == (proof["algorithm"], proof["seed"])


def _seed(proof: dict[str, Any]) -> None:
    proof["seed"] = proof["seed"][::-1]


def _applicant(proof: dict[str, Any]) -> None:
    proof["applicants"][0]["registration_id"] = proof["open_point_id"]


def _quota(proof: dict[str, Any]) -> None:
    proof["quotas"]["npc_deputy"] += 1


def _order(proof: dict[str, Any]) -> None:
    proof["result"]["waiting"].reverse()


def _result(proof: dict[str, Any]) -> None:
    lucky, others = proof["result"]["confirmed"], proof["result"]["waiting"]
    lucky[0], others[0] = others[0], lucky[0]


TAMPERINGS: dict[Callable[[dict[str, Any]], None], str] = {
    _seed: "seed is as sealed",
    _applicant: "List, cap and quotas",
    _quota: "List, cap and quotas",
    _order: "waiting are the right ones",
    _result: "Those drawn",
}


async def test_each_tampering_with_a_proof_is_refused_with_its_reason(town: Town) -> None:
    await crowd(town, 4, 8)
    await town.post(f"/open-points/{town.point}/closings")
    await town.post(f"/open-points/{town.point}/draws")
    proof = (await asked(town, "proof")).json()
    assert verified(proof).content
    for tamper, reason in TAMPERINGS.items():
        changed = copy.deepcopy(proof)
        tamper(changed)
        verdict = verified(changed)
        assert not verdict.content, tamper
        assert reason in verdict.said.splitlines()[-1]


async def test_no_seed_is_kept_where_the_list_is_before_the_draw(town: Town) -> None:
    """Who reads the database before the draw learns no more of it than the public."""
    client: MongoClient[dict[str, Any]] = MongoClient(town.service.district.mongo_url)
    roster = client[town.service.district.database("registration")]["roster"]
    await crowd(town, 0, 2)
    await town.post(f"/open-points/{town.point}/closings")
    before = str(roster.find_one({"_id": town.point}))
    await town.post(f"/open-points/{town.point}/draws")
    seed = (await asked(town, "proof")).json()["seed"]
    assert seed not in before
    assert seed in str(roster.find_one({"_id": town.point}))


async def test_where_nothing_is_drawn_there_is_no_proof(service: Running) -> None:
    town = await announced(service)
    for what in ("proof", "equity"):
        answer = await asked(town, what, **town.clerk)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_draw")
    assert (await town.view())["draw"] is None


async def test_a_draw_asked_for_twice_is_held_once(town: Town) -> None:
    await crowd(town, 1, 5)
    await town.post(f"/open-points/{town.point}/closings")
    key = {"Idempotency-Key": f"draw-{town.point}"}
    first, again = [await town.post(f"/open-points/{town.point}/draws", **key) for _ in "ab"]
    assert (first.status_code, first.text) == (201, again.text)
    other = await town.post(f"/open-points/{town.point}/draws")
    assert (other.status_code, other.json()["code"]) == (409, "no_draw")


async def test_who_leaves_while_lots_are_drawn_leaves_before_or_after(town: Town) -> None:
    """Whichever came first, the proof is true, and every place is taken that somebody is left for."""
    people = await crowd(town, 3, 9)
    await town.post(f"/open-points/{town.point}/closings")
    saved = (await asked(town, "proof")).json()
    leaving = [leave(town, each) for each in people[::2]]  # one deputy and five residents stay
    await asyncio.gather(*leaving[:3], town.post(f"/open-points/{town.point}/draws"), *leaving[3:])
    drawn = (await asked(town, "proof")).json()
    verdict = verified(drawn, saved)
    assert verdict.content, verdict.said
    confirmed = (await town.view())["confirmed"]
    assert (confirmed["npc_deputy"], confirmed["resident_representative"]) == (1, 4)


async def test_staff_see_whom_a_draw_favoured_in_groups_of_five(service: Running) -> None:
    mix = {"npc_deputy": 2, "resident_representative": 10}
    town = await announced(service, selection="random_draw", point={"cap": 12, "mix": mix})
    await crowd(town, 4, 20)
    await town.post(f"/open-points/{town.point}/closings")
    pending = await asked(town, "equity", **town.clerk)
    assert (pending.status_code, pending.json()["code"]) == (409, "draw_pending")
    await town.post(f"/open-points/{town.point}/draws")
    report = (await asked(town, "equity", **town.clerk)).json()
    together = {"categories": ["npc_deputy", "resident_representative"], "applied": 24, "confirmed": 12}
    assert (report["k"], report["by_category"]) == (5, [together])
    numbers = [(each["confirmed"], each["applied"] - each["confirmed"]) for each in report["by_grassroots"]]
    assert all(min(each) >= 5 for each in numbers)
    assert sum(each["applied"] for each in report["by_grassroots"]) == 24
    stranger = await asked(town, "equity", **service.bearer("unit_clerk", units=["other"]))
    assert (stranger.status_code, stranger.json()["code"]) == (403, "other_unit")
    assert (await asked(town, "equity")).status_code == 401
