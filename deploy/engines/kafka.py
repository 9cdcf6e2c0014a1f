"""Apache Kafka from plain jars: KRaft nodes, each broker and controller in one process; a district has one."""

import base64
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.engines import probe
from deploy.engines.engine import EngineSetupError
from deploy.engines.java import java, jvm


@dataclass(frozen=True)
class Door:
    """A further listener: clients that come in by `port` are told to come back by `advertised` (a proxy before it)."""

    port: int
    advertised: int


@dataclass(frozen=True)
class Cluster:
    """What several nodes share: an id, and every node's controller port by node number."""

    id: str
    controllers: Mapping[int, int]


@dataclass(frozen=True, kw_only=True)
class KafkaEngine:
    """Kafka for one machine: not replicated, so a district that must survive a lost disk uses a cluster.

    `lib_dir` is what `deploy.engines.fetch` made; `heap` in MB, `flags` more flags of the JVM. Everything
    listens on `host` only. `node` and `cluster` make it one of several, `doors` are named further listeners.
    """

    lib_dir: Path
    data_dir: Path
    port: int
    controller_port: int
    host: str = "127.0.0.1"
    heap: int = 384
    flags: tuple[str, ...] = ()
    node: int = 1
    cluster: Cluster | None = None
    doors: Mapping[str, Door] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Process, log and folder name."""
        return "kafka" if self.cluster is None else f"kafka-{self.node}"

    @property
    def address(self) -> str:
        """Bootstrap address, `host:port`."""
        return f"{self.host}:{self.port}"

    @property
    def config(self) -> Path:
        """Kafka's own configuration file, written by `prepare`."""
        return self.data_dir / "server.properties"

    @property
    def command(self) -> list[str]:
        """The JVM with Kafka's main."""
        return [*jvm(self.lib_dir), "-Xms128m", f"-Xmx{self.heap}m", *self.flags, "kafka.Kafka", str(self.config)]

    def prepare(self) -> None:
        """Write the configuration; format the storage once, under a cluster id kept with the data.

        Raises EngineSetupError when Java or the jars are missing, or the storage cannot be formatted.
        """
        java()
        if not any(self.lib_dir.glob("kafka_*.jar")):
            raise EngineSetupError(f"No Kafka in {self.lib_dir}. Run: python -m deploy.engines.fetch")
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.config.write_text(self._settings(), encoding="ascii")
        if not (self._log_dir / "meta.properties").is_file():
            self._format(self._cluster_id())

    def probe(self) -> None:
        """Send with acks=all, read back, commit an offset in a group. Raises EngineNotReady."""
        probe.kafka(self.address, copies=len(self._controllers))

    @property
    def _log_dir(self) -> Path:
        return self.data_dir / "log"

    @property
    def _controllers(self) -> Mapping[int, int]:
        return self.cluster.controllers if self.cluster else {self.node: self.controller_port}

    def _cluster_id(self) -> str:
        if self.cluster:
            return self.cluster.id
        kept = self.data_dir / "cluster-id"
        if not kept.is_file():
            kept.write_text(new_cluster_id(), encoding="ascii")
        return kept.read_text(encoding="ascii").strip()

    def _format(self, cluster_id: str) -> None:
        arguments = ["format", "--ignore-formatted", "-t", cluster_id, "-c", str(self.config)]
        program = [*jvm(self.lib_dir), "kafka.tools.StorageTool", *arguments]
        told = subprocess.run(program, capture_output=True, text=True, check=False)
        if told.returncode != 0:
            reason = (told.stderr or told.stdout).strip().splitlines()[-1:] or ["no message"]
            raise EngineSetupError(f"Kafka could not format {self._log_dir}: {reason[0]}")

    def _settings(self) -> str:
        doors = {name: f"{name}://{self.host}:{door.port}" for name, door in self.doors.items()}
        back = {name: f"{name}://{self.host}:{door.advertised}" for name, door in self.doors.items()}
        broker, controller = f"PLAINTEXT://{self.address}", f"CONTROLLER://{self.host}:{self.controller_port}"
        settings = {
            "process.roles": "broker,controller",
            "node.id": str(self.node),
            "controller.quorum.voters": ",".join(f"{n}@{self.host}:{port}" for n, port in self._controllers.items()),
            "listeners": ",".join([broker, controller, *doors.values()]),
            "advertised.listeners": ",".join([broker, *back.values()]),
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "listener.security.protocol.map": ",".join(f"{n}:PLAINTEXT" for n in ["PLAINTEXT", "CONTROLLER", *doors]),
            "log.dirs": escaped(self._log_dir.absolute()),
            **(SINGLE_NODE if self.cluster is None else SINGLE_NODE | REPLICATED),
        }
        return "".join(f"{key}={value}\n" for key, value in settings.items())


# Topics exist because somebody declared them; one node can only replicate once; groups form at once;
# a broker killed with -9 is let back in after the short session instead of the usual nine seconds.
SINGLE_NODE = {
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "3",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "3",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "3000",
}

# Three nodes or more: every record in three places, acknowledged when two have it, never led by one that has not.
REPLICATED = {
    "default.replication.factor": "3",
    "min.insync.replicas": "2",
    "unclean.leader.election.enable": "false",
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
    "share.coordinator.state.topic.replication.factor": "3",
    "share.coordinator.state.topic.min.isr": "2",
    "replica.lag.time.max.ms": "3000",
}


def new_cluster_id() -> str:
    """A Kafka cluster id: the 16 bytes of a UUID, base64url, without padding and without a leading dash."""
    made = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode("ascii")
    return made if not made.startswith("-") else new_cluster_id()


def escaped(path: Path) -> str:
    """A path as a Java properties file takes it: Latin-1 at most, backslash as the escape."""
    return str(path).replace("\\", "\\\\").encode("ascii", "backslashreplace").decode("ascii")
