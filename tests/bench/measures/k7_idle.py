"""K7: what the idle system uses of one core: four services that are ready and have nothing to do, and both engines."""

import time
from contextlib import ExitStack

from tests.bench.figures import Figure, Measure, Measured, Scale
from tests.bench.programs import cpu_of, running
from tests.bench.stage import stage

SETTLE = 8  # seconds after the start that do not count


def run(scale: Scale) -> Measured:
    """Processor time over half a minute without a request."""
    with ExitStack() as stack:
        scenery = stack.enter_context(stage())
        services = [stack.enter_context(running(each)) for each in scenery.all_services()]
        pids = {each.module.removeprefix("services."): each.child.pid for each in services}
        pids |= {"kafka": scenery.kafka.pid, "mongo": scenery.mongo.pid}
        time.sleep(scale.of(SETTLE, 0))
        before, begun = {name: cpu_of(pid) for name, pid in pids.items()}, time.perf_counter()
        time.sleep(scale.of(30, 1))
        took = time.perf_counter() - begun
        shares = {name: (cpu_of(pid) - before[name]) / took * 100 for name, pid in pids.items()}
    ours = sum(share for name, share in shares.items() if name not in ("kafka", "mongo"))
    return Measured(
        (
            Figure("k7.services", "four services", "% of a core", ours, 5.0),
            Figure("k7.all", "with both engines", "% of a core", sum(shares.values()), 12.0),
        ),
        (f"Over {took:.0f} s: {', '.join(f'{name} {share:.1f} %' for name, share in shares.items())}.",),
    )


MEASURE = Measure("k7", "Idle share of one core", "four services ≤ 5 %; with both engines ≤ 12 %", run)
