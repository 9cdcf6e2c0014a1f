"""Outbox to broker: woken by every commit, sweeping seldom; per aggregate in order, at least once.

A crash between the acknowledgement and the mark repeats facts; consumers drop repeats by their sequence.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from typing import Any

from shared.aggregate import Aggregate
from shared.errors import Unavailable
from shared.events.catalogue import events_topic
from shared.events.envelope import Envelope
from shared.logging import get_logger
from shared.messaging.ports import Message, Publisher, PublishFailed
from shared.metrics import Metrics
from shared.storage.aggregates import Aggregates
from shared.storage.document import Entry

SWEEP = 30.0  # seconds between scans for what another process left behind
WORKERS = 32

Address = tuple[str, str]  # store, aggregate


class Relay:
    """Publishes the facts of one service."""

    def __init__(
        self, service: str, stores: Sequence[Aggregates[Any]], publisher: Publisher, prefix: str, metrics: Metrics
    ) -> None:
        self._service = service
        self._stores = {each.name: each for each in stores}
        self._publisher = publisher
        self._topic = events_topic(service, prefix)
        self._metrics = metrics
        self._waiting: dict[Address, float] = {}  # since when (monotonic)
        self._wake = asyncio.Event()
        self._published: dict[Address, int] = {}
        for each in stores:
            each.listen(self)

    @property
    def idle(self) -> bool:
        """Whether everything that was committed here has been acknowledged."""
        return not self._waiting

    def committed(self, store: Aggregates[Any], aggregate: Aggregate, *, pending: bool) -> None:
        if pending:
            self._waiting.setdefault((store.name, aggregate.id), time.monotonic())
            self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`, then until the outbox is empty or the broker stays away."""
        swept, delay = 0.0, 0.1
        while not (stop.is_set() and (self.idle or delay > 1)):
            try:
                if time.monotonic() - swept > SWEEP:
                    await self._sweep()
                    swept = time.monotonic()
                await self._round()
                delay = 0.1
            except (PublishFailed, Unavailable) as away:
                self._metrics.count("publish_failures_total")
                get_logger().warning("publish_postponed", cause=str(away), waiting=len(self._waiting))
                await asyncio.sleep(delay * random.uniform(0.8, 1.2))  # noqa: S311
                delay = min(delay * 2, 5.0)
            self._measure()
            await self._rest(stop)

    async def _rest(self, stop: asyncio.Event) -> None:
        if self._waiting or stop.is_set():
            return
        self._wake.clear()
        waits = [asyncio.ensure_future(self._wake.wait()), asyncio.ensure_future(stop.wait())]
        await asyncio.wait(waits, timeout=SWEEP, return_when=asyncio.FIRST_COMPLETED)
        for each in waits:
            each.cancel()

    async def _round(self) -> None:
        addresses = list(self._waiting)[:WORKERS]
        results = await asyncio.gather(*(self._one(each) for each in addresses), return_exceptions=True)
        failures = [each for each in results if isinstance(each, BaseException)]
        if failures:
            raise failures[0]

    async def _one(self, address: Address) -> None:
        since = self._waiting[address]
        store = self._stores[address[0]]
        done = self._published.get(address, 0)
        entries = [each for each in await store.unpublished(address[1]) if each.seq > done]
        if entries:
            await self._publisher.publish([self._message(address[1], each) for each in entries])
            self._published[address] = entries[-1].seq
            store.acknowledge(address[1], entries[-1].seq)
            for each in entries:
                self._metrics.count("published_total", type=each.type)
        if self._waiting.get(address) == since:
            left = [each for each in await store.unpublished(address[1]) if each.seq > self._published.get(address, 0)]
            if not left:
                self._waiting.pop(address, None)

    def _message(self, aggregate: str, entry: Entry) -> Message:
        envelope = Envelope(
            id=f"{aggregate}-{entry.seq}",
            source=f"/openday/{self._service}",
            type=entry.type,
            aggregate=aggregate,
            sequence=entry.seq,
            time=entry.time,
            key=entry.key,
            traceparent=entry.traceparent,
        )
        return Message(self._topic, entry.key.encode(), entry.body, envelope.headers())

    async def _sweep(self) -> None:
        for store in self._stores.values():
            for id_ in await store.with_unpublished():
                self._waiting.setdefault((store.name, id_), time.monotonic())
        if len(self._published) > 10_000:
            self._published = {each: seq for each, seq in self._published.items() if each in self._waiting}

    def _measure(self) -> None:
        oldest = min(self._waiting.values(), default=None)
        self._metrics.set("outbox_depth", len(self._waiting))
        self._metrics.set("outbox_oldest_seconds", time.monotonic() - oldest if oldest else 0.0)
