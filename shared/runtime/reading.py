"""A service's reading of other services' facts, kept going: joined again, halted on purpose, ended when it hangs."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from shared.errors import Unavailable
from shared.events.catalogue import OWNERS, events_topic
from shared.logging import get_logger
from shared.messaging.consumer import Consumer, Halted, Stuck
from shared.messaging.kafka import BROKER_AWAY, answers, subscribe
from shared.messaging.ports import Inbox
from shared.messaging.runs import Effects
from shared.messaging.topics import ensure_all
from shared.metrics import Metrics
from shared.settings import KafkaSettings
from shared.time import elapsed

LOOK = 2.0  # seconds between two looks for an operator's word
WATCHES = 6  # in the time that a consumer may be silent


@dataclass(frozen=True)
class Reads:
    """What a service reads, as which consumer group."""

    group: str
    topics: list[str]

    @classmethod
    def of(cls, service: str, settings: KafkaSettings, effects: Effects) -> "Reads":
        """The topics of those whose facts it cares for."""
        owners = {each.OWNER for each in effects}
        topics = [events_topic(each, settings.topic_prefix) for each in OWNERS if each in owners]
        return cls(f"{settings.topic_prefix}.{service}{settings.group_suffix}", topics)


class Reading:
    """One consumer in its group."""

    def __init__(
        self, consumer: Consumer, reads: Reads, inbox: Inbox, settings: KafkaSettings, metrics: Metrics
    ) -> None:
        self._consumer = consumer
        self._reads = reads
        self._inbox = inbox
        self._settings = settings
        self._metrics = metrics

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`. Raises Stuck, or what the consumer raised."""
        reading = asyncio.ensure_future(self._read(stop))
        watching = asyncio.ensure_future(self._watch())
        try:
            await asyncio.wait([reading, watching], return_when=asyncio.FIRST_COMPLETED)
            await (reading if reading.done() else watching)
        finally:
            for each in (reading, watching):
                each.cancel()
            await asyncio.wait([reading, watching])

    def joined(self) -> Callable[[], Awaitable[None]]:
        """A check for `/readyz`."""

        async def check() -> None:
            if not self._consumer.progress.joined:
                raise Unavailable("consumer_not_joined", "正在启动。", "The consumer has not joined its group yet.")

        return check

    async def _read(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await ensure_all(self._settings)
                async with subscribe(self._settings, self._reads.group, self._reads.topics, self._consumer) as joined:
                    await self._consumer.run(joined, stop)
            except BROKER_AWAY as away:
                get_logger().warning("broker_away", cause=type(away).__name__)
                self._consumer.progress.excused()
                await asyncio.sleep(1)
            except Halted as halted:
                await self._wait_for_word(halted, stop)

    async def _wait_for_word(self, halted: Halted, stop: asyncio.Event) -> None:
        """The API goes on; the events stay where they are until an operator lets the consumer try again."""
        get_logger().error(
            "consumer_halted", why=str(halted), then="python -m shared.operator <service> dead-letters resume"
        )
        self._metrics.set("consumer_halted", 1)
        while not stop.is_set() and not await self._may_go_on():
            self._consumer.progress.excused()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK)
        self._metrics.set("consumer_halted", 0)
        self._consumer.progress.rotten = None
        get_logger().info("consumer_resumed")

    async def _may_go_on(self) -> bool:
        with suppress(Unavailable):
            return await self._inbox.rotten() == 0
        return False

    async def _watch(self) -> None:
        pause = self._settings.silence_seconds / WATCHES
        while True:
            begun = elapsed()
            await asyncio.sleep(pause)
            if elapsed() - begun > 2 * pause:  # this process was frozen as a whole; nobody else had a turn yet either
                self._consumer.progress.excused()
            self._consumer.watch(self._settings.silence_seconds)
            await self._not_deaf()

    async def _not_deaf(self) -> None:
        """A client may hang for good after a broker's trouble (aiokafka#1154): then others are answered, but not it."""
        deaf = self._consumer.progress.deaf_for
        if deaf > self._settings.silence_seconds and await answers(self._settings):
            raise Stuck(f"the broker answers others, and this consumer has heard nothing for {deaf:.0f} s")
