"""Simulated processes: the real kernel between two lines, wired as `shared.runtime.service` wires it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from contextvars import copy_context
from functools import cache
from random import Random
from typing import Any, Protocol

from shared.events.envelope import Envelope
from shared.events.feedback_v1 import ProgressNoted
from shared.messaging.consumer import Consumer
from shared.messaging.ports import Member
from shared.messaging.runs import InRuns, Told
from shared.metrics import Metrics
from shared.runtime.reading import Reading, Reads
from shared.settings import KafkaSettings
from shared.storage.aggregates import Aggregates
from shared.storage.inbox import StoredInbox
from shared.storage.relay import Relay
from shared.storage.timers import Timers
from tests.simulation.line import Engine, Line, LineDocuments, LinePublisher, LineSubscription
from tests.simulation.loop import owner
from tests.simulation.model import (
    DEAD,
    GROUP,
    READER,
    TOPIC,
    WRITER,
    Mirror,
    SimulatedClock,
    Tally,
    published,
    unpublishable,
)
from tests.support.broker import Log
from tests.support.collection import MemoryDocuments
from tests.support.groups import SESSION, MemorySubscription

SETTINGS = KafkaSettings(topic_prefix="sim")
INTAKE, DRAIN = 5.0, 10.0  # seconds of a stop, as `shared.runtime.service` deals them out


class Engines:
    """What outlives every process."""

    def __init__(self, log: Log) -> None:
        self.writers, self.readers, self.broker = (
            Engine("writers' database"),
            Engine("readers' database"),
            Engine("broker"),
        )
        self.log = log
        self.tallies, self.mirrors = MemoryDocuments(), MemoryDocuments()
        self.applied, self.parked = MemoryDocuments(), MemoryDocuments()


class Surroundings(Protocol):
    """What a process knows of the world around it."""

    engines: Engines
    random: Random

    def say(self, what: str) -> None:
        """A line of the trace."""

    def ended(self, life: "Life", why: BaseException | None) -> None:
        """The process is no more: it crashed (None), or a part of it raised."""

    def trusted(self, fact: ProgressNoted) -> None:
        """An effect looks at its fact. Raises what a defect of ours would."""

    def effect(self, envelope: Envelope) -> None:
        """The effect of this event begins."""


class Life:
    """One life of a process, from its start to its crash or stop. Owns every task that began in it."""

    def __init__(self, name: str, world: Surroundings) -> None:
        self.name = name
        self.world = world
        self.line = Line(name, world.random, world.say, self.crash)
        self._tasks: dict[asyncio.Task[Any], None] = {}
        self._stop = asyncio.Event()
        self._context = copy_context()
        self._context.run(owner.set, self)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.line.alive

    def owns(self, task: "asyncio.Task[Any]") -> None:
        self._tasks[task] = None
        task.add_done_callback(self._finished)
        if not self.alive:
            task.cancel()

    def spawn(self, coroutine: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Run this inside the process."""
        return asyncio.get_running_loop().create_task(coroutine, context=self._context.copy())

    def crash(self) -> None:
        """The end, at once: what is in hand is lost, what is on its way to an engine may still arrive."""
        if self._die():
            self.world.say(f"{self.name}: killed")
            self.world.ended(self, None)

    def stall(self, seconds: float) -> None:
        """As SIGSTOP, and SIGCONT after so long."""
        self.line.stalled_until = asyncio.get_running_loop().time() + seconds

    async def stop(self) -> None:
        """As SIGTERM."""
        raise NotImplementedError

    def _die(self) -> bool:
        if not self.alive:
            return False
        self.line.alive = False
        for each in list(self._tasks):
            if each is not asyncio.current_task():
                each.cancel()
        return True

    def _part(self, coroutine: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """A loop without which the process ends."""
        task = self.spawn(coroutine)
        task.add_done_callback(self._part_ended)
        return task

    def _part_ended(self, task: "asyncio.Task[None]") -> None:
        why = None if task.cancelled() else task.exception()
        if why is not None and self._die():
            self.world.say(f"{self.name}: ended by {why!r}")
            self.world.ended(self, why)

    def _finished(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.pop(task, None)
        if not self.alive and not task.cancelled():
            task.exception()  # of a dead process nobody hears


class Writer(Life):
    """Commands, relay and timers."""

    def __init__(self, name: str, world: Surroundings) -> None:
        super().__init__(name, world)
        self._relaying = asyncio.Event()
        self._context.run(self._begin)

    def _begin(self) -> None:
        engines, metrics = self.world.engines, _metrics(WRITER)
        clock = SimulatedClock(asyncio.get_running_loop().time)
        documents = LineDocuments(self.line, engines.writers, engines.tallies)
        self.tallies = Aggregates("tally", Tally, documents, published, clock, metrics)
        publisher = LinePublisher(self.line, engines.broker, engines.log)
        self._relay = self._part(Relay(WRITER, [self.tallies], publisher, "sim", metrics).run(self._relaying))
        self._timers = self._part(Timers([self.tallies], clock, metrics).run(self._stop))

    async def stop(self) -> None:
        self._stop.set()
        await _finished([self._timers], INTAKE)
        self._relaying.set()
        await _finished([self._relay], DRAIN)
        await _finished([self.spawn(self.tallies.settle())], 1.0)
        self._die()


class Reader(Life):
    """A consumer, whose effects write aggregates of its own."""

    def __init__(self, name: str, world: Surroundings) -> None:
        super().__init__(name, world)
        self._subscription: MemorySubscription | None = None
        self._context.run(self._begin)

    def _begin(self) -> None:
        engines, metrics = self.world.engines, _metrics(READER)
        clock = SimulatedClock(asyncio.get_running_loop().time)
        self._mirrors = Aggregates("mirror", Mirror, self._documents(engines.mirrors), unpublishable, clock, metrics)
        inbox = StoredInbox(self._documents(engines.applied), self._documents(engines.parked))
        publisher = LinePublisher(self.line, engines.broker, engines.log)
        consumer = Consumer(READER, {ProgressNoted: InRuns(self._noted)}, inbox, publisher, DEAD, metrics)
        reading = Reading(consumer, Reads(GROUP, [TOPIC]), inbox, SETTINGS, metrics)
        self._reading = self._part(reading.run(self._stop))

    def stall(self, seconds: float) -> None:
        """A member that sleeps longer than a session is declared dead, and finds out when it wakes."""
        super().stall(seconds)
        if self._subscription and seconds > SESSION:
            self._subscription.vanish()
            self.spawn(self._wake(self._subscription, seconds))

    async def stop(self) -> None:
        self._stop.set()
        await _finished([self._reading], INTAKE)
        self._die()

    def _die(self) -> bool:
        died = super()._die()
        if died and self._subscription:
            self._subscription.vanish()
        return died

    def _documents(self, stored: MemoryDocuments) -> LineDocuments:
        return LineDocuments(self.line, self.world.engines.readers, stored)

    @asynccontextmanager
    async def subscribe(self, group: str, topics: Sequence[str], member: Member) -> AsyncIterator[LineSubscription]:
        """As `shared.messaging.kafka.subscribe`; without a good end the group hears nothing of it."""
        joined = self.world.engines.log.group(group)
        self._subscription = MemorySubscription(joined, topics, member)
        try:
            await joined.enter(self._subscription)
            yield LineSubscription(self.line, self.world.engines.broker, self._subscription)
        finally:
            if self.alive:
                self._subscription.leave()

    async def _wake(self, subscription: MemorySubscription, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await subscription.come_back()

    async def _noted(self, told: Sequence[Told]) -> None:
        for fact, _ in told:
            self.world.trusted(fact)
        for _, envelope in told:
            self.world.effect(envelope)
        tally = told[0][0].opinion_id

        def taken(mirror: Mirror) -> None:
            for fact, envelope in told:
                mirror.take(envelope.sequence, fact.unit_id)

        await self._mirrors.change_or_create(tally, lambda: Mirror(id=tally), taken)


async def _finished(tasks: "list[asyncio.Task[Any]]", within: float) -> None:
    _, late = await asyncio.wait(tasks, timeout=within)
    for each in late:
        each.cancel()


@cache
def _metrics(service: str) -> Metrics:
    return Metrics(service)
