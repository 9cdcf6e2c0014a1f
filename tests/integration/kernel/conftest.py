"""Stores over the real database, as many replicas as a test wants."""

import uuid
from collections.abc import AsyncIterator
from typing import Protocol

import pytest

from shared.metrics import Metrics
from shared.settings import MongoSettings
from shared.storage.aggregates import Aggregates
from shared.storage.mongo import Database, connect
from shared.storage.ports import Documents
from shared.time import Clock
from tests.support.engines import TestEngine
from tests.support.tally import HandClock, Tally, published


class Stores(Protocol):
    """The `tallies` fixture."""

    def __call__(self, over: Documents | None = None, clock: Clock | None = None) -> Aggregates[Tally]:
        """One replica's store over the test's collection."""


@pytest.fixture(scope="session")
async def mongo(mongo_engine: TestEngine) -> AsyncIterator[Database]:
    """One client for all tests; every test takes collections of its own."""
    settings = MongoSettings(url=mongo_engine.address, database=f"kernel_{uuid.uuid4().hex[:8]}")
    async with connect(settings, "kernel") as database:
        yield database


@pytest.fixture
def documents(mongo: Database) -> Documents:
    """A fresh collection."""
    return mongo.collection(f"c{uuid.uuid4().hex[:10]}")


@pytest.fixture
def tallies(documents: Documents) -> Stores:
    """Makes stores over `documents`; each is what one process would hold."""

    def make(over: Documents | None = None, clock: Clock | None = None) -> Aggregates[Tally]:
        return Aggregates("tally", Tally, over or documents, published, clock or HandClock(), Metrics("feedback"))

    return make
