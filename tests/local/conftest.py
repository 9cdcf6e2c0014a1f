"""A checkout of its own: settings of whoever runs these tests stay outside, but for the engines' folder."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def _settings_of_nobody() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [each for each in os.environ if each.startswith("OPENDAY_")]:
            if name != "OPENDAY_LOCAL_ENGINES_DIR":
                patch.delenv(name)
        yield
