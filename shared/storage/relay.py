"""Outbox to broker: woken by every commit, sweeping seldom; per aggregate in order, at least once.

A crash between the acknowledgement and the mark repeats facts; consumers drop repeats by their sequence.
What a service does about its own facts (`Follow`) is done here beside the publishing: a fact leaves the outbox when the
broker has it and it was followed.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
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
WORKERS = 64  # aggregates in one round
ROUNDS = 8  # under way at once: one that waits for its acknowledgement keeps no other waiting
PACE = 0.004  # seconds between two rounds: facts that come close together go together
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 3.0  # seconds between two attempts while broker or database are away

Address = tuple[str, str]  # store, aggregate
Follow = Callable[[Sequence[Entry]], Awaitable[None]]
"""Acts on facts of one aggregate of one's own service, in their order, at least once: so it must be idempotent.

It is not kept from acting by a broker that is away. Aggregates are followed side by side, so there is no order across
them. Raises Unavailable when it must be tried again; whatever else it raises is logged, counted, and done with.
"""


@dataclass
class Waiting:
    """What is known here of an aggregate with facts to publish."""

    since: float  # monotonic
    facts: int = 0
    commits: int = 0
    followed: int = 0  # the last fact that the service itself has acted on


class Relay:
    """Publishes the facts of one service."""

    def __init__(
        self,
        service: str,
        stores: Sequence[Aggregates[Any]],
        publisher: Publisher,
        prefix: str,
        metrics: Metrics,
        follow: Follow | None = None,
    ) -> None:
        self._service = service
        self._follow = follow
        self._stores = {each.name: each for each in stores}
        self._publisher = publisher
        self._topic = events_topic(service, prefix)
        self._metrics = metrics
        self._waiting: dict[Address, Waiting] = {}
        self._under_way: set[Address] = set()
        self._rounds: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None
        self._pause = FIRST_PAUSE
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
        stopping = asyncio.ensure_future(self._wake_at(stop))
        try:
            while not self._done(stop):
                try:
                    await self._sweep_when_due()
                    await self._go_on()
                except (PublishFailed, Unavailable) as away:
                    await self._stand_back(away)
        finally:
            for each in (stopping, *self._rounds):
                each.cancel()
            await asyncio.gather(stopping, *self._rounds, return_exceptions=True)
            self.measure()

    def _done(self, stop: asyncio.Event) -> bool:
        self._wake.clear()  # before the look: what happens after it wakes the rest
        return stop.is_set() and (self.idle or self._pause > 1)

    async def _go_on(self) -> None:
        """Begin a round, or rest until there is something to begin. Raises what a round failed with."""
        failure, self._failure = self._failure, None
        if failure:
            raise failure
        ready = [] if len(self._rounds) >= ROUNDS else self._ready()
        if ready:
            self._begin(ready)
            await asyncio.sleep(PACE)
            return
        self.measure()
        with suppress(TimeoutError):
            async with asyncio.timeout(SWEEP):
                await self._wake.wait()

    async def _stand_back(self, away: Exception) -> None:
        self._metrics.count("publish_failures_total")
        get_logger().warning("publish_postponed", cause=str(away), aggregates=len(self._waiting))
        self.measure()
        await asyncio.sleep(self._pause * random.uniform(0.8, 1.2))  # noqa: S311
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        if isinstance(self._failure, PublishFailed | Unavailable):
            self._failure = None  # of a round that began before this rest

    def _ready(self) -> list[Address]:
        return list(islice((each for each in self._waiting if each not in self._under_way), WORKERS))

    def _begin(self, addresses: list[Address]) -> None:
        for each in addresses:  # to the end of the queue: a busy aggregate never keeps a quiet one waiting
            self._waiting[each] = self._waiting.pop(each)
        self._under_way.update(addresses)
        task = asyncio.get_running_loop().create_task(self._round(addresses))
        self._rounds.add(task)
        task.add_done_callback(lambda done: self._ended(done, addresses))

    def _ended(self, task: "asyncio.Task[None]", addresses: list[Address]) -> None:
        self._rounds.discard(task)
        self._under_way.difference_update(addresses)
        if task.cancelled():
            return
        self._failure = task.exception() or self._failure
        if not task.exception():
            self._pause = FIRST_PAUSE
        self._wake.set()

    async def _round(self, addresses: list[Address]) -> None:
        """Publish what these aggregates have to say, together."""
        known = {
            each: (self._waiting[each], self._waiting[each].commits) for each in addresses if each in self._waiting
        }
        told = {each: await self._entries(each) for each in known}
        messages = [self._message(address, each) for address, entries in told.items() for each in entries]
        postponed: dict[Address, BaseException] = {}
        if messages:
            await failpoint("relay.loaded")
            await failpoint("relay.before_send")
            postponed = await self._publish(messages, told)
            await failpoint("relay.after_ack")
        for each in postponed:
            del told[each]  # its facts come again, in their order; nobody else's for its sake
        for address, entries in told.items():
            if entries:
                self._stores[address[0]].acknowledge(address[1], entries[-1].seq)
            self._settle(address, *known[address], len(entries))
        for type_, times in Counter(each.type for entries in told.values() for each in entries).items():
            self._metrics.count("published_total", times, type=type_)
        for failure in postponed.values():
            raise failure

    async def _publish(
        self, messages: Sequence[Message], told: Mapping[Address, Sequence[Entry]]
    ) -> dict[Address, BaseException]:
        """To the broker, and beside it to the service itself; neither waits for the other.

        Returns whose facts could not be followed, and why.
        """
        publishing = self._publisher.publish(messages)
        if (follow := self._follow) is None:
            await publishing
            return {}
        spoken = [address for address, each in told.items() if each]
        following = (self._follow_one(follow, address, told[address]) for address in spoken)
        published, *followed = await asyncio.gather(publishing, *following, return_exceptions=True)
        if isinstance(published, BaseException):
            raise published
        return {a: each for a, each in zip(spoken, followed, strict=True) if isinstance(each, BaseException)}

    async def _follow_one(self, follow: Follow, address: Address, entries: Sequence[Entry]) -> None:
        """Not again what was followed when a round is repeated because the broker is away."""
        waiting = self._waiting.get(address) or Waiting(elapsed())
        fresh = [each for each in entries if each.seq > waiting.followed]
        try:
            if fresh:
                await follow(fresh)
        except Unavailable:
            raise
        except Exception as defect:  # noqa: BLE001 what others read of this fact must not wait for our own mistake
            self._metrics.count("follow_failures_total")
            get_logger().error("follow_failed", store=address[0], id=address[1], exc_info=defect)
        waiting.followed = entries[-1].seq

    async def _entries(self, address: Address) -> tuple[Entry, ...]:
        try:
            return await self._stores[address[0]].unpublished(address[1])
        except (ValueError, LookupError, TypeError) as defect:  # this document is damaged; the others go on
            get_logger().error("outbox_unreadable", store=address[0], id=address[1], exc_info=defect)
            return ()

    def _settle(self, address: Address, waiting: Waiting, commits: int, published: int) -> None:
        """Published as far as it stood at `commits`; what came since waits for another round."""
        if waiting.commits != commits:
            waiting.facts, waiting.since = max(0, waiting.facts - published), elapsed()
        elif self._waiting.get(address) is waiting:
            del self._waiting[address]

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

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()

    async def _sweep_when_due(self) -> None:
        if self._swept is None or elapsed() - self._swept > SWEEP:
            await self._sweep()
            self._swept = elapsed()

    async def _sweep(self) -> None:
        for store in self._stores.values():
            for id_, facts in await store.with_unpublished():
                self._note((store.name, id_), facts)

    def measure(self) -> None:
        """Set the gauges; also called from outside, because a round may wait long for its acknowledgement."""
        oldest = min((each.since for each in self._waiting.values()), default=None)
        self._metrics.set("outbox_depth", sum(each.facts for each in self._waiting.values()))
        self._metrics.set("outbox_oldest_seconds", 0.0 if oldest is None else elapsed() - oldest)
