"""F20, F22: a second scoring is built under live traffic; more replicas come and go, relays and readers double."""

import asyncio

from tests.faults.lab.rebuild import Rebuild
from tests.faults.lab.stage import Stage
from tests.faults.lab.trial import Row

STAY = 3.0  # seconds between two changes


async def rebuilt_live(stage: Stage) -> None:
    """F20: from offset 0, while new facts come in; the judge compares it with the one that was there all the time."""
    stage.rebuild = await Rebuild.begin(stage.site, 2)
    stage.did("a second scoring begun from offset 0, with an empty database, under live traffic")
    await stage.rebuild.scoring.ready()
    await asyncio.sleep(3)
    stage.did(f"{stage.rebuild.mirror.copied} facts read before the traffic ended")


async def more_and_fewer(stage: Stage) -> None:
    """F22: a second relay of registration; readers from one to three and back."""
    added = [stage.site.more(f"{name}-{n}", name) for name, n in (("registration", 2), ("scoring", 2), ("scoring", 3))]
    added.append(stage.site.more("reporting-2", "reporting"))
    await asyncio.gather(*(each.ready() for each in added))
    stage.did("registration × 2, reporting × 2, scoring × 3")
    await asyncio.sleep(STAY)
    gone = stage.chance.choice(added[1:3])
    gone.kill()
    stage.did(f"{gone.name} killed")
    await asyncio.sleep(STAY)
    for each in added:
        await each.stop()
        stage.site.extras.remove(each)
        await asyncio.sleep(0.5)
    stage.did("back to one of each")


F20 = Row(name="F20", title="rebuild from offset 0 under live traffic", inject=rebuilt_live)
F22 = Row(name="F22", title="two relays, readers 1 → 3 → 1", inject=more_and_fewer)
