"""One finished season, shared by the tests that only look at it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.data.checks import DistrictData, check_district
from deploy.demo.season import play
from tests.e2e.districts import Played, whole_district

PATIENCE = 900  # seconds for one test with its season, on a machine that has other things to do, too


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(PATIENCE))


@pytest.fixture(scope="session")
def data() -> DistrictData:
    """Hedong's."""
    return check_district()


@pytest.fixture(scope="session")
async def played(data: DistrictData, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Played]:
    """The season, undisturbed, on a district that is still up."""
    async with whole_district("season", tmp_path_factory.mktemp("e2e")) as instance:
        yield Played(instance, data, await play(instance, data))
