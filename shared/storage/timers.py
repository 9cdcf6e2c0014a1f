"""What has come due: timers live in their aggregates, this only knows whom to wake.

Exactly once across restarts, duplicates and late wake-ups, because taking a timer off is part of the change that it
makes. A heap in memory is filled by one scan at the start and by every commit; a rare sweep finds what other replicas
set.
"""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from shared.aggregate import Aggregate
from shared.errors import NotFound, Unavailable
from shared.logging import get_logger
from shared.metrics import Metrics
from shared.storage.aggregates import Aggregates
from shared.time import Clock, elapsed

SWEEP = 60.0  # seconds
Entry = tuple[datetime, str, str, str]  # due, store, aggregate, timer
Ring = Callable[[str, str], Awaitable[None]]
"""Acts on (aggregate id, timer); the default is the store's own `ring`. Must take the timer off as its last act."""


class Timers:
    """The timers of one service."""

    def __init__(
        self, stores: Sequence[Aggregates[Any]], clock: Clock, metrics: Metrics, rings: dict[str, Ring] | None = None
    ) -> None:
        self._stores = {each.name: each for each in stores}
        self._clock = clock
        self._metrics = metrics
        self._rings: dict[str, Ring] = {each.name: each.ring for each in stores} | (rings or {})
        self._heap: list[Entry] = []
        self._known: set[Entry] = set()
        self.settled_at: datetime | None = None
        for each in stores:
            each.listen(self)

    @property
    def next_due(self) -> datetime | None:
        """The earliest time at which something may ring; perhaps of a timer that was taken off meanwhile."""
        return self._heap[0][0] if self._heap else None

    def committed(self, store: Aggregates[Any], aggregate: Aggregate, *, pending: int) -> None:
        self._note(store.name, aggregate.id, aggregate.timers)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`."""
        swept: float | None = None
        while not stop.is_set():
            try:
                if swept is None or elapsed() - swept > SWEEP:
                    await self._sweep()
                    swept = elapsed()
                await self._ring_due()
            except Unavailable as away:
                get_logger().warning("timers_postponed", cause=away.code)
                await asyncio.sleep(1)
            await self._clock.pause(self.next_due, at_most=0.25)

    async def _ring_due(self) -> None:
        now = self._clock.now()
        while self._heap and self._heap[0][0] <= now:
            entry = heapq.heappop(self._heap)
            self._known.discard(entry)
            try:
                await self._ring(entry, now)
            except Unavailable:
                self._note(entry[1], entry[2], {entry[3]: entry[0]})
                raise
        self.settled_at = now

    async def _ring(self, entry: Entry, now: datetime) -> None:
        due, store, id_, timer = entry
        try:
            await self._rings[store](id_, timer)
        except Unavailable:
            raise
        except NotFound:
            return  # the aggregate was deleted, and its timers with it
        except Exception as defect:  # noqa: BLE001 one aggregate's fault stops nobody else's timers; the sweep retries
            self._metrics.count("timers_failed_total", store=store)
            get_logger().error("timer_failed", store=store, timer=timer, id=id_, exc_info=defect)
            return
        get_logger().info("timer_rung", store=store, timer=timer, late_seconds=(now - due).total_seconds())

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
