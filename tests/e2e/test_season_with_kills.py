"""The same season on a bad day: every service is killed once, many requests are sent twice; the outcome is the same
to the last byte.
"""

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deploy.data.checks import DistrictData
from deploy.demo.api import Answer, Api
from deploy.demo.season import play, steps_of
from deploy.demo.timeline import Step
from deploy.local.service_programs import SERVICES
from tests.e2e.districts import Played, whole_district

SEED = 20211111
EVERY = 4  # requests, of which one is sent twice


@dataclass
class Insistent(Api):
    """Sends every few requests a second time with the same key, as a browser does whose first answer was lost."""

    asked: int = 0
    different: list[tuple[Answer, Answer]] = field(default_factory=list)

    async def attempt(self, *what: Any, **more: Any) -> Answer:
        first = await super().attempt(*what, **more)
        self.asked += 1
        if self.asked % EVERY == 0:
            again = await super().attempt(*what, **more)
            if again != first and first.status < 400:
                self.different.append((first, again))
        return first


async def test_kills_and_repeats_change_no_outcome(
    played: Played, data: DistrictData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.demo.api.Api", Insistent)
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

    assert isinstance(run.stage.api, Insistent)
    assert run.stage.api.asked > 500
    assert run.stage.api.different == []
    assert run.mismatches == []
    assert restarted == [1, 1, 1, 1]
    assert run.outcome.canonical_scorecards() == played.run.outcome.canonical_scorecards()
    assert run.outcome.activities == played.run.outcome.activities
