"""Turn-taking: who came lately, or had a place and did not come, draws fewer lots the next time (`docs/draw`).

A turn takes away lots: so many right after it, fewer with each month, none after `months`. It is measured at the moment
when registration for the draw opened, so that it does not matter when somebody applies.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from services.registration.domain.draw import FULL_WEIGHT
from shared.aggregate import Aggregate
from shared.time import day_of

FORGET = "forget"
KEPT_FOR = timedelta(days=367)  # a turn counts for twelve months at most


class TurnKind(StrEnum):
    ATTENDED = "attended"
    ABSENT = "absent"


@dataclass(frozen=True)
class Turn:
    """At which end of an activity, and whether they came."""

    kind: TurnKind
    at: datetime

    @property
    def forgotten_at(self) -> datetime:
        """By itself, whatever happens."""
        return self.at + KEPT_FOR


@dataclass(frozen=True)
class TurnRule:
    """What a turn costs in lots of twelve, by kind; after how many months it costs nothing; the least that is left."""

    attended: int = 6
    absent: int = 9
    months: int = 12
    least: int = 1

    def weight(self, turns: Iterable[Turn], at: datetime) -> int:
        """How many lots somebody with these turns draws, seen from `at`. Whole numbers, rounded in their favour."""
        return max(self.least, FULL_WEIGHT - sum(self._cost(each, at) for each in turns))

    def _cost(self, turn: Turn, at: datetime) -> int:
        ago = _months(turn.at, at)
        full = self.attended if turn.kind == TurnKind.ATTENDED else self.absent
        return full * (self.months - ago) // self.months if turn.at <= at and ago < self.months else 0


@dataclass(kw_only=True)
class Turns(Aggregate):
    """One person's, by registration; the id is the blind index of their number. Nothing else says who they are."""

    taken: dict[str, Turn] = field(default_factory=dict)

    def take(self, registration_id: str, turn: Turn) -> None:
        """The same again changes nothing."""
        self.taken[registration_id] = turn
        self._forget_by_itself()

    def forget(self, registration_id: str) -> None:
        """The person asked for it. Forgetting twice changes nothing."""
        self.taken.pop(registration_id, None)
        self.timers.pop(FORGET, None)
        self._forget_by_itself()

    def ring(self, timer: str, due: datetime) -> None:
        if timer != FORGET:
            return super().ring(timer, due)
        self.taken = {id_: each for id_, each in self.taken.items() if each.forgotten_at > due}
        return self._forget_by_itself()

    def _forget_by_itself(self) -> None:
        if self.taken:
            self.timers[FORGET] = min(each.forgotten_at for each in self.taken.values())


def _months(since: datetime, until: datetime) -> int:
    """Whole months of the district's calendar between two instants."""
    first, last = day_of(since), day_of(until)
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
