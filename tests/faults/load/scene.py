"""What a trial plays with: open points, people, opinions, material sets, claims, as far as commands were acked."""

import random
from dataclasses import dataclass, field
from typing import Literal

from tests.faults.oracle.where import Where

Phase = Literal["open", "door", "ending", "held"]


@dataclass
class Point:
    """An open point. `places` that live, by registration id; `inside` those checked in."""

    id: str
    unit: str
    places: dict[str, "Place"] = field(default_factory=dict)
    inside: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Place:
    """An acked registration, as its answer said."""

    id: str
    claim_code: str
    status: str


@dataclass
class Activity:
    """One activity; `phase` is what may be done with it now."""

    id: str
    phase: Phase
    lead: str
    plan_id: str
    points: list[Point]
    moved: int = 0
    """How often it was put off by an hour."""
    moving: bool = False


@dataclass
class Opinion:
    """An opinion on its way; `step` is the next one."""

    id: str
    claim_code: str
    unit: str
    step: int = 0


@dataclass
class Scene:
    """The district of one trial. `now` is the time that its clock shows."""

    where: Where
    seed: int
    now: str = ""
    activities: list[Activity] = field(default_factory=list)
    opinions: list[Opinion] = field(default_factory=list)
    filings: dict[str, str] = field(default_factory=dict)
    """Activity → what is next for its material set: `submissions` or `returns`."""
    claims: list[tuple[str, str]] = field(default_factory=list)
    """(unit, claim) that wait for a decision."""
    people: int = 0
    chance: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def of(self, *phases: Phase) -> list[Activity]:
        """Activities in these phases."""
        return [each for each in self.activities if each.phase in phases]

    def points(self, phase: Phase) -> list[tuple[Activity, Point]]:
        """Their open points."""
        return [(activity, point) for activity in self.of(phase) for point in activity.points]

    def person(self) -> tuple[str, str]:
        """A name and a telephone number that nobody else here has."""
        self.people += 1
        return f"代表{self.people:05d}", f"130{self.people:08d}"
