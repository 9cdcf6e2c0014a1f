"""Schedules as data: steps of a name and small whole numbers, drawn from a seed, written and read as one line.

7w2r1 open(0,0) say(0,0,1) fault(0,2,1,1) say(0,0,1) run(20)
|||
|||__ how many readers    |__ what happens, in order; every number is taken modulo what there is
||___ how many writers
|____ the seed of every delay
"""

import re
from dataclasses import dataclass, replace
from random import Random

WEIGHTS = {
    "open": 3,
    "say": 14,
    "say_if_unchanged": 2,
    "repeat": 5,
    "hang_up": 2,
    "look": 3,
    "remind": 6,
    "crash": 3,
    "stop": 2,
    "start": 3,
    "stall": 2,
    "fault": 12,
    "away": 3,
    "rebalance": 2,
    "repeat_record": 3,
    "stray": 2,
    "poison": 1,
    "mend": 2,
    "run": 8,
}
"""Every step there is (`tests.simulation.world`), and how often a seed draws it."""

ARGUMENTS = 4
LARGEST = 59
_SCHEDULE = re.compile(r"(\d+)w([12])r([12])((?: [a-z_]+\(\d+,\d+,\d+,\d+\))*)")
_STEP = re.compile(r"([a-z_]+)\(([\d,]+)\)")


@dataclass(frozen=True)
class Step:
    """What happens next."""

    name: str
    numbers: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.name}({','.join(map(str, self.numbers))})"


@dataclass(frozen=True)
class Schedule:
    """One run of the simulated world, in full: the same one always runs the same way."""

    seed: int
    writers: int
    readers: int
    steps: tuple[Step, ...] = ()

    def __str__(self) -> str:
        return " ".join([f"{self.seed}w{self.writers}r{self.readers}", *map(str, self.steps)])

    @classmethod
    def drawn(cls, seed: int) -> "Schedule":
        """The schedule that belongs to this seed."""
        random = Random(seed)
        names = random.choices(list(WEIGHTS), list(WEIGHTS.values()), k=random.randint(12, 36))
        steps = [Step(name, tuple(random.randint(0, LARGEST) for _ in range(ARGUMENTS))) for name in names]
        first = [Step("open", (tally, 0, 0, 0)) for tally in range(random.randint(1, 3))]
        return cls(seed, random.choice((1, 1, 2)), random.choice((1, 1, 2)), (*first, *steps))

    @classmethod
    def read(cls, text: str) -> "Schedule":
        """A seed, or what `str` wrote. Raises ValueError."""
        if text.isdecimal():
            return cls.drawn(int(text))
        matched = _SCHEDULE.fullmatch(text.strip())
        if not matched:
            raise ValueError("neither a seed nor a schedule: 7w2r1 open(0,0,0,0) say(0,0,1,0) …")
        steps = tuple(Step(name, tuple(map(int, numbers.split(",")))) for name, numbers in _STEP.findall(matched[4]))
        if strange := {each.name for each in steps} - WEIGHTS.keys():
            raise ValueError(f"no such step: {', '.join(sorted(strange))}")
        return cls(int(matched[1]), int(matched[2]), int(matched[3]), steps)

    def then(self, step: Step) -> "Schedule":
        """The same, and one step more."""
        return replace(self, steps=(*self.steps, step))

    def without(self, first: int, count: int) -> "Schedule":
        """The same, less some steps."""
        return replace(self, steps=self.steps[:first] + self.steps[first + count :])
