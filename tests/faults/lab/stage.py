"""What a row plays on: a district under load, seeded chance, and where it says what was done and missed."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.faults.lab.lab import Lab
from tests.faults.lab.rebuild import Rebuild
from tests.faults.lab.site import Site
from tests.faults.lab.supervised import Supervised
from tests.faults.lab.ways import Network
from tests.faults.load import Scene, Traffic, run
from tests.faults.load.traffic import Moment
from tests.faults.oracle.expected import Expected
from tests.faults.oracle.ledger import Ledger
from tests.support.waiting import eventually

CLIENTS = 8
PACE = 40  # commands begun in a second: a district's worth of people, and room for what recovers


@dataclass
class Stage:
    """One row under way. `expected` is what the judge is told that was put in, by this row and those before it."""

    lab: Lab
    site: Site
    scene: Scene
    ledger: Ledger
    chance: random.Random
    expected: Expected
    pace: int = PACE
    kills: int = 0
    """SIGKILLs that the row sent itself."""
    traffic: Traffic = field(default_factory=Traffic)
    injected: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    later: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """What a row looks at once all is quiet, before the judge."""
    rebuild: Rebuild | None = None
    """A second scoring that a row began itself; otherwise one is begun after the healing."""

    @property
    def network(self) -> Network:
        """The proxies. A row that asks for them says so (`Row.proxied`)."""
        if self.lab.network is None:
            raise RuntimeError("this row needs proxies")
        return self.lab.network

    def service(self, name: str) -> Supervised:
        """One of the four."""
        return self.site.services[name]

    def did(self, what: str) -> None:
        """For the report."""
        self.injected.append(what)

    def expect(self, good: object, sentence: str) -> None:
        """Something that the row promises beyond the judge's points; `sentence` says what was not so."""
        if not good:
            self.missed.append(sentence)

    async def expect_soon(self, condition: Callable[[], object], within: float, sentence: str) -> float:
        """The same for what may take some seconds; how many it took."""
        begun = time.monotonic()
        try:
            await eventually(condition, within)
        except AssertionError as late:
            self.missed.append(f"{sentence} ({late})")
        return time.monotonic() - begun

    async def load(self, ending: asyncio.Event) -> None:
        """Commands, so many in a second, until `ending`; what is under way then is waited for."""
        loop = asyncio.get_running_loop()
        while not ending.is_set():
            second = loop.time() + 1
            await run(self.scene, self.ledger, commands=self.pace, seconds=1, clients=CLIENTS, traffic=self.traffic)
            await asyncio.sleep(max(0.0, second - loop.time()))

    def answers(self, since: float, service: str | None = None) -> list[Moment]:
        """Answers since this monotonic time."""
        return self.traffic.between(since, time.monotonic(), service)
