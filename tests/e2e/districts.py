"""A whole district for tests: engines and services under their supervisor, gone at the end whatever happens."""

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.data.checks import DistrictData
from deploy.demo.season import Run
from deploy.local.instance import Instance
from deploy.local.instances import private
from deploy.local.settings import LocalSettings
from tests.support.engines import fetched


@dataclass(frozen=True)
class Played:
    """A season that was played, on an instance that is still up."""

    instance: Instance
    data: DistrictData
    run: Run


@asynccontextmanager
async def whole_district(name: str, folder: Path) -> AsyncIterator[Instance]:
    """Up and empty; down afterwards, its data removed and its logs kept. On shared engines its names are its own."""
    fetched()
    instance = private(f"{name}-{uuid.uuid4().hex[:8]}", folder, LocalSettings.read())
    try:
        await asyncio.to_thread(instance.up)
        yield instance
    finally:
        await asyncio.to_thread(instance.down)
        shutil.rmtree(instance.folders.data, ignore_errors=True)
