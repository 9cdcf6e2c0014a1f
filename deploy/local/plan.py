"""What one instance is: its name, folders, programs and addresses, as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.folders import Folders
from deploy.local.program import Program
from shared.settings import Profile


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where an instance is reached. `services` are root URLs by service name."""

    services: Mapping[str, str] = field(default_factory=dict)
    kafka: str = ""
    mongo: str = ""
    topic_prefix: str = "openday"
    database_prefix: str = "openday"

    def docs(self, service: str) -> str:
        """The service's API, for people who try it out; under its own prefix, as behind an ingress."""
        return f"{self.services[service]}/{service}/v1/docs"

    def database(self, service: str) -> str:
        """Name of the database that a service owns."""
        return f"{self.database_prefix}_{service}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One instance, before anything runs.

    `steered`: file of the clock that a driver sets; None means the real time.
    `owner`: a process whose end stops the instance, for tests; None means that it stays up.
    `shared`: engines that somebody else runs, so that what they keep is not removed with the folders.
    """

    name: str
    folders: Folders
    programs: Sequence[Program]
    addresses: Addresses = Addresses()
    profile: Profile = "development"
    steered: Path | None = None
    owner: int | None = None
    shared: Sequence[str] = ()
