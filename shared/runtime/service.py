"""One shape for every service: stores, API, consumer, relay, timers; ordered start and stop.

    async with serving("registration", settings) as service:
        rosters = service.store("open_point", Roster, publish)
        await service.run(router, Application(...), effects=effects(application))

Stop (SIGTERM): not ready → consumer and timers stop → HTTP drains → marks written → relay drains → connections close;
20 seconds at most. A loop that crashes ends the process: its supervisor starts it again.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from fastapi import APIRouter

from shared.aggregate import A
from shared.errors import Unavailable
from shared.events.catalogue import OWNERS, dead_letters_topic, events_topic
from shared.http.app import create_app
from shared.http.health import Health
from shared.logging import get_logger
from shared.messaging.consumer import Consumer, Effects
from shared.messaging.kafka import BROKER_AWAY, KafkaPublisher, subscribe
from shared.messaging.topics import ensure_all
from shared.metrics import Metrics
from shared.runtime.server import Server, bind, server
from shared.settings import ServiceSettings
from shared.storage.aggregates import Aggregates
from shared.storage.document import Publish
from shared.storage.inbox import StoredInbox
from shared.storage.mongo import Database, connect
from shared.storage.ports import Documents
from shared.storage.relay import Relay
from shared.storage.timers import Ring, Timers
from shared.time import Clock, SteeredClock, SystemClock

DRAIN = 10.0  # seconds for the relay to empty the outbox when the process stops
HEARTBEAT = 1.0


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

    def store(self, name: str, kind: type[A], publish: Publish) -> Aggregates[A]:
        """Aggregates of one kind, in a collection of that name."""
        made = Aggregates(name, kind, self._database.collection(name), publish, self.clock, self.metrics)
        self._stores.append(made)
        return made

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
    ) -> None:
        """Until SIGTERM or SIGINT, or until a part of it crashes."""
        intake, relaying = asyncio.Event(), asyncio.Event()
        relay = Relay(self.name, self._stores, self._publisher, self.settings.kafka.topic_prefix, self.metrics)
        timers = Timers(self._stores, self.clock, rings)
        app = create_app(
            self.name, router, self.settings, application=application, health=self._health, body_caps=body_caps
        )
        if isinstance(self.clock, SteeredClock):
            app.include_router(_progress(relay, timers))
        http = server(app)
        stopping = _stopping()
        listener = bind(self.settings.http)
        async with asyncio.TaskGroup() as tasks:
            preparing = tasks.create_task(self._prepare())
            relays = tasks.create_task(relay.run(relaying))
            loops = [tasks.create_task(timers.run(intake)), tasks.create_task(self._heartbeat(intake))]
            if effects:
                loops.append(tasks.create_task(self._consume(effects, intake)))
            serving_http = tasks.create_task(_serve(http, listener))
            get_logger().info("started", service=self.name, port=self.settings.http.port)
            await stopping.wait()
            preparing.cancel()
            await self._stop(http, serving_http, loops, intake)
            relaying.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(relays, DRAIN)
        get_logger().info("stopped", service=self.name, outbox_empty=relay.idle)

    async def close(self) -> None:
        """Let go of the broker."""
        await self._publisher.close()

    async def _stop(
        self, http: Server, serving_http: "asyncio.Task[None]", loops: list["asyncio.Task[None]"], intake: asyncio.Event
    ) -> None:
        self._health.stopping = True
        get_logger().info("stopping", service=self.name)
        intake.set()
        await asyncio.wait(loops, timeout=10)
        http.should_exit = True
        await serving_http
        with suppress(Unavailable):
            await asyncio.gather(*(each.settle() for each in self._stores))

    async def _prepare(self) -> None:
        """Wait for the database; without the broker the API serves all the same."""
        while True:
            try:
                await asyncio.gather(*(each.prepare() for each in self._stores))
                break
            except Unavailable as away:
                get_logger().warning("waiting_for_database", cause=away.code)
                await asyncio.sleep(0.5)
        with suppress(*BROKER_AWAY):
            await asyncio.wait_for(ensure_all(self.settings.kafka), 5)

    async def _consume(self, effects: Effects, stop: asyncio.Event) -> None:
        prefix = self.settings.kafka.topic_prefix
        owners = {each.OWNER for each in effects}
        topics = [events_topic(each, prefix) for each in OWNERS if each in owners]
        dead_letters = dead_letters_topic(self.name, prefix)
        consumer = Consumer(self.name, effects, self._inbox, self._publisher, dead_letters, self.metrics)
        self._health.checks["consumer"] = _joined(consumer)
        watch = asyncio.get_running_loop().create_task(_watch(consumer))
        try:
            while not stop.is_set():
                try:
                    await ensure_all(self.settings.kafka)
                    async with subscribe(self.settings.kafka, f"{prefix}.{self.name}", topics) as subscription:
                        run = asyncio.ensure_future(consumer.run(subscription, stop))
                        await asyncio.wait([run, watch], return_when=asyncio.FIRST_COMPLETED)
                        if not run.done():
                            run.cancel()
                            watch.result()
                        await run
                except BROKER_AWAY as away:
                    get_logger().warning("broker_away", cause=type(away).__name__)
                    consumer.progress.last_poll = time.monotonic()
                    await asyncio.sleep(1)
        finally:
            watch.cancel()

    async def _heartbeat(self, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            begun = loop.time()
            await asyncio.sleep(HEARTBEAT)
            self.metrics.set("loop_delay_seconds", max(0.0, loop.time() - begun - HEARTBEAT))


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


async def _serve(http: Server, listener: Any) -> None:
    await http.serve(sockets=[listener])


def _joined(consumer: Consumer) -> Any:
    async def check() -> None:
        if not consumer.progress.joined:
            raise Unavailable("consumer_not_joined", "正在启动。", "The consumer has not joined its group yet.")

    return check


async def _watch(consumer: Consumer) -> None:
    while True:
        await asyncio.sleep(5)
        consumer.watch()


def _progress(relay: Relay, timers: Timers) -> APIRouter:
    """What a driver of the steered clock waits for; not served on the real clock."""
    router = APIRouter(include_in_schema=False)

    @router.get("/progress")
    async def progress() -> dict[str, Any]:
        return {"outbox_empty": relay.idle, "timers_settled_at": timers.settled_at}

    return router
