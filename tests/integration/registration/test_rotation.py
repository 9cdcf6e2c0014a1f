"""The vault's key is changed by an operator while two replicas take registrations, on real engines."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from services.registration import operator as keys_program
from shared.security.secrets import VAULT_KEYS
from shared.security.vault import sealed_with
from shared.settings import MongoSettings
from tests.integration.registration.people import POINTS, Town, announced
from tests.support.service import ROOT, Districts, Runner


@dataclass
class Scene:
    """Two replicas that share a file of keys with the operator."""

    town: Town
    other: Town
    keys: Path

    def current(self) -> str:
        return str(json.loads(self.keys.read_text())["current"])

    async def operator(self, *words: str) -> tuple[int, str]:
        """Exit code and everything that was said."""
        said: list[str] = []
        code = await keys_program.run(keys_program.parser().parse_args(["keys", *words]), self._settings(), said.append)
        return code, "\n".join(said)

    async def operator_process(self, *words: str) -> tuple[int, str]:
        """The same, as people call it."""
        settings = self._settings()
        variables = {
            "OPENDAY_VAULT_KEYS_FILE": str(settings.vault_keys_file),
            "OPENDAY_MONGO__URL": settings.mongo.url,
            "OPENDAY_MONGO__DATABASE": settings.mongo.database or "",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.registration.operator",
            "keys",
            *words,
            cwd=ROOT,
            env={**os.environ, **variables},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    def _settings(self) -> keys_program.Settings:
        district = self.town.service.district
        mongo = MongoSettings(url=district.mongo_url, database=district.database("registration"))
        return keys_program.Settings(vault_keys_file=self.keys, mongo=mongo)

    def sealed(self) -> set[str]:
        """The keys that the stored contacts need."""
        district = self.town.service.district
        with MongoClient[dict[str, Any]](district.mongo_url) as client:
            documents = list(client[district.database("registration")]["vault"].find())
        return {kid for each in documents for value in each.values() if (kid := sealed_with(value))}

    async def names(self) -> list[set[str]]:
        """As each replica shows them to staff."""
        answers = [
            await each.service.http.get(f"{POINTS}/{each.point}/roster", headers=each.clerk)
            for each in (self.town, self.other)
        ]
        return [{entry["name"] for entry in each.raise_for_status().json()["entries"]} for each in answers]


@pytest.fixture
async def scene(running: Runner, new_district: Districts, tmp_path: Path) -> AsyncIterator[Scene]:
    district = new_district()
    keys = Path(shutil.copy(district.secrets / VAULT_KEYS, tmp_path))
    async with (
        running("registration", district=district, OPENDAY_VAULT_KEYS_FILE=str(keys)) as one,
        running("registration", district=district, OPENDAY_VAULT_KEYS_FILE=str(keys)) as two,
    ):
        town = await announced(one)
        yield Scene(town, Town(two, town.activity, town.starts_at, town.closes_at), keys)


async def test_a_key_is_changed_under_two_replicas_and_the_old_one_goes_when_nothing_needs_it(scene: Scene) -> None:
    first = scene.current()
    early = (await scene.town.register(name="早先某")).raise_for_status().json()
    ticket = (await _ticket(scene.town, early))["ticket"]

    code, said = await scene.operator("add")
    assert code == 0, said
    new = said.split()[-1]
    code, said = await scene.operator("use", new)
    assert (code, "wait" in said) == (1, True), said
    assert (await scene.operator("use", new, "--at-once"))[0] == 0
    code, said = await scene.operator("remove", first, "--at-once")
    assert (code, "sealed with" in said) == (1, True), said

    towns = [scene.town, scene.other]
    resealing = asyncio.create_task(scene.operator_process("reseal"))
    arriving = await asyncio.gather(*(towns[each % 2].register(name="后来某") for each in range(15)))
    assert {each.status_code for each in arriving} == {201}
    assert (await resealing)[0] == 0
    code, said = await scene.operator("reseal")  # what a replica sealed before it saw the change
    assert (code, scene.sealed()) == (0, {new}), said
    assert await scene.names() == [{"早*", "后*"}] * 2

    code, said = await scene.operator("remove", first, "--at-once")
    assert (code, "tickets" in said) == (1, True), said
    await _held(scene, ticket)
    assert (await scene.operator("remove", first, "--at-once"))[0] == 0
    code, said = await scene.operator("list")
    assert (code, first in said, new in said) == (0, False, True)
    assert await scene.names() == [{"早*", "后*"}] * 2


async def test_what_cannot_be_done_is_refused_in_words(scene: Scene) -> None:
    first = scene.current()
    for words, why in ((("use", "nokey"), "no key"), (("remove", first), "current"), (("remove", "nokey"), "no key")):
        code, said = await scene.operator(*words)
        assert (code, why in said) == (1, True), said
    spare = (await scene.operator("add"))[1].split()[-1]
    assert (await scene.operator("remove", spare))[0] == 0, "it never sealed anything"
    scene.keys.write_text("{")
    code, said = await scene.operator_process("list")
    assert (code, str(scene.keys) in said) == (1, True)


async def _ticket(town: Town, person: dict[str, str]) -> dict[str, str]:
    path = f"{POINTS}/{town.point}/registrations/{person['registration_id']}/ticket"
    answer = await town.service.http.get(path, headers={"Claim-Code": person["claim_code"]})
    return dict(answer.raise_for_status().json())


async def _held(scene: Scene, ticket: str) -> None:
    """The ticket that was signed with the old key still lets its holder in; then the activity is over."""
    town = scene.town
    for step in ("closings", "locks"):
        (await town.post(f"/open-points/{town.point}/{step}")).raise_for_status()
    town.service.district.steer(town.starts_at)
    scan = await scene.other.post(f"/open-points/{town.point}/check-ins", {"ticket": ticket})
    assert scan.json()["result"] == "admitted", scan.text
    town.service.district.steer(town.starts_at + timedelta(hours=4))
    (await town.post(f"/activities/{town.activity['id']}/holdings")).raise_for_status()
