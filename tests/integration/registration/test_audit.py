"""The audit log of two replicas on one database, one of them killed: one chain, every reveal, every act of staff."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.registration.people import BASE, POINTS, Town, announced
from tests.support.service import ROOT, Districts, Runner, Running
from tests.support.waiting import eventually

WHOLE = {"kind": "roster", "format": "csv", "masked": False, "reason": "逐一电话通知集合地点"}


@pytest.fixture
async def replicas(running: Runner, new_district: Districts) -> AsyncIterator[tuple[Town, Town]]:
    district = new_district()
    async with running("registration", district=district) as one, running("registration", district=district) as two:
        town = await announced(one)
        yield town, Town(two, town.activity, town.starts_at, town.closes_at)


async def log(service: Running) -> str:
    answer = await service.http.get(f"{BASE}/audit", params={"limit": 2000}, headers=service.bearer("auditor"))
    return answer.raise_for_status().text


def lines(text: str) -> list[dict[str, Any]]:
    return [line for each in text.splitlines() for line in json.loads(json.loads(each)["said"])]


async def test_one_chain_of_two_replicas_outlives_a_kill_and_holds_every_reveal(
    replicas: tuple[Town, Town], tmp_path: Path
) -> None:
    one, two = replicas
    person = (await one.register(name="某某甲")).json()
    exports = await asyncio.gather(
        *(each.post(f"/open-points/{one.point}/exports", WHOLE) for each in (one, two) for _ in range(5))
    )
    files = [await one.service.http.get(each.json()["file"], headers=one.clerk) for each in exports]
    assert {each.status_code for each in files} == {200}
    await one.service.kill()
    own = f"{POINTS}/{two.point}/registrations/{person['registration_id']}/personal-data"
    (await two.service.http.get(own, headers={"Claim-Code": person["claim_code"]})).raise_for_status()
    await one.service.restart()
    (await one.post(f"/open-points/{one.point}/closings")).raise_for_status()
    point = {"store": "roster", "id": one.point}
    await eventually(lambda: _noted(two.service, point, 3), 20)

    text = await log(two.service)
    file = tmp_path / "audit.ndjson"
    file.write_text(text, encoding="utf-8")
    verifier = [sys.executable, "-I", "-S", str(ROOT / "docs/audit/verify.py"), str(file)]
    done = subprocess.run(verifier, capture_output=True, text=True, check=False)  # noqa: ASYNC221
    assert (done.returncode, done.stdout.startswith("whole")) == (0, True), done.stdout
    said = lines(text)
    shown = [each["about"] for each in said if each["what"] == "reveal"]
    assert {each["export_id"] for each in shown if "export_id" in each} == {each.json()["id"] for each in exports}
    assert [each["groups"] for each in shown if "registration_id" in each] == [["name", "phone"]]
    assert {"RegisterUnit", "AnnounceActivity", "ExportList", "CloseRegistration"} <= {each["what"] for each in said}
    assert "system" not in {each.get("who") for each in said}, "what follows from facts leaves no line"
    assert "某某甲" not in text
    assert person["claim_code"] not in text


async def test_the_log_is_for_auditors_alone(replicas: tuple[Town, Town]) -> None:
    service = replicas[0].service
    for nobody in ({}, service.bearer("office"), service.bearer("administrator"), replicas[0].clerk):
        assert (await service.http.get(f"{BASE}/audit", headers=nobody)).status_code in (401, 403)
    assert lines(await log(service))


async def _noted(service: Running, point: dict[str, str], facts: int) -> bool:
    """Whether the chain's end of this aggregate is in the log with so many facts."""
    heads = [each for each in lines(await log(service)) if each["what"] == "heads" and each["store"] == point["store"]]
    return any(each["heads"].get(point["id"], [0])[0] >= facts for each in heads)
