"""One feedback service for the tests in which time stands still; each test has activities of its own."""

import uuid
from collections.abc import AsyncIterator

import pytest

from tests.integration.feedback.desk import Desk
from tests.support.service import Runner


@pytest.fixture(scope="session")
async def desk(running: Runner) -> AsyncIterator[Desk]:
    """A running feedback service."""
    async with running("feedback") as service:
        yield Desk(service)


@pytest.fixture
async def activity(desk: Desk) -> str:
    """An announced activity that no other test uses."""
    activity_id = f"activity-{uuid.uuid4().hex[:12]}"
    await desk.announce(activity_id)
    return activity_id
