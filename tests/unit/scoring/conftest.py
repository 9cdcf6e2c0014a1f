"""Quiet logs: thousands of commands are handled here."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
import structlog


@pytest.fixture(autouse=True, scope="package")
def quiet() -> Iterator[None]:
    """No log lines from this package's tests."""
    before = structlog.get_config()
    structlog.configure(processors=[_dropped])
    yield
    structlog.configure(**before)


def _dropped(_: Any, __: str, ___: MutableMapping[str, Any]) -> str:
    raise structlog.DropEvent
