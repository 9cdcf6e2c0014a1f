"""The same season, but every service is killed once in the middle of it: the outcome is the same to the last byte."""

import asyncio
import random
from pathlib import Path

from deploy.data.checks import DistrictData
from deploy.demo.season import play, steps_of
from deploy.demo.timeline import Step
from deploy.local.service_programs import SERVICES
from tests.e2e.districts import Played, whole_district

SEED = 20211111


async def test_a_kill_of_every_service_changes_no_outcome(played: Played, data: DistrictData, tmp_path: Path) -> None:
    async with whole_district("killed", tmp_path) as instance:
        chance = random.Random(SEED)
        middle = range(40, len(steps_of(data)) - 10)
        kills = dict(zip(chance.sample(middle, len(SERVICES)), SERVICES, strict=True))

        async def kill(number: int, _: Step) -> None:
            if number in kills:
                await asyncio.sleep(chance.uniform(0, 0.02))  # somewhere in the step, not always at its beginning
                await asyncio.to_thread(instance.kill, kills[number])

        run = await play(instance, data, disturbance=kill)
        restarted = [len(instance.restarts.of(service)) for service in SERVICES]

    assert run.mismatches == []
    assert restarted == [1, 1, 1, 1]
    assert run.outcome.canonical_scorecards() == played.run.outcome.canonical_scorecards()
    assert run.outcome.activities == played.run.outcome.activities
