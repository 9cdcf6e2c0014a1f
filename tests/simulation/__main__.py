"""Replay a schedule with its trace, or try many.

python -m tests.simulation 4711                    the schedule of a seed
python -m tests.simulation '7w1r2 open(0,0,0,0) …' the line that a failure printed
python -m tests.simulation --many 100000           seeds from 0 on; each that breaks the promise is shrunk
"""

import sys

from tests.simulation.judge import Violation
from tests.simulation.kernel import kernel
from tests.simulation.shrink import broken, told
from tests.simulation.steps import Schedule
from tests.simulation.world import run


def say(line: str) -> None:
    """One line of the trace."""
    sys.stdout.write(f"{line}\n")


def replay(schedule: Schedule) -> int:
    """Exit code 1 when the promise is broken."""
    say(str(schedule))
    with kernel(say):
        try:
            run(schedule, say)
        except Violation as violation:
            say(f"the promise is broken: {violation}")
            return 1
    say("the promise is kept")
    return 0


def many(count: int) -> int:
    """Exit code 1 when the promise is broken in any of them."""
    found = 0
    with kernel():
        for schedule in map(Schedule.drawn, range(count)):
            if violation := broken(schedule):
                found += 1
                say(told(schedule, violation))
    say(f"{count} schedules, {found} break the promise")
    return int(found > 0)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--many", count]:
            sys.exit(many(int(count)))
        case [text]:
            sys.exit(replay(Schedule.read(text)))
        case _:
            sys.exit(__doc__)
