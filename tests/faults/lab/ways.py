"""The ways from each service to each engine: a proxy on each, and the broker's door behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from deploy.engines.kafka import Door
from deploy.local.service_programs import SERVICES
from tests.faults.lab.ports import HOST, quiet_ports
from tests.faults.lab.toxiproxy import Toxic, Toxiproxy


@dataclass(frozen=True)
class Ways:
    """Ports of the proxies, and of the broker's doors behind them, by service (and node)."""

    mongo: Mapping[str, int]
    doors: Mapping[int, Mapping[str, Door]]

    @classmethod
    def planned(cls, nodes: int) -> Self:
        """Free ports for everything. A door is named after its service, in capitals."""
        ports = iter(quiet_ports(len(SERVICES) * (1 + 2 * nodes)))
        mongo = {service: next(ports) for service in SERVICES}
        doors = {
            node: {service.upper(): Door(next(ports), next(ports)) for service in SERVICES}
            for node in range(1, nodes + 1)
        }
        return cls(mongo, doors)

    async def open(self, proxies: Toxiproxy, mongo_port: int) -> None:
        """A proxy on each way, forwarding everything."""
        for service, port in self.mongo.items():
            await proxies.add(f"{service}-mongo", port, mongo_port)
        for node, doors in self.doors.items():
            for name, door in doors.items():
                await proxies.add(f"{name.lower()}-kafka-{node}", door.advertised, door.port)

    def environment(self, service: str) -> dict[str, str]:
        """The engines as this service sees them."""
        brokers = [f"{HOST}:{doors[service.upper()].advertised}" for doors in self.doors.values()]
        return {
            "OPENDAY_MONGO__URL": f"mongodb://{HOST}:{self.mongo[service]}",
            "OPENDAY_KAFKA__BOOTSTRAP": ",".join(brokers),
        }

    def names(self, service: str, engine: str) -> list[str]:
        """The proxies from a service to `mongo` or `kafka`."""
        if engine == "mongo":
            return [f"{service}-mongo"]
        return [f"{service}-kafka-{node}" for node in self.doors]


@dataclass(frozen=True)
class Network:
    """What rows do to the ways. Without toxiproxy there is none, and rows that need it are left out."""

    ways: Ways
    proxies: Toxiproxy
    _harmed: set[str] = field(default_factory=set)

    async def harm(self, service: str, engine: str, *toxics: Toxic) -> None:
        """Faults on this way."""
        for name in self.ways.names(service, engine):
            self._harmed.add(name)
            await self.proxies.harm(name, *toxics)

    async def cut(self, service: str, engine: str) -> None:
        """Nothing passes: connections close and are refused."""
        for name in self.ways.names(service, engine):
            self._harmed.add(name)
            await self.proxies.cut(name)

    async def renew(self, service: str, engine: str) -> None:
        """As new."""
        for name in self.ways.names(service, engine):
            await self.proxies.renew(name)
            self._harmed.discard(name)

    async def heal(self) -> None:
        """Every way that was harmed is as new; the others keep their connections."""
        for name in sorted(self._harmed):
            await self.proxies.renew(name)
        self._harmed.clear()
