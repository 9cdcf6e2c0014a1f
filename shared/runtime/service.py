"""One shape for every service: stores, API, consumer, relay, timers; ordered start and stop.

    async with serving("registration", settings) as service:
        rosters = service.store("roster", Roster, published)
        await service.run(router, Application(...), effects=effects(application))

Stop (SIGTERM): not ready → consumer and timers stop → HTTP drains → relay drains → its marks are written →
connections close; 20 seconds at most. A loop that crashes ends the process: its supervisor starts it again.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from fastapi import APIRouter

from shared.aggregate import A
from shared.errors import Unavailable
from shared.events.catalogue import dead_letters_topic
from shared.garbage import settled
from shared.http.app import create_app
from shared.http.health import Health
from shared.logging import get_logger
from shared.messaging.consumer import Consumer
from shared.messaging.kafka import BROKER_AWAY, KafkaPublisher
from shared.messaging.runs import Effects
from shared.messaging.topics import ensure_all
from shared.metrics import Metrics
from shared.runtime.reading import Reading, Reads
from shared.runtime.server import Server, bind, server
from shared.settings import ServiceSettings
from shared.storage.aggregates import LANES, Aggregates, Listener
from shared.storage.document import Form, Publish
from shared.storage.inbox import StoredInbox
from shared.storage.mongo import Database, connect
from shared.storage.ports import Documents
from shared.storage.relay import Follow, Relay
from shared.storage.timers import Ring, Timers
from shared.time import Clock, SteeredClock, SystemClock

STOP = 16.0  # seconds from the signal until what is not done is left to the next start; the promise is 20
INTAKE = 5.0  # of them, for what consumer and timers have in hand
MARKS = 1.0  # of them, kept for the marks
HEARTBEAT = 1.0
Loop = Callable[[asyncio.Event], Coroutine[Any, Any, None]]
"""Runs until the event is set, and then ends within INTAKE seconds."""


class Service:
    """The resources of one running service."""

    def __init__(self, name: str, settings: ServiceSettings, database: Database) -> None:
        self.name = name
        self.settings = settings
        self.metrics = Metrics(name)
        self.clock: Clock = _clock(settings)
        self._database = database
        self._stores: list[Aggregates[Any]] = []
        self._publisher = KafkaPublisher(settings.kafka, self.metrics)
        self._health = Health(self.metrics, {"database": database.ping})
        self._inbox = StoredInbox(database.collection("inbox"), database.collection("parked"))

    def store(
        self, name: str, kind: type[A], publish: Publish, form: Form[A] | None = None, *, lanes: int = LANES
    ) -> Aggregates[A]:
        """Aggregates of one kind, in a collection of that name, `lanes` of them at most in hand.

        `form`: how it keeps what would be too large.
        """
        documents = self._database.collection(name)
        made = Aggregates(name, kind, documents, publish, self.clock, self.metrics, form, lanes=lanes)
        self._stores.append(made)
        return made

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of every commit in the stores that there are."""
        for each in self._stores:
            each.listen(listener)

    def collection(self, name: str) -> Documents:
        """Plain documents, for what is not an aggregate (the vault)."""
        return self._database.collection(name)

    async def run(
        self,
        router: APIRouter,
        application: Any,
        *,
        effects: Effects | None = None,
        rings: dict[str, Ring] | None = None,
        body_caps: Mapping[str, int] | None = None,
        first: Callable[[], Awaitable[None]] | None = None,
        follow: Follow | None = None,
        loops: Sequence[Loop] = (),
    ) -> None:
        """Until SIGTERM or SIGINT, or until a part of it crashes. `first`: once the stores are there; idempotent.

        `follow`: what it does about its own facts. `loops`: more that runs until it takes nothing in any more.
        """
        intake, relaying = asyncio.Event(), asyncio.Event()
        prefix = self.settings.kafka.topic_prefix
        relay = Relay(self.name, self._stores, self._publisher, prefix, self.metrics, follow)
        timers = Timers(self._stores, self.clock, self.metrics, rings)
        app = create_app(
            self.name, router, self.settings, application=application, health=self._health, body_caps=body_caps
        )
        reads = Reads.of(self.name, self.settings.kafka, effects or {})
        if isinstance(self.clock, SteeredClock):
            app.include_router(_progress(relay, timers, reads))
        http = server(app, self.settings.http)
        stopping = _stopping()
        listener = bind(self.settings.http)
        settled()
        async with asyncio.TaskGroup() as tasks:
            preparing = tasks.create_task(self._prepare(first))
            relays = tasks.create_task(relay.run(relaying), name="relay")
            running = [
                tasks.create_task(timers.run(intake), name="timers"),
                tasks.create_task(self._heartbeat(relay, intake), name="heartbeat"),
                *(tasks.create_task(each(intake), name="loop") for each in loops),
            ]
            if effects:
                running.append(tasks.create_task(self._reading(effects, reads).run(intake), name="consumer"))
            serving_http = tasks.create_task(_serve(http, listener), name="http")
            get_logger().info("started", service=self.name, port=self.settings.http.port)
            await stopping.wait()
            deadline = asyncio.get_running_loop().time() + STOP
            preparing.cancel()
            await self._stop_intake(http, serving_http, running, intake)
            relaying.set()
            await _finished([relays], deadline - MARKS)
            await _finished([tasks.create_task(self._settle())], deadline)
        get_logger().info("stopped", service=self.name, outbox_empty=relay.idle)

    async def close(self) -> None:
        """Let go of the broker."""
        await self._publisher.close()

    async def _stop_intake(
        self, http: Server, serving_http: "asyncio.Task[None]", loops: list["asyncio.Task[None]"], intake: asyncio.Event
    ) -> None:
        self._health.stopping = True
        get_logger().info("stopping", service=self.name)
        intake.set()
        await _finished(loops, asyncio.get_running_loop().time() + INTAKE)
        http.should_exit = True
        await serving_http

    async def _settle(self) -> None:
        with suppress(Unavailable):
            await asyncio.gather(*(each.settle() for each in self._stores))

    async def _prepare(self, first: Callable[[], Awaitable[None]] | None) -> None:
        """Wait for the database, then for the broker; without either the API answers all the same."""
        while True:
            try:
                await asyncio.gather(*(each.prepare() for each in self._stores))
                if first:
                    await first()
                return await ensure_all(self.settings.kafka)
            except (Unavailable, *BROKER_AWAY) as away:
                get_logger().warning("waiting_for_engines", cause=str(away) or type(away).__name__)
                await asyncio.sleep(0.5)

    def _reading(self, effects: Effects, reads: Reads) -> Reading:
        dead_letters = dead_letters_topic(self.name, self.settings.kafka.topic_prefix)
        consumer = Consumer(self.name, effects, self._inbox, self._publisher, dead_letters, self.metrics)
        reading = Reading(consumer, reads, self._inbox, self.settings.kafka, self.metrics)
        self._health.checks["consumer"] = reading.joined()
        return reading

    async def _heartbeat(self, relay: Relay, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            begun = loop.time()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), HEARTBEAT)
            self.metrics.set("loop_delay_seconds", max(0.0, loop.time() - begun - HEARTBEAT))
            self.metrics.set("database_away_seconds", self._database.pulse.away_for)
            relay.measure()


@asynccontextmanager
async def serving(name: str, settings: ServiceSettings) -> AsyncIterator[Service]:
    """The resources of a service, closed at the end."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(connect(settings.mongo, f"openday_{name}"))
        service = Service(name, settings, database)
        stack.push_async_callback(service.close)
        yield service


def _clock(settings: ServiceSettings) -> Clock:
    return SteeredClock(settings.clock.steered_file) if settings.clock.steered_file else SystemClock()


def _stopping() -> asyncio.Event:
    event = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, event.set)
    return event


async def _finished(tasks: Sequence["asyncio.Task[None]"], deadline: float) -> None:
    """When `deadline` (loop time) has come, what is still running is cancelled."""
    _, late = await asyncio.wait(tasks, timeout=max(0.0, deadline - asyncio.get_running_loop().time()))
    for each in late:
        get_logger().warning("left_undone", task=each.get_name())
        each.cancel()


async def _serve(http: Server, listener: Any) -> None:
    await http.serve(sockets=[listener])


def _progress(relay: Relay, timers: Timers, reads: Reads) -> APIRouter:
    """What a driver of the steered clock waits for, and how far it may jump; not served on the real clock."""
    router = APIRouter(include_in_schema=False)

    @router.get("/progress")
    async def progress() -> dict[str, Any]:
        return {
            "outbox_empty": relay.idle,
            "timers_settled_at": timers.settled_at,
            "next_timer_at": timers.next_due,
            "reads": {"group": reads.group, "topics": reads.topics},
        }

    return router
