"""F8: the database dies and comes back: refused fast and politely, alive, not ready; back within seconds."""

import asyncio
import time

from tests.faults.lab.stage import Stage
from tests.faults.lab.trial import Row

DOWN = 6.0  # seconds
REFUSED_WITHIN, BACK_WITHIN = 3.0, 5.0  # seconds: the promise
SLACK = 0.3  # seconds that a small machine under load may add to a measurement


async def inject(stage: Stage) -> None:
    """Kill it, look at what people see, bring it back."""
    services = stage.site.services.values()
    lives = {each.name: each.restarts for each in services}
    since = time.monotonic()
    await stage.lab.engines.kill("mongo")
    stage.did(f"the database killed, {DOWN:g} s down")
    await asyncio.sleep(DOWN / 2)
    for each in services:
        ready, alive = await each.status("/readyz"), await each.status("/livez")
        stage.expect((ready, alive) == (503, 200), f"{each.name} without a database: /readyz {ready}, /livez {alive}")
    await asyncio.sleep(max(0.0, since + DOWN - time.monotonic()))
    answers = stage.answers(since + REFUSED_WITHIN)
    await stage.lab.engines.revive("mongo")
    back = time.monotonic()
    stage.expect(answers, "no answers while the database was away")
    strange = {each.status for each in answers if each.status not in (503, 0) and each.status >= 500}
    stage.expect(not strange, f"answers {strange} while the database was away")
    stage.expect(any(each.status == 503 for each in answers), "nobody was told 503")
    stage.expect(not stage.traffic.refused_rudely(), "a 503 without Retry-After")
    slow = [each for each in stage.answers(since) if each.seconds > REFUSED_WITHIN + SLACK]
    stage.expect(not slow, f"{len(slow)} answers took longer than 3 s: {sorted({round(e.seconds, 1) for e in slow})}")
    for each in services:
        left = back + BACK_WITHIN + SLACK - time.monotonic()
        await stage.expect_soon(each.takes_traffic, left, f"{each.name} was not ready 5 s after the database was back")
    stage.expect({each.name: each.restarts for each in services} == lives, "a service ended instead of waiting")


F8 = Row(name="F8", title="database killed and brought back", inject=inject)
