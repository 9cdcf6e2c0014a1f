"""A small aggregate for trying the kernel: a tally with a limit. No business in it."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared.aggregate import Aggregate, Fact
from shared.errors import Conflict
from shared.events.contract import Contract
from shared.events.feedback_v1 import ProgressNoted

NOON = datetime(2021, 9, 1, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Added(Fact):
    """The tally stands at `total` now."""

    tally: str
    total: int


@dataclass(kw_only=True)
class Tally(Aggregate):
    """Counts up to a limit; rings count too."""

    limit: int = 10_000
    total: int = 0
    words: list[str] = field(default_factory=list)
    rings: int = 0
    at: datetime = NOON

    def add(self, word: str = "one") -> int:
        """One more; refused beyond the limit, but only after it has touched the state."""
        self.words.append(word)
        self.total += 1
        if self.total > self.limit:
            raise Conflict("full", "已满。", "Full.", limit=self.limit)
        self.record(Added(self.id, self.total))
        return self.total

    def widen(self, limit: int) -> None:
        """Another limit; no fact."""
        self.limit = limit

    def remind(self, *, at: datetime) -> None:
        """Set a timer."""
        self.timers["reminder"] = at

    def ring(self, timer: str, due: datetime) -> None:
        """Count the ring, and say so."""
        if timer == "broken":
            raise ValueError("this timer cannot ring")
        self.rings += 1
        self.at = due
        self.record(Added(self.id, self.total))


def published(fact: Fact) -> Contract:
    """A contract whose `unit_id` says the total, so that readers can check the order."""
    assert isinstance(fact, Added)
    return ProgressNoted(activity_id="activity-1", opinion_id=fact.tally, unit_id=f"total-{fact.total}", noted_at=NOON)


class HandClock:
    """A clock that the test moves."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        """As last set."""
        return self._now

    def move(self, seconds: float) -> None:
        """Forward."""
        self._now += timedelta(seconds=seconds)

    async def pause(self, until: datetime | None, at_most: float) -> None:
        """A short while of real time."""

        await asyncio.sleep(0.005)
