"""The kill storm: services and both engines die at random under load, a thousand times and more in one run.

A few hundred kills go to one district, which is then judged; the engines, and what they keep, live on from one to the
next. So a failure is found near its cause, and the documents stay as small as a real district's.
"""

import asyncio
from collections import Counter
from contextlib import suppress

from deploy.engines.engine import EngineNotReady
from deploy.local.service_programs import SERVICES
from tests.faults.lab.lab import Lab
from tests.faults.lab.result import Result
from tests.faults.lab.stage import Stage
from tests.faults.lab.trial import Row, trial

AT_ONCE = 260  # kills until the next judgement
ENGINES = ("mongo", "kafka")
WEIGHTS = (*(5 for _ in SERVICES), *(1 for _ in ENGINES))
PAUSE = (0.3, 1.3)  # seconds between two kills: less than a service needs to start
AWAY = (0.2, 1.5)  # seconds until an engine is started again
PACE = 15  # commands begun in a second
PROGRESS = 2  # acknowledged commands for each kill: it is a district at work that is struck, on a slow machine later
PATIENCE = 60.0  # seconds until that comes


def gust(kills: int, number: int) -> Row:
    """So many kills."""

    async def inject(stage: Stage) -> None:
        done: Counter[str] = Counter()
        reviving: dict[str, asyncio.Task[None]] = {}
        while done.total() < kills and not stage.missed:
            [victim] = stage.chance.choices((*SERVICES, *ENGINES), WEIGHTS)
            if victim in SERVICES:
                done[victim] += stage.service(victim).kill()
            elif victim not in reviving or reviving[victim].done():
                await stage.lab.engines.kill(victim)
                done[victim] += 1
                reviving[victim] = asyncio.create_task(_revive(stage, victim, stage.chance.uniform(*AWAY)))
            await asyncio.sleep(stage.chance.uniform(*PAUSE))
            await _progressed(stage, PROGRESS * done.total())
        await asyncio.gather(*reviving.values())
        stage.did(f"{done.total()} × SIGKILL: " + ", ".join(f"{name} {times}" for name, times in sorted(done.items())))
        stage.kills = done.total()

    return Row(name=f"storm-{number}", title=f"{kills} random kills", inject=inject, pace=PACE)


async def storm(lab: Lab, kills: int, seed: int) -> list[Result]:
    """All of it. The seed of each part is the seed of the storm plus its number."""
    parts = [min(AT_ONCE, kills - begun) for begun in range(0, kills, AT_ONCE)]
    return [await trial(lab, gust(each, number), seed + number) for number, each in enumerate(parts, start=1)]


async def _progressed(stage: Stage, wanted: int) -> None:
    def acked() -> bool:
        return stage.traffic.outcomes["acked"] >= wanted

    await stage.expect_soon(acked, PATIENCE, f"{wanted} commands were to be acknowledged by then")


async def _revive(stage: Stage, engine: str, after: float) -> None:
    await asyncio.sleep(after)
    with suppress(EngineNotReady):
        await stage.lab.engines.revive(engine)
