"""What has come due: timers live in their aggregates, this only knows whom to wake.

Exactly once across restarts, duplicates and late wake-ups, because taking a timer off is part of the change that it
makes. A heap in memory is filled by one scan at the start and by every commit; a rare sweep finds what other replicas
set.
"""

import asyncio
import heapq
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from shared.aggregate import Aggregate
from shared.errors import Unavailable
from shared.logging import get_logger
from shared.storage.aggregates import Aggregates
from shared.time import Clock

SWEEP = 60.0  # seconds
Ring = Callable[[str, str], Awaitable[None]]
"""Acts on (aggregate id, timer); the default is the store's own `ring`. Must take the timer off as its last act."""


class Timers:
    """The timers of one service."""

    def __init__(self, stores: Sequence[Aggregates[Any]], clock: Clock, rings: dict[str, Ring] | None = None) -> None:
        self._stores = {each.name: each for each in stores}
        self._clock = clock
        self._rings: dict[str, Ring] = {each.name: each.ring for each in stores} | (rings or {})
        self._heap: list[tuple[datetime, str, str, str]] = []
        self._known: set[tuple[datetime, str, str, str]] = set()
        self.settled_at: datetime | None = None
        for each in stores:
            each.listen(self)

    def committed(self, store: Aggregates[Any], aggregate: Aggregate, *, pending: bool) -> None:
        self._note(store.name, aggregate.id, aggregate.timers)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`."""
        swept = 0.0
        while not stop.is_set():
            try:
                if time.monotonic() - swept > SWEEP or not swept:
                    await self._sweep()
                    swept = time.monotonic()
                await self._ring_due()
            except Unavailable as away:
                get_logger().warning("timers_postponed", cause=away.code)
                await asyncio.sleep(1)
            await self._clock.pause(self._heap[0][0] if self._heap else None, at_most=0.25)

    async def _ring_due(self) -> None:
        now = self._clock.now()
        while self._heap and self._heap[0][0] <= now:
            due, store, id_, timer = self._heap[0]
            await self._rings[store](id_, timer)
            self._known.discard(heapq.heappop(self._heap))
            get_logger().info("timer_rung", store=store, timer=timer, late_seconds=(now - due).total_seconds())
        self.settled_at = now

    async def _sweep(self) -> None:
        for store in self._stores.values():
            for id_, timers in await store.with_timers():
                self._note(store.name, id_, timers)

    def _note(self, store: str, id_: str, timers: dict[str, datetime]) -> None:
        for timer, due in timers.items():
            entry = (due, store, id_, timer)
            if entry not in self._known:
                self._known.add(entry)
                heapq.heappush(self._heap, entry)
