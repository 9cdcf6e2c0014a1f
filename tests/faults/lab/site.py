"""The services of one trial: a district of its own on the lab's engines, each service behind its own ways."""

import asyncio
import importlib
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.local.service_programs import SERVICES
from shared.security.permissions import ROLES
from tests.faults.lab.engines import Engines
from tests.faults.lab.ports import quiet_ports
from tests.faults.lab.supervised import Supervised
from tests.faults.lab.ways import Network
from tests.faults.load import UNITS
from tests.faults.oracle.where import Where
from tests.support.district import District

KEEP = "why-kept.json"


@dataclass
class Site:
    """A district under supervision. `services` by name; `extras` are further replicas and rebuilds."""

    district: District
    engines: Engines
    network: Network | None
    services: dict[str, Supervised] = field(default_factory=dict)
    extras: list[Supervised] = field(default_factory=list)

    @property
    def where(self) -> Where:
        """For the load and the judge: nothing here leads through a proxy."""
        return Where(
            services={name: each.url for name, each in self.services.items()},
            mongo=self.engines.mongo,
            databases={name: self.district.database(name) for name in SERVICES},
            kafka=self.engines.kafka,
            prefix=self.district.name,
            tokens={role: self.district.token(role, units=UNITS, subject=f"lab-{role}") for role in ROLES},
            clock=str(self.district.clock_file),
        )

    @property
    def folder(self) -> Path:
        """Logs, ledger, clock."""
        return self.district.folder

    def group(self, service: str) -> str:
        """Its consumer group."""
        return f"{self.district.name}.{service}"

    def more(self, name: str, service: str, **variables: str) -> Supervised:
        """A further process of a service, under another name and on another port; started."""
        added = self._supervised(name, service, **variables)
        self.extras.append(added)
        added.start()
        return added

    async def ready(self) -> None:
        """Wait until every service takes traffic."""
        await asyncio.gather(*(each.ready() for each in self.services.values()))

    async def start(self) -> None:
        """All four, ready."""
        for name in SERVICES:
            self.services[name] = self._supervised(name, name)
            self.services[name].start()
        await self.ready()

    async def stop(self) -> None:
        """Everything that was started."""
        everyone = [*self.services.values(), *self.extras]
        await asyncio.gather(*(each.stop() for each in everyone))

    def _supervised(self, name: str, service: str, **variables: str) -> Supervised:
        settings: Any = importlib.import_module(f"services.{service}.settings").Settings
        [port] = quiet_ports(1)
        environment = self.district.environment(service, settings, port)
        environment["OPENDAY_KAFKA__REPLICATION"] = str(len(self.engines.brokers))
        if self.network:
            environment |= self.network.ways.environment(service)
        return Supervised(name, f"services.{service}", port, environment | variables, self.folder / f"{name}.log")


@asynccontextmanager
async def site(engines: Engines, network: Network | None, secrets: Path, folder: Path) -> AsyncIterator[Site]:
    """A fresh district, up; everything of it ended afterwards, its folder removed unless `keep` was written there."""
    district = District(engines.mongo, engines.kafka, secrets, folder)
    made = Site(district, engines, network)
    try:
        await made.start()
        yield made
    finally:
        await made.stop()
        await district.close()
        if not (folder / KEEP).exists():
            shutil.rmtree(folder, ignore_errors=True)


def keep(folder: Path, why: Any) -> None:
    """The folder of a trial stays, with the reason in it."""
    (folder / KEEP).write_text(json.dumps(why, ensure_ascii=False, indent=2), encoding="utf-8")
