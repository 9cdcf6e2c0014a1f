"""A unit's year as the rules see it: nothing but facts, in an order of its own."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.scoring.domain.claim import Claim
from services.scoring.domain.facts import Contribution, Held, OpinionOverdue


@dataclass(frozen=True)
class HeldActivity:
    """An activity that counts as held by the unit."""

    held: Held
    contribution: Contribution

    @property
    def id(self) -> str:
        """The activity's id."""
        return self.contribution.activity_id


@dataclass(frozen=True)
class Record:
    """Everything that `evaluate` may look at."""

    year: int
    assessed: bool
    closed: bool
    held: tuple[HeldActivity, ...]
    overdue: tuple[OpinionOverdue, ...]
    accepted: tuple[Claim, ...]

    @classmethod
    def of(
        cls,
        year: int,
        contributions: Iterable[Contribution],
        claims: Iterable[Claim],
        *,
        assessed: bool,
        closed: bool,
    ) -> "Record":
        """From facts in any order."""
        known = sorted(contributions, key=lambda each: each.activity_id)
        overdue = [opinion for each in known for opinion in each.overdue]
        return cls(
            year=year,
            assessed=assessed,
            closed=closed,
            held=tuple(HeldActivity(each.held, each) for each in known if each.held),
            overdue=tuple(sorted(overdue, key=lambda each: (each.opinion_id, each.proof.event))),
            accepted=tuple(sorted((each for each in claims if each.state == "accepted"), key=lambda each: each.id)),
        )
