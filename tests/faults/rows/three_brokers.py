"""F6, F7: one broker of three is away and nobody notices; two are away and nothing is lost."""

import asyncio
import time

from tests.faults.lab.stage import Stage
from tests.faults.lab.trial import Row

DOWN = 3.0  # seconds


async def one_of_three(stage: Stage) -> None:
    """A crash of one, then each in turn goes and comes back."""
    since = time.monotonic()
    names = list(stage.lab.engines.brokers)
    stage.chance.shuffle(names)
    for name in names:
        await stage.lab.engines.kill(name)
        await asyncio.sleep(DOWN)
        await stage.lab.engines.revive(name)
        stage.did(f"{name} killed, {DOWN:g} s down")
    answers = stage.answers(since)
    bad = [each for each in answers if each.status == 0 or each.status >= 500]
    stage.expect(len(answers) > 50, f"only {len(answers)} answers while the brokers came and went")
    stage.expect(not bad, f"{len(bad)} people saw an error: {sorted({(each.service, each.status) for each in bad})}")


async def two_of_three(stage: Stage) -> None:
    """No quorum: facts wait in outboxes, commands are accepted all the same."""
    down = stage.chance.sample(stage.lab.engines.brokers, 2)
    since = time.monotonic()
    await asyncio.gather(*(stage.lab.engines.kill(name) for name in down))
    stage.did(f"{' and '.join(down)} killed for 8 s")
    await asyncio.sleep(8)
    accepted = sum(0 < each.status < 300 for each in stage.answers(since + 1))
    stage.expect(accepted >= 8, f"{accepted} commands were accepted while two of three brokers were away")
    await stage.lab.engines.heal()


F6 = Row(name="F6", title="one of three brokers killed, each in turn", inject=one_of_three, nodes=3)
F7 = Row(name="F7", title="two of three brokers killed", inject=two_of_three, nodes=3)
