"""A reporting service of its own district, and the facts of the others that it hears."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.reporting.season import Season
from tests.support.district import BEGINNING
from tests.support.service import Runner, Running


@pytest.fixture(scope="package")
async def reporting(running: Runner) -> AsyncIterator[Running]:
    """Reporting, running, with small files allowed only, so that too large ones are small."""
    async with running("reporting", OPENDAY_MAX_FILE_BYTES="65536") as started:
        yield started


@pytest.fixture
def season(reporting: Running) -> Season:
    """Every test begins before its activity, whatever the one before did with the clock."""
    reporting.district.steer(BEGINNING)
    return Season(reporting)
