"""Fixtures of the gate: a database for one test, and engines that a test may kill."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.engines.mongo import Control
from deploy.engines.process import EngineProcess
from tests.engines.guarantees import Documentbase, client_of, fresh_name
from tests.engines.kafka_log import admin_of, make_topic
from tests.support.engines import TestEngine, embedded_mongo

NewMongo = Callable[..., EngineProcess]
NewTopic = Callable[..., Coroutine[Any, Any, str]]


@pytest.fixture
def database(mongo_engine: TestEngine) -> Iterator[Documentbase]:
    """An empty database, dropped afterwards."""
    with client_of(mongo_engine.address) as client:
        name = fresh_name()
        yield client[name]
        client.drop_database(name)


@pytest.fixture
def new_mongo(mongo_engine: TestEngine, tmp_path: Path) -> Iterator[NewMongo]:
    """Starts a Mongo engine for this test alone: `new_mongo(*controls)`."""
    if mongo_engine.process is None:
        pytest.skip("needs an engine that it may kill: run without OPENDAY_MONGO__URL")
    started: list[EngineProcess] = []

    def start(*controls: Control) -> EngineProcess:
        started.append(embedded_mongo(tmp_path, *controls))
        started[-1].restart()
        return started[-1]

    yield start
    for process in started:
        process.stop()


@pytest.fixture
async def new_topic(kafka_engine: TestEngine) -> AsyncIterator[NewTopic]:
    """Makes a topic with a name of its own, `await new_topic(partitions=3, **settings)`, deleted afterwards."""
    made: list[str] = []

    async def make(partitions: int = 3, **settings: str) -> str:
        made.append(fresh_name("openday.gate."))
        await make_topic(kafka_engine.address, made[-1], partitions, **settings)
        return made[-1]

    yield make
    async with admin_of(kafka_engine.address) as admin:
        await admin.delete_topics(made)


@pytest.fixture
def mortal_kafka(kafka_engine: TestEngine) -> Iterator[EngineProcess]:
    """The session's Kafka, which a test may kill: it is up again for the next one."""
    process = kafka_engine.process
    if process is None:
        pytest.skip("needs an engine that it may kill: run without OPENDAY_KAFKA__BOOTSTRAP")
    yield process
    if process.exit_code is not None:
        process.restart()
