"""One supervised process, as data, and the question whether it is ready."""

import http.client
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum

from deploy.local.ports import HOST


class NotReady(Exception):
    """The program does not do its work yet; the sentence says why."""


class Tier(Enum):
    """Programs start tier by tier, each when the one before is ready, and stop in the opposite order.

    The value is the supervisor's group and its priority.
    """

    ENGINES = 10
    SERVICES = 20

    @property
    def group(self) -> str:
        """Name of the supervisor's group."""
        return self.name.lower()


@dataclass(frozen=True, kw_only=True)
class Program:
    """A process: its command, all of its environment beyond the few variables that every process gets.

    `command` is asked for when the configuration is written, after `prepare`; it may raise LocalProblem.
    `ready` returns when the program works and raises NotReady otherwise, within seconds.
    `ports` are those it will listen on, by the name under which a person knows them.
    An end within `start_seconds` is a start that failed: only such ends count towards giving up.
    """

    name: str
    tier: Tier
    command: Callable[[], Sequence[str]]
    ready: Callable[[], None]
    environment: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=dict)
    address: str = ""
    prepare: Callable[[], None] = lambda: None
    start_seconds: int = 5
    stop_seconds: int = 25

    @property
    def full_name(self) -> str:
        """As the supervisor calls it: `group:name`."""
        return f"{self.tier.group}:{self.name}"


def answers(port: int, path: str = "/readyz") -> None:
    """Return when the HTTP server on this loopback port answers 200. Raises NotReady."""
    connection = http.client.HTTPConnection(HOST, port, timeout=4)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        said = answer.read(300).decode(errors="replace")
    except (OSError, http.client.HTTPException) as refusal:
        raise NotReady(f"{HOST}:{port} does not answer yet: {refusal}.") from refusal
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise NotReady(f"{path} on port {port} says {answer.status} {said}")


def missing(programs: Sequence[Program]) -> dict[str, str]:
    """Which of these do not work yet, and why; asked all at once, because one answer may take seconds."""
    with ThreadPoolExecutor(max(len(programs), 1)) as threads:
        reasons = threads.map(_reason, programs)
    return {program.name: reason for program, reason in zip(programs, reasons, strict=True) if reason}


def _reason(program: Program) -> str:
    try:
        program.ready()
    except NotReady as reason:
        return str(reason)
    return ""
