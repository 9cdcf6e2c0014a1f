"""When everything has settled: nothing waits to be published, to be read, or to ring.

Asked from outside, piece by piece, while things move; so one look is not enough. The order makes it sound: (1) every
group has committed up to the ends, (2) no outbox waits and timers have followed the clock, (3) the ends are still those
of (1). What was in an outbox at (1) would have moved the ends by (3); what is read after (1) there is none.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from shared.messaging.kafka import BROKER_AWAY, GroupOffsets

PATIENCE = 90.0  # seconds; a killed reader's place in its group is given away after ten
_FIRST_LOOK, _LONGEST_LOOK = 0.004, 0.1  # seconds between two looks, growing

Ends = Mapping[tuple[str, int], int]


class NeverQuiet(Exception):
    """The system did not settle; says what still moved."""


@dataclass
class Quiet:
    """The wait for a settled system."""

    clients: Mapping[str, httpx.AsyncClient]
    offsets: GroupOffsets
    patience: float = PATIENCE
    waits: int = 0
    waited: float = 0.0

    async def wait(self, now: datetime) -> datetime | None:
        """Return when settled at `now`: the next time at which a timer may ring, if any. Raises NeverQuiet."""
        begun, delay = time.monotonic(), _FIRST_LOOK
        while True:
            try:
                moving, next_timer = await self._look(now)
            except (httpx.HTTPError, *BROKER_AWAY) as away:
                moving, next_timer = f"{type(away).__name__} {away}".strip(), None
            passed = time.monotonic() - begun
            if not moving:
                self.waits, self.waited = self.waits + 1, self.waited + passed
                return next_timer
            if passed > self.patience:
                raise NeverQuiet(f"not settled after {self.patience:.0f} s: {moving}")
            await asyncio.sleep(delay)
            delay = min(delay * 1.3, _LONGEST_LOOK)

    async def _look(self, now: datetime) -> tuple[str, datetime | None]:
        """What still moves, empty when nothing does; and the next timer."""
        progress = await self._progress()
        if moving := _moving(progress, now):
            return moving, None
        ends = await self._ends_reached(progress)
        if isinstance(ends, str):
            return ends, None
        progress = await self._progress()
        if moving := _moving(progress, now):
            return moving, None
        if await self.offsets.ends(sorted({topic for topic, _ in ends})) != ends:
            return "something was published meanwhile", None
        timers = [datetime.fromisoformat(each["next_timer_at"]) for each in progress.values() if each["next_timer_at"]]
        return "", min(timers, default=None)

    async def _progress(self) -> dict[str, Any]:
        answers = await asyncio.gather(*(each.get("/progress") for each in self.clients.values()))
        return {name: each.raise_for_status().json() for name, each in zip(self.clients, answers, strict=True)}

    async def _ends_reached(self, progress: Mapping[str, Any]) -> Ends | str:
        """The ends that every group has reached, or who has not."""
        readers = [each["reads"] for each in progress.values() if each["reads"]["topics"]]
        committed = await asyncio.gather(*(self.offsets.committed(each["group"]) for each in readers))
        ends = await self.offsets.ends(sorted({topic for each in readers for topic in each["topics"]}))
        for reads, reached in zip(readers, committed, strict=True):
            lag = sum(end - reached.get(place, 0) for place, end in ends.items() if place[0] in reads["topics"])
            if lag:
                return f"{reads['group']} has {lag} events to read"
        return ends


def _moving(progress: Mapping[str, Any], now: datetime) -> str:
    for name, each in progress.items():
        if not each["outbox_empty"]:
            return f"{name} has facts to publish"
        settled = each["timers_settled_at"]
        if settled is None or datetime.fromisoformat(settled) < now:
            return f"{name} has timers to look at"
    return ""
