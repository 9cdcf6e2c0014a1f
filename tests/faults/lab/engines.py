"""The engines of the lab: one Mongo, one Kafka or three; killed, frozen and brought back, their data kept."""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from deploy.engines.engine import EngineNotReady
from deploy.engines.fetch import lib_dir
from deploy.engines.kafka import Cluster, Door, KafkaEngine, new_cluster_id
from deploy.engines.mongo import MongoEngine
from deploy.engines.process import EngineProcess
from tests.faults.lab.ports import HOST, quiet_ports
from tests.support.engines import fetched

READY = 60.0  # seconds
# The broker's own word about groups that form anew: how often members came and went is seen from outside.
TELL_GROUPS = "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.coordinator.group=info"
_FORMED = "Preparing to rebalance group "


class Engines:
    """Processes by name: `mongo`, and `kafka` or `kafka-1` to `kafka-3`. Use from the main thread's event loop."""

    def __init__(self, folder: Path, nodes: int, doors: Mapping[int, Mapping[str, Door]]) -> None:
        self._brokers = _brokers(folder, nodes, doors)
        mongo = MongoEngine(lib_dir=lib_dir("mongo", fetched()), data_dir=folder / "mongo", port=quiet_ports(1)[0])
        self._mongo = EngineProcess(mongo, folder / "mongo.log")
        everyone = [self._mongo, *self._brokers]
        self._processes = {each.engine.name: each for each in everyone}
        self._down: set[str] = set()

    @property
    def names(self) -> list[str]:
        """All of them."""
        return list(self._processes)

    @property
    def brokers(self) -> list[str]:
        """Kafka's nodes."""
        return [each.engine.name for each in self._brokers]

    @property
    def kafka(self) -> str:
        """Bootstrap address that no proxy stands before."""
        return ",".join(each.engine.address for each in self._brokers)

    @property
    def mongo(self) -> str:
        """URL that no proxy stands before."""
        return self._mongo.engine.address

    @property
    def mongo_port(self) -> int:
        """Its port."""
        return int(self.mongo.rpartition(":")[2])

    async def __aenter__(self) -> Self:
        try:
            for each in self._processes.values():
                each.start()
            await asyncio.gather(*(self._ready(name) for name in self._processes))
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        for each in self._processes.values():
            with suppress(ProcessLookupError, RuntimeError):
                os.kill(each.pid, signal.SIGCONT)
        await asyncio.gather(*(asyncio.to_thread(each.stop) for each in self._processes.values()))

    async def kill(self, name: str) -> None:
        """SIGKILL; it stays down until `revive`."""
        self._down.add(name)
        await asyncio.to_thread(self._processes[name].kill)

    async def revive(self, name: str) -> None:
        """Start it over its data, and wait until it works."""
        self._processes[name].start()
        await self._ready(name)
        self._down.discard(name)

    def freeze(self, name: str) -> None:
        """SIGSTOP: connections stay open, nothing is answered."""
        os.kill(self._processes[name].pid, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """SIGCONT."""
        os.kill(self._processes[name].pid, signal.SIGCONT)

    async def heal(self) -> None:
        """Whatever was done to them: all run and work."""
        for name, each in self._processes.items():
            if name not in self._down and each.exit_code is None:
                self.thaw(name)
        ended = [name for name, each in self._processes.items() if each.exit_code is not None]
        await asyncio.gather(*(self.revive(name) for name in ended))

    def rebalances(self, group: str) -> int:
        """How often this consumer group has formed anew since the engines began."""
        return sum(each.log.count(f"{_FORMED}{group} ") for each in self._brokers)

    async def _ready(self, name: str) -> None:
        process = self._processes[name]
        try:
            await asyncio.to_thread(process.wait_ready, READY)
        except EngineNotReady:
            if process.exit_code is None:
                raise
            process.start()  # a port or a lock of its killed life was not yet free
            await asyncio.to_thread(process.wait_ready, READY)


def _brokers(folder: Path, nodes: int, doors: Mapping[int, Mapping[str, Door]]) -> list[EngineProcess]:
    controllers = dict(zip(range(1, nodes + 1), quiet_ports(nodes), strict=True))
    cluster = Cluster(new_cluster_id(), controllers) if nodes > 1 else None
    made = []
    for node, controller in controllers.items():
        [port] = quiet_ports(1)
        engine = KafkaEngine(
            lib_dir=lib_dir("kafka", fetched()),
            data_dir=folder / f"kafka-{node}",
            port=port,
            controller_port=controller,
            host=HOST,
            flags=(TELL_GROUPS,),
            node=node,
            cluster=cluster,
            doors=doors.get(node, {}),
        )
        made.append(EngineProcess(engine, folder / f"kafka-{node}.log"))
    return made
