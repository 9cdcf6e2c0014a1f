"""Outbox to broker: woken by every commit, sweeping seldom; per aggregate in order, at least once.

A crash between the acknowledgement and the mark repeats facts; consumers drop repeats by their sequence.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.aggregate import Aggregate
from shared.errors import Unavailable
from shared.events.catalogue import events_topic
from shared.events.envelope import Envelope
from shared.failpoints import failpoint
from shared.logging import get_logger
from shared.messaging.ports import Message, Publisher, PublishFailed
from shared.metrics import Metrics
from shared.storage.aggregates import Aggregates
from shared.storage.document import Entry
from shared.time import elapsed

SWEEP = 30.0  # seconds between scans for what another process left behind
LONGEST_PAUSE = 3.0  # seconds between two attempts while broker or database are away
WORKERS = 32

Address = tuple[str, str]  # store, aggregate


@dataclass
class Waiting:
    """What is known here of an aggregate with facts to publish."""

    since: float  # monotonic
    facts: int = 0
    commits: int = 0


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
        self._waiting: dict[Address, Waiting] = {}
        self._swept: float | None = None
        self._wake = asyncio.Event()
        for each in stores:
            each.listen(self)

    @property
    def idle(self) -> bool:
        """Whether everything that was committed here, in an earlier life too, has been acknowledged."""
        return self._swept is not None and not self._waiting

    def committed(self, store: Aggregates[Any], aggregate: Aggregate, *, pending: int) -> None:
        if pending:
            self._note((store.name, aggregate.id), pending)
        else:
            self._waiting.pop((store.name, aggregate.id), None)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`, then until the outbox is empty or the broker stays away."""
        delay = 0.1
        while not (stop.is_set() and (self.idle or delay > 1)):
            try:
                if self._swept is None or elapsed() - self._swept > SWEEP:
                    await self._sweep()
                    self._swept = elapsed()
                await self._round()
                delay = 0.1
            except (PublishFailed, Unavailable) as away:
                self._metrics.count("publish_failures_total")
                get_logger().warning("publish_postponed", cause=str(away), aggregates=len(self._waiting))
                await asyncio.sleep(delay * random.uniform(0.8, 1.2))  # noqa: S311
                delay = min(delay * 2, LONGEST_PAUSE)
            self.measure()
            await self._rest(stop)

    async def _rest(self, stop: asyncio.Event) -> None:
        if self._waiting or stop.is_set():
            return
        self._wake.clear()
        waits = [asyncio.ensure_future(self._wake.wait()), asyncio.ensure_future(stop.wait())]
        try:
            await asyncio.wait(waits, timeout=SWEEP, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()

    async def _round(self) -> None:
        addresses = list(self._waiting)[:WORKERS]
        for each in addresses:  # to the end of the queue: a busy aggregate never keeps a quiet one waiting
            self._waiting[each] = self._waiting.pop(each)
        results = await asyncio.gather(*(self._one(each) for each in addresses), return_exceptions=True)
        failures = [each for each in results if isinstance(each, BaseException)]
        if failures:
            raise failures[0]

    async def _one(self, address: Address) -> None:
        store, waiting = self._stores[address[0]], self._waiting.get(address)
        if waiting is None:  # published and marked since this round began
            return
        commits = waiting.commits
        try:
            entries = await store.unpublished(address[1])
        except (ValueError, LookupError, TypeError) as defect:  # this document is damaged; the others go on
            get_logger().error("outbox_unreadable", store=address[0], id=address[1], exc_info=defect)
            self._waiting.pop(address, None)
            return
        if entries:
            await failpoint("relay.loaded")
            await failpoint("relay.before_send")
            await self._publisher.publish([self._message(address, each) for each in entries])
            await failpoint("relay.after_ack")
            store.acknowledge(address[1], entries[-1].seq)
            for each in entries:
                self._metrics.count("published_total", type=each.type)
            waiting.facts, waiting.since = 0, elapsed()
        elif waiting.commits == commits:
            self._waiting.pop(address, None)

    def _message(self, address: Address, entry: Entry) -> Message:
        # Several services keep something under an activity's id; readers count each of them by itself.
        aggregate = f"{self._service}.{address[0]}.{address[1]}"
        envelope = Envelope(
            id=f"{aggregate}-{entry.seq}",
            source=f"/openday/{self._service}",
            type=entry.type,
            aggregate=aggregate,
            sequence=entry.seq,
            time=entry.time,
            key=entry.key,
            chain=entry.chain,
            traceparent=entry.traceparent,
        )
        return Message(self._topic, entry.key.encode(), entry.body, envelope.headers())

    def _note(self, address: Address, facts: int) -> None:
        waiting = self._waiting.setdefault(address, Waiting(elapsed()))
        waiting.facts = facts
        waiting.commits += 1
        self._wake.set()

    async def _sweep(self) -> None:
        for store in self._stores.values():
            for id_, facts in await store.with_unpublished():
                self._note((store.name, id_), facts)

    def measure(self) -> None:
        """Set the gauges; also called from outside, because a round may wait long for its acknowledgement."""
        oldest = min((each.since for each in self._waiting.values()), default=None)
        self._metrics.set("outbox_depth", sum(each.facts for each in self._waiting.values()))
        self._metrics.set("outbox_oldest_seconds", 0.0 if oldest is None else elapsed() - oldest)
