"""K6: what a command costs when the database holds ten times and a hundred times the data.

Three worlds (see `tests/bench/world.py`) are asked in turn, one command at a time, so that whatever else the machine
does falls on all of them alike. Time of a command: the median of its answers.
"""

import statistics
from contextlib import ExitStack

from tests.bench.figures import Figure, Measure, Measured, Scale
from tests.bench.stage import stage
from tests.bench.world import World, world

COMMANDS = ("registration", "check-in", "opinion")
GOAL = 1.2


def run(scale: Scale) -> Measured:
    """Days in each world, in turn."""
    sizes = (1, scale.of(10, 2), scale.of(100, 3))
    days, points = scale.of(5, 1), scale.of(3, 1)
    with ExitStack() as stack:
        scenery = stack.enter_context(stage())
        worlds = [stack.enter_context(world(scenery, size, scale)) for size in sizes]
        for each in worlds:  # warms up; does not count
            each.day(1)
            each.latencies.clear()
        for _ in range(days):
            for each in worlds:
                each.day(points)
    small = worlds[0]
    figures = tuple(
        Figure(
            f"k6.{command}.{each.times}",
            f"{command}, {each.times} × the data",
            "ms",
            _ms(each, command),
            GOAL,
            _ms(small, command),
        )
        for command in COMMANDS
        for each in worlds[1:]
    )
    return Measured(
        figures, ("The other side is ours, too, with once the data: 16 activities, 48 points, 960 people.",)
    )


def _ms(each: World, command: str) -> float:
    return statistics.median(each.latencies[command]) * 1000


MEASURE = Measure("k6", "Time per command with more data", "10 × and 100 × the data ≤ 1.2 × the time", run)
