"""From a schedule that breaks the promise to a short one that breaks it, too."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.simulation.judge import Violation
from tests.simulation.steps import Schedule, Step
from tests.simulation.world import run
from tests.support.broker import Log

TRIES = 400  # schedules at most; each takes some milliseconds

NewLog = Callable[[], Log]


def broken(schedule: Schedule, log: NewLog | None = None) -> str | None:
    """How this schedule breaks the promise, if it does."""
    try:
        run(schedule, log=log() if log else None)
    except Violation as violation:
        return str(violation)
    return None


def shrunk(schedule: Schedule, log: NewLog | None = None) -> Schedule:
    """A shorter schedule that breaks the promise, whichever way."""
    tries, smaller = TRIES, True
    while smaller:
        smaller = False
        for each in _smaller(schedule):
            tries -= 1
            if tries < 0:
                return schedule
            if broken(each, log):
                schedule, smaller = each, True
                break
    return schedule


def told(schedule: Schedule, violation: str, log: NewLog | None = None) -> str:
    """What a failing test says: what broke, and how to see it again."""
    short = shrunk(schedule, log)
    return f"{violation}\n  python -m tests.simulation {schedule.seed}\n  python -m tests.simulation '{short}'"


def _smaller(schedule: Schedule) -> Iterator[Schedule]:
    """Fewer steps first, then fewer processes, then smaller numbers."""
    size = len(schedule.steps) // 2
    while size:
        for first in range(0, len(schedule.steps), size):
            yield schedule.without(first, size)
        size //= 2
    if schedule.writers > 1:
        yield replace(schedule, writers=1)
    if schedule.readers > 1:
        yield replace(schedule, readers=1)
    for place, step in enumerate(schedule.steps):
        for number, value in enumerate(step.numbers):
            if value:
                numbers = (*step.numbers[:number], 0, *step.numbers[number + 1 :])
                steps = (*schedule.steps[:place], Step(step.name, numbers), *schedule.steps[place + 1 :])
                yield replace(schedule, steps=steps)
