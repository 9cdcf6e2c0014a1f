"""The broker dies and comes back: commands are answered all the while, facts and readers catch up."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.engines.process import EngineProcess
from tests.integration.kernel.test_process import consumed, published, put
from tests.support.district import District
from tests.support.engines import TestEngine, embedded_kafka
from tests.support.service import Runner, Running
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    """A Kafka of our own, to kill."""
    with embedded_kafka(tmp_path_factory.mktemp("mortal")) as process:
        yield process


@pytest.fixture
def district(broker: EngineProcess, mongo_engine: TestEngine, secrets_folder: Path, tmp_path: Path) -> District:
    """A district on that broker."""
    if broker.exit_code is not None:
        broker.restart()
    return District(mongo_engine.address, broker.engine.address, secrets_folder, tmp_path)


async def test_commands_are_answered_and_readers_catch_up(
    running: Runner, district: District, broker: EngineProcess
) -> None:
    async with (
        running("registration", district=district) as registration,
        running("scoring", district=district) as scoring,
    ):
        assert (await put(registration, "before")).status_code == 200
        await eventually(lambda: consumed(scoring, 1), 20)
        broker.kill()
        for number in range(5):
            begun = time.monotonic()
            assert (await put(registration, f"during-{number}")).status_code == 200
            assert time.monotonic() - begun < 3
        assert await registration.ready(), "it takes traffic without the broker"
        assert (await scoring.http.get("/livez")).status_code == 200

        await eventually(lambda: _waiting(registration, 5))
        broker.restart()
        await eventually(lambda: consumed(scoring, 6), 60)
        await registration.settled()
        await eventually(lambda: _waiting(registration, 0))
        assert (await put(registration, "after")).status_code == 200
        await eventually(lambda: consumed(scoring, 7), 20)
        assert set(await published(district)) == {"before", "after", *(f"during-{number}" for number in range(5))}
        assert await scoring.metric("openday_dead_letters_total") == 0


async def test_it_stops_in_time_and_starts_without_the_broker_and_loses_nothing(
    running: Runner, district: District, broker: EngineProcess
) -> None:
    async with running("registration", district=district) as registration:
        await eventually(lambda: _topics_made(district), 20)
        broker.kill()
        assert (await put(registration, "left")).status_code == 200
        begun = time.monotonic()
        assert await registration.stop() == 0, registration.tail()
        assert time.monotonic() - begun < 20
        assert "publish_postponed" in registration.tail()
        await registration.restart()
        assert (await put(registration, "fresh")).status_code == 200
        broker.restart()
        await eventually(lambda: _all_published(district, {"left", "fresh"}), 60)


async def _waiting(service: Running, facts: int) -> bool:
    return await service.metric("openday_outbox_depth") == facts


async def _topics_made(district: District) -> bool:
    return await district.consume("registration") == []


async def _all_published(district: District, units: set[str]) -> bool:
    return set(await published(district)) == units
