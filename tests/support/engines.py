"""The engines of a test session: real ones whose addresses are set, or our own on free ports."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.engines.engine import Engine
from deploy.engines.kafka import KafkaEngine
from deploy.engines.mongo import MongoEngine
from deploy.engines.process import EngineProcess
from deploy.local.ports import Ports
from deploy.local.settings import LocalSettings


@dataclass(frozen=True)
class TestEngine:
    """An engine that tests share; `process` is None when somebody else runs it."""

    __test__ = False

    address: str
    process: EngineProcess | None


@pytest.fixture(scope="session")
async def mongo_engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestEngine]:
    """The database's wire protocol; `address` is a MongoDB URL."""
    settings, folder = LocalSettings.read(), tmp_path_factory.mktemp("mongo")
    if settings.mongo.url:
        yield TestEngine(settings.mongo.url, None)
        return
    port = Ports.free().mongo
    engine = MongoEngine(lib_dir=settings.engines_dir / "mongo", data_dir=folder / "data", port=port)
    async for each in _running(engine, folder):
        yield each


@pytest.fixture(scope="session")
async def kafka_engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestEngine]:
    """The broker; `address` is its bootstrap address."""
    settings, folder = LocalSettings.read(), tmp_path_factory.mktemp("kafka")
    if settings.kafka.bootstrap:
        yield TestEngine(settings.kafka.bootstrap, None)
        return
    ports = Ports.free()
    lib = settings.engines_dir / "kafka"
    engine = KafkaEngine(
        lib_dir=lib, data_dir=folder / "data", port=ports.kafka, controller_port=ports.kafka_controller
    )
    async for each in _running(engine, folder):
        yield each


async def _running(engine: Engine, folder: Path) -> AsyncIterator[TestEngine]:
    process = EngineProcess(engine, folder / "log")
    await asyncio.to_thread(process.restart)
    try:
        yield TestEngine(engine.address, process)
    finally:
        await asyncio.to_thread(process.stop)
