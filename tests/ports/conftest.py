"""The same port twice: in memory, and over the engine of the session."""

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

from shared.messaging.kafka import KafkaPublisher, create_topics, subscribe
from shared.messaging.ports import Member, Message, Publisher, Subscription
from shared.metrics import Metrics
from shared.settings import KafkaSettings, MongoSettings
from shared.storage.mongo import connect
from shared.storage.ports import Documents
from tests.support.broker import Log
from tests.support.collection import MemoryDocuments
from tests.support.documents import Watched
from tests.support.engines import TestEngine

BOTH = ["memory", "engine"]
NOWHERE = "127.0.0.1:1"  # nobody listens there


class Broker(Protocol):
    """A broker with one topic of two partitions."""

    topic: str

    @property
    def publisher(self) -> Publisher:
        """Sends to it."""

    def join(self, group: str, member: Member | None = None) -> AbstractAsyncContextManager[Subscription]:
        """Membership of a group that reads the topic."""


class Unconcerned:
    """A member that does nothing when partitions are dealt."""

    async def revoked(self) -> None:
        pass

    async def assigned(self) -> None:
        pass


@dataclass
class MemoryBroker:
    """The stand-in."""

    log: Log
    topic: str = "t"

    @property
    def publisher(self) -> Publisher:
        return self.log

    def join(self, group: str, member: Member | None = None) -> AbstractAsyncContextManager[Subscription]:
        return self.log.subscribe(group, [self.topic], member or Unconcerned())


@dataclass
class KafkaBroker:
    """The real one."""

    settings: KafkaSettings
    topic: str
    publisher: Publisher

    def join(self, group: str, member: Member | None = None) -> AbstractAsyncContextManager[Subscription]:
        return subscribe(self.settings, f"{self.topic}.{group}", [self.topic], member or Unconcerned())


@pytest.fixture
async def engine_documents(mongo_engine: TestEngine) -> AsyncIterator[Documents]:
    """A collection of its own in the real database."""
    async with connect(MongoSettings(url=mongo_engine.address, database="ports"), "ports") as database:
        yield database.collection(f"c{uuid.uuid4().hex[:10]}")


@pytest.fixture(params=BOTH)
def documents(request: pytest.FixtureRequest) -> Any:
    """A collection, twice."""
    return MemoryDocuments() if request.param == "memory" else request.getfixturevalue("engine_documents")


@pytest.fixture
async def engine_documents_away() -> AsyncIterator[Documents]:
    """A collection in a database that is not there."""
    async with connect(MongoSettings(url=f"mongodb://{NOWHERE}", database="ports"), "ports") as database:
        yield database.collection("away")


@pytest.fixture(params=BOTH)
def documents_away(request: pytest.FixtureRequest) -> Any:
    """A collection that cannot be reached, twice."""
    if request.param == "engine":
        return request.getfixturevalue("engine_documents_away")
    watched = Watched(MemoryDocuments())
    watched.fails = dict.fromkeys(("get", "insert", "replace", "delete", "find"), "before")
    return watched


@pytest.fixture
async def engine_broker(kafka_engine: TestEngine) -> AsyncIterator[Broker]:
    """A topic of its own on the real broker."""
    settings = KafkaSettings(bootstrap=kafka_engine.address)
    topic = f"ports.{uuid.uuid4().hex[:10]}"
    await create_topics(settings, {topic: 2})
    publisher = KafkaPublisher(settings, Metrics("ports"))
    yield KafkaBroker(settings, topic, publisher)
    await publisher.close()


@pytest.fixture(params=BOTH)
def broker(request: pytest.FixtureRequest) -> Any:
    """A broker, twice."""
    return MemoryBroker(Log(partitions=2)) if request.param == "memory" else request.getfixturevalue("engine_broker")


@pytest.fixture
async def engine_publisher_away() -> AsyncIterator[Publisher]:
    """A publisher whose broker is not there."""
    publisher = KafkaPublisher(KafkaSettings(bootstrap=NOWHERE), Metrics("ports"))
    yield publisher
    await publisher.close()


@pytest.fixture(params=BOTH)
def publisher_away(request: pytest.FixtureRequest) -> Any:
    """A publisher that cannot reach its broker, twice."""
    return Log(fails=10) if request.param == "memory" else request.getfixturevalue("engine_publisher_away")


def messages(broker: Broker, key: str, values: Sequence[bytes | None]) -> list[Message]:
    """One message for each value."""
    return [
        Message(broker.topic, key.encode(), value, [("n", str(number).encode()), ("raw", b"\xff\x00")])
        for number, value in enumerate(values)
    ]
