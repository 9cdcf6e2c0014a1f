"""SIGTERM under load: an orderly stop within twenty seconds, with exit code 0; also with the broker away."""

import asyncio
import time

from deploy.local.service_programs import SERVICES
from tests.faults.lab.stage import Stage
from tests.faults.lab.trial import Row

PROMISED = 20.0  # seconds


async def one_after_another(stage: Stage) -> None:
    """A rolling restart."""
    for name in stage.chance.sample(SERVICES, len(SERVICES)):
        await _stop(stage, name)
        await stage.service(name).ready()


async def all_without_a_broker(stage: Stage) -> None:
    """What waits in the outboxes is left to the next life."""
    await stage.lab.engines.kill("kafka")
    await asyncio.sleep(1)  # of commands whose facts wait
    await asyncio.gather(*(_stop(stage, name) for name in SERVICES))
    await stage.lab.engines.revive("kafka")
    stage.did("the broker was away meanwhile")


async def _stop(stage: Stage, name: str) -> None:
    service, begun = stage.service(name), time.monotonic()
    lives = service.restarts
    service.terminate()
    await stage.expect_soon(lambda: service.restarts > lives, PROMISED + 5, f"{name} did not end")
    took = time.monotonic() - begun
    stage.expect(took <= PROMISED, f"{name} needed {took:.0f} s to stop")
    stage.expect(service.ends[lives:] == [0], f"{name} ended with {service.ends[lives:]}")
    stage.did(f"{name} stopped by SIGTERM")


TERM = Row(name="TERM", title="every service stopped in turn under load", inject=one_after_another)
TERM_AWAY = Row(name="TERM-away", title="every service stopped while the broker is away", inject=all_without_a_broker)
