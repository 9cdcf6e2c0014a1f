"""The instances of a checkout: `district` on the real clock, `demo` beside it, and private ones for tests."""

import os
from collections.abc import Callable
from pathlib import Path

from deploy.local.engine_programs import engine_programs
from deploy.local.folders import Folders
from deploy.local.instance import Instance
from deploy.local.plan import Addresses, Plan
from deploy.local.ports import HOST, Ports
from deploy.local.service_programs import SERVICES, Surroundings, service_programs
from deploy.local.settings import LocalSettings
from shared.settings import Profile

DISTRICT, DEMO = "district", "demo"
DEMO_OFFSET = 100
Say = Callable[[str], None]


def silent(_: str) -> None:
    """For callers who want no progress."""


def district(settings: LocalSettings, say: Say = silent) -> Instance:
    """The district on the real clock."""
    return Instance(_plan(DISTRICT, settings, Ports.from_base(settings.local_port_base), "development"), say)


def demo(settings: LocalSettings, say: Say = silent) -> Instance:
    """The demonstration, on a clock that its driver steers: ports, folders and names of its own."""
    ports = Ports.from_base(settings.local_port_base + DEMO_OFFSET)
    return Instance(_plan(DEMO, settings, ports, "demonstration"), say)


def private(name: str, folder: Path, settings: LocalSettings, say: Say = silent) -> Instance:
    """One for a test: free ports, the folder given, a steered clock, gone when this process has gone."""
    apart = settings.model_copy(update={"local_state_dir": folder})
    return Instance(_plan(name, apart, Ports.free(), "test", owner=os.getpid()), say)


def of_checkout(settings: LocalSettings, say: Say = silent) -> dict[str, Instance]:
    """Every instance that this checkout may have, by name."""
    return {DISTRICT: district(settings, say), DEMO: demo(settings, say)}


def _plan(name: str, settings: LocalSettings, ports: Ports, profile: Profile, *, owner: int | None = None) -> Plan:
    folders = Folders(settings.state_dir / name)
    engines = engine_programs(settings, folders, ports)
    own = {engine.name: engine.address for engine in engines}
    addresses = Addresses(
        services={service: f"http://{HOST}:{getattr(ports, service)}" for service in SERVICES},
        kafka=settings.kafka.bootstrap or own["kafka"],
        mongo=settings.mongo.url or own["mongo"],
        topic_prefix=_namespace(name, settings.local_namespace, shared=settings.kafka.bootstrap is not None),
        database_prefix=_namespace(name, settings.local_namespace, shared=settings.mongo.url is not None),
    )
    steered = None if profile == "development" else folders.config / "clock"
    around = Surroundings(profile=profile, folders=folders, ports=ports, addresses=addresses, steered=steered)
    return Plan(
        name=name,
        folders=folders,
        programs=[*engines, *service_programs(around)],
        addresses=addresses,
        profile=profile,
        steered=steered,
        owner=owner,
        shared=[name for name in ("kafka", "mongo") if name not in own],
    )


def _namespace(name: str, namespace: str, *, shared: bool) -> str:
    """An engine of our own holds one instance only; on a shared one the name keeps the others apart."""
    return f"{namespace}-{name}" if shared and name != DISTRICT else namespace
