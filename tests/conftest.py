"""Fixtures for every test: engines, keys, districts, and services that run in them."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path

import pytest
import structlog
from structlog.processors import JSONRenderer

from shared.logging import _with_failure
from shared.security import secrets
from tests.support.district import District
from tests.support.engines import TestEngine, kafka_engine, mongo_engine
from tests.support.service import Districts, Runner, Running, run

__all__ = ["kafka_engine", "mongo_engine"]

structlog.configure(processors=[structlog.processors.add_log_level, _with_failure, JSONRenderer(default=str)])


@pytest.fixture(scope="session")
def secrets_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Issuer and vault keys, made once for the session."""
    folder = tmp_path_factory.mktemp("secrets")
    secrets.ensure(folder)
    return folder


@pytest.fixture(scope="session")
async def new_district(
    mongo_engine: TestEngine,
    kafka_engine: TestEngine,
    secrets_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Districts]:
    """Makes districts, each with a prefix of its own."""
    async with AsyncExitStack() as stack:

        def make() -> District:
            folder = tmp_path_factory.mktemp("district")
            made = District(mongo_engine.address, kafka_engine.address, secrets_folder, folder)
            stack.push_async_callback(made.close)
            return made

        yield make


@pytest.fixture
def district(new_district: Districts) -> District:
    """A district for one test."""
    return new_district()


@pytest.fixture(scope="session")
def running(new_district: Districts) -> Runner:
    """Runs a service: `async with running("registration") as registration: ...`."""

    def runner(
        name: str, *, district: District | None = None, wait: bool = True, **variables: str
    ) -> AbstractAsyncContextManager[Running]:
        return run(name, district or new_district(), wait=wait, variables=variables)

    return runner
