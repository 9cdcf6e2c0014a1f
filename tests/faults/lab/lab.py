"""The lab: engines and proxies that live on from trial to trial, and a fresh district for each."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.security import secrets
from tests.faults.lab.engines import Engines
from tests.faults.lab.go import why_not
from tests.faults.lab.site import Site, site
from tests.faults.lab.toxiproxy import Toxiproxy
from tests.faults.lab.ways import Network, Ways


@dataclass
class Lab:
    """Engines with `nodes` brokers. `network` is None where toxiproxy cannot be had."""

    folder: Path
    engines: Engines
    network: Network | None
    trials: int = 0

    def site(self) -> AbstractAsyncContextManager[Site]:
        """A fresh district with its four services, ready."""
        self.trials += 1
        folder = self.folder / f"trial-{self.trials}"
        folder.mkdir(parents=True)
        return site(self.engines, self.network, self.folder / "secrets", folder)

    async def heal(self) -> None:
        """Every engine runs, every way is as new."""
        await self.engines.heal()
        if self.network:
            await self.network.heal()


@asynccontextmanager
async def opened(folder: Path, nodes: int = 1) -> AsyncIterator[Lab]:
    """A lab in this folder, everything of it ended afterwards. From the main thread: engines end with their thread."""
    secrets.ensure(folder / "secrets")
    ways = Ways.planned(nodes)
    async with AsyncExitStack() as stack:
        proxied = not why_not()
        engines = await stack.enter_async_context(Engines(folder, nodes, ways.doors if proxied else {}))
        network = None
        if proxied:
            network = Network(ways, await stack.enter_async_context(Toxiproxy(folder)))
            await ways.open(network.proxies, engines.mongo_port)
        yield Lab(folder, engines, network)
