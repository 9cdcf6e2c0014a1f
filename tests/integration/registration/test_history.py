"""The history checker beside a real service: sound as it is, red when the log or the view is tampered with."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from shared.events.registration_v1 import RepresentativeCheckedIn
from tests.history.__main__ import main
from tests.history.check import Unread
from tests.integration.registration.histories import checked, where
from tests.integration.registration.people import Town, announced
from tests.support.service import ROOT, Runner, Running

MIX = {"npc_deputy": 2, "resident_representative": 2}


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with running("registration") as made:
        yield made


async def registered(town: Town, *categories: str) -> list[dict[str, Any]]:
    """One after another; their answers."""
    return [(await town.register(each)).raise_for_status().json() for each in categories]


async def steps(town: Town, *paths: str) -> None:
    for path in paths:
        (await town.post(f"/open-points/{town.point}/{path}")).raise_for_status()


async def cancelled(town: Town, person: dict[str, Any]) -> None:
    path = f"/open-points/{town.point}/registrations/{person['registration_id']}/cancellations"
    (await town.post(path)).raise_for_status()


async def scanned(town: Town, person: dict[str, Any], door: str = "check-ins") -> None:
    body = {"registration_id": person["registration_id"]}
    reason = {"reason": "把同名的另一位登记成了到场"} if door == "check-in-reversals" else {}
    (await town.post(f"/open-points/{town.point}/{door}", body | reason)).raise_for_status()


async def a_day(service: Running) -> Town:
    """First come: everybody who can be is confirmed, waits, leaves, moves up, is scanned, is scanned by mistake."""
    town = await announced(service, point={"cap": 4, "mix": MIX})
    deputy, member, journalist = "npc_deputy", "cppcc_member", "media_representative"
    people = await registered(town, deputy, member, journalist, *["resident_representative"] * 3, deputy)
    await asyncio.gather(*(town.register() for _ in range(8)))
    for each in (people[3], people[0], people[5]):
        await cancelled(town, each)
    await steps(town, "closings")
    longer = {"closes_at": town.starts_at.isoformat(), "reason": "群众代表报名不足，延长一小时"}
    (await town.post(f"/open-points/{town.point}/extensions", longer)).raise_for_status()
    await registered(town, "resident_representative")
    await steps(town, "closings", "locks")
    for door in ("check-ins", "check-ins", "check-in-reversals", "check-ins"):
        await scanned(town, people[4], door)
    return town


async def a_draw(service: Running) -> Town:
    town = await announced(service, selection="random_draw", point={"cap": 4, "mix": MIX})
    people = await registered(town, *["resident_representative"] * 5, *["npc_deputy"] * 3)
    await steps(town, "closings")
    await cancelled(town, people[0])
    await steps(town, "draws")
    for each in people[1:3]:
        await cancelled(town, each)
    await steps(town, "locks")
    return town


async def test_a_real_installation_is_sound_in_every_prefix(service: Running) -> None:
    assert await service.district.consume("registration") == [], "the topic is there and empty"
    assert (await checked(service)).word == "empty"
    towns = [await a_day(service), await a_draw(service)]
    called_off, still_open = await announced(service), await announced(service)
    for each in (called_off, still_open):
        await registered(each, "resident_representative", "npc_deputy")
    activity = f"/activities/{called_off.activity['id']}"
    (await called_off.post(f"{activity}/cancellations", {"reason": "weather"})).raise_for_status()
    assert (await checked(service)).word == "sound", "before the day, too"
    await service.steer(towns[0].starts_at + timedelta(hours=4))
    for each in towns:
        (await each.post(f"/activities/{each.activity['id']}/holdings")).raise_for_status()
    verdict = await checked(service)
    assert verdict.word == "sound", str(verdict)
    assert (verdict.counts["open_points"], verdict.counts["views"], verdict.counts["activities"]) == (4, 4, 4)
    assert verdict.counts["prefixes"] > verdict.counts["commands"] > 40
    assert verdict.counts["proofs"] == 1
    assert not verdict.unknown


async def test_from_the_command_line(service: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = await announced(service)
    await registered(town, "resident_representative")
    (tmp_path / "token").write_text(service.district.token("auditor"), encoding="utf-8")
    (tmp_path / "kafka").write_text("# where a broker asks for more\nclient.id=history\n", encoding="utf-8")
    known = where(service)
    words = ["--kafka", known.kafka, "--api", known.api, "--prefix", known.prefix, "--activity", town.activity["id"]]
    files = ["--token-file", str(tmp_path / "token"), "--kafka-config", str(tmp_path / "kafka")]
    code, said = await _run(*words, *files)
    assert (code, "SOUND" in said, "1 open points, 2 facts" in said) == (0, True, True), said
    code = await asyncio.to_thread(main, [*words[:4], "--prefix", "nobody"])
    said = capsys.readouterr().err
    assert (code, "COULD NOT READ" in said, "no topic nobody.registration.events.v1" in said) == (2, True, True), said


async def test_what_cannot_be_read_is_said(service: Running) -> None:
    with pytest.raises(Unread, match="API"):
        await checked(service, api="http://127.0.0.1:1")
    with pytest.raises(Unread, match="API"):
        await checked(service, api=f"{service.http.base_url}nowhere")


async def test_a_fact_that_nobody_should_have_written_is_found(service: Running) -> None:
    town = await announced(service)
    person, *_ = await registered(town, "resident_representative")
    activity = town.activity["id"]
    assert (await checked(service, activity=activity)).word == "sound"
    forged = RepresentativeCheckedIn(
        activity_id=activity,
        open_point_id=town.point,
        registration_id=person["registration_id"],
        category="resident_representative",
        grassroots=False,
        at=service.district.now,
    )
    envelope = await service.district.produce(forged, f"registration.roster.{town.point}", 3)
    verdict = await checked(service, activity=activity, patience=1.0)
    assert verdict.red == ["log", "door"], str(verdict)  # no digest that follows; and admitted before the lock
    assert {(each.event, each.sequence, each.point) for each in verdict.findings} == {(envelope.id, 3, town.point)}


async def test_a_view_that_drifted_from_the_facts_is_found(service: Running) -> None:
    town = await announced(service)
    await registered(town, "resident_representative")
    client: MongoClient[dict[str, Any]] = MongoClient(service.district.mongo_url)
    rosters = client[service.district.database("registration")]["roster"]
    rosters.update_one({"_id": town.point}, {"$set": {"state.cap": 30}, "$inc": {"rev": 1}})
    verdict = await checked(service, activity=town.activity["id"], patience=1.0)
    assert verdict.red == ["public-view"], str(verdict)
    assert verdict.findings[0].expected == "cap 20"


async def _run(*words: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.history",
        *words,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()
