"""Scoring built anew from the topics alone, in an empty database and as a new consumer group."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from deploy.demo.quiet import Quiet
from deploy.demo.staff import AUDITOR
from deploy.local.settings import ROOT
from deploy.local.tokens import mint
from shared.messaging.kafka import group_offsets
from shared.settings import KafkaSettings
from tests.e2e.districts import Played
from tests.support.district import free_port
from tests.support.waiting import eventually


@asynccontextmanager
async def scoring_anew(played: Played) -> AsyncIterator[httpx.AsyncClient]:
    """A second scoring beside the first: its own database, its own group, the same topics."""
    program = next(each for each in played.instance.plan.programs if each.name == "scoring")
    port = free_port()
    environment = {
        **program.environment,
        "OPENDAY_HTTP__PORT": str(port),
        "OPENDAY_MONGO__DATABASE": played.instance.addresses.database("scoring_anew"),
        "OPENDAY_KAFKA__GROUP_SUFFIX": ".anew",
    }
    log = (played.instance.folders.logs / "scoring-anew.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.scoring", cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=15, trust_env=False) as client:

            async def ready() -> bool:
                try:
                    return (await client.get("/readyz")).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually(ready, 60)
            yield client
    finally:
        process.terminate()
        await process.wait()
        log.close()


async def test_a_rebuild_from_offset_zero_gives_the_same_scorecards(played: Played) -> None:
    year = played.data.season.year
    token = mint(played.instance.plan, subject=AUDITOR.subject, roles=AUDITOR.roles)
    headers = {"Authorization": f"Bearer {token}"}

    async def scorecards(client: httpx.AsyncClient) -> bytes:
        answer = await client.get("/scoring/v1/scorecards", params={"year": year}, headers=headers)
        cards = answer.raise_for_status().json()["scorecards"]
        return json.dumps(cards, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()

    kafka = KafkaSettings(bootstrap=played.instance.addresses.kafka)
    first = played.instance.addresses.services["scoring"]
    async with scoring_anew(played) as anew, httpx.AsyncClient(base_url=first, trust_env=False) as old:
        async with group_offsets(kafka) as offsets:
            await Quiet({"anew": anew, "old": old}, offsets).wait(played.data.season.close.frozen_at)
        assert (await anew.get("/progress")).json()["reads"]["group"].endswith(".anew")
        rebuilt, kept = await scorecards(anew), await scorecards(old)
        period = (await anew.get(f"/scoring/v1/periods/{year}")).json()

    assert rebuilt == played.run.outcome.canonical_scorecards()
    assert kept == rebuilt
    assert period["state"] == "frozen"
