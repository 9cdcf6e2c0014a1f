"""The ports of an instance, and who sits on one that is taken."""

import errno
import random
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Self

import psutil

from deploy.local.settings import PORT_BASE_VARIABLE

HOST = "127.0.0.1"
OFFSETS = {
    "registration": 1,
    "feedback": 2,
    "reporting": 3,
    "scoring": 4,
    "kafka": 20,
    "kafka_controller": 21,
    "mongo": 30,
}
# Below the range from which the system takes ports for outgoing connections: nobody slips in between.
_QUIET = range(20000, 32000)


@dataclass(frozen=True)
class Ports:
    """One port for each thing that listens, all on loopback."""

    registration: int
    feedback: int
    reporting: int
    scoring: int
    kafka: int
    kafka_controller: int
    mongo: int

    @classmethod
    def from_base(cls, base: int) -> Self:
        """The ports at their fixed offsets from `base`."""
        return cls(**{name: base + offset for name, offset in OFFSETS.items()})

    @classmethod
    def free(cls) -> Self:
        """Ports that nobody uses now, for tests."""
        while True:
            ports = cls.from_base(random.choice(_QUIET))
            if not any(is_taken(port) for port in asdict(ports).values()):
                return ports


@dataclass(frozen=True)
class Holder:
    """The process that listens on a port; `pid` is None when the system does not let us see it."""

    port: int
    pid: int | None
    name: str

    def __str__(self) -> str:
        if self.pid is None:
            return "a process that this user may not see (an administrator sees it with: ss -ltnp)"
        return f"process {self.pid} ({self.name})"


def is_taken(port: int) -> bool:
    """Whether somebody listens on the port, on loopback or on every address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        # Connections of a server that has just gone do not count; only a listener does.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError as refusal:
            if refusal.errno in (errno.EADDRINUSE, errno.EACCES):
                return True
            raise
    return False


def holder_of(port: int) -> Holder:
    """Who listens on a taken port."""
    with suppress(psutil.AccessDenied):
        for connection in psutil.net_connections(kind="inet"):
            if connection.status != psutil.CONN_LISTEN or not connection.laddr or connection.pid is None:
                continue
            if connection.laddr.port == port:
                with suppress(psutil.NoSuchProcess):
                    return Holder(port, connection.pid, psutil.Process(connection.pid).name())
    return Holder(port, None, "")


def busy(ports: Mapping[str, int]) -> list[str]:
    """A sentence for each of these named ports that is taken: by which process, and what to do."""
    return [
        f"Port {port} ({name}) is taken by {holder_of(port)}. "
        f"Stop that process, or set {PORT_BASE_VARIABLE} to another first port."
        for name, port in ports.items()
        if is_taken(port)
    ]
