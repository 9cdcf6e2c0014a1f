"""The engines of a test session: real ones whose addresses are set, or our own on free ports."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.engines.fetch import fetch, lib_dir
from deploy.engines.kafka import KafkaEngine
from deploy.engines.mongo import Control, MongoEngine
from deploy.engines.process import EngineProcess
from deploy.local.ports import Ports
from deploy.local.settings import LocalSettings


@dataclass(frozen=True)
class TestEngine:
    """An engine that tests share; `process` is None when somebody else runs it."""

    __test__ = False

    address: str
    process: EngineProcess | None


def embedded_mongo(folder: Path, *controls: Control) -> EngineProcess:
    """A Mongo engine of its own in this folder, not yet started; for `controls` see `MongoEngine`."""
    engine = MongoEngine(
        lib_dir=lib_dir("mongo", fetched()),
        data_dir=folder / "data",
        port=Ports.free().mongo,
        controls=controls,
    )
    return EngineProcess(engine, folder / "log")


def embedded_kafka(folder: Path) -> EngineProcess:
    """A Kafka of its own in this folder, not yet started."""
    ports = Ports.free()
    engine = KafkaEngine(
        lib_dir=lib_dir("kafka", fetched()),
        data_dir=folder / "data",
        port=ports.kafka,
        controller_port=ports.kafka_controller,
    )
    return EngineProcess(engine, folder / "log")


def fetched() -> Path:
    """Folder of the engines, fetched when this checkout does not have them yet."""
    folder = LocalSettings.read().engines_dir
    fetch(folder)
    return folder


# Not async: an engine ends with the thread that started it, so that has to be the main one.
@pytest.fixture(scope="session")
def mongo_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestEngine]:
    """The database's wire protocol; `address` is a MongoDB URL."""
    if configured := LocalSettings.read().mongo.url:
        yield TestEngine(configured, None)
        return
    with embedded_mongo(tmp_path_factory.mktemp("mongo")) as process:
        yield TestEngine(process.engine.address, process)


@pytest.fixture(scope="session")
def kafka_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestEngine]:
    """The broker; `address` is its bootstrap address."""
    if configured := LocalSettings.read().kafka.bootstrap:
        yield TestEngine(configured, None)
        return
    with embedded_kafka(tmp_path_factory.mktemp("kafka")) as process:
        yield TestEngine(process.engine.address, process)
