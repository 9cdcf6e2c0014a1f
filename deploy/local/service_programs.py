"""The four services as supervised programs, each with exactly the variables that it reads."""

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deploy.data.load import CALENDAR_FOLDER, HEDONG
from deploy.local.folders import Folders
from deploy.local.plan import Addresses
from deploy.local.ports import HOST, Ports
from deploy.local.program import Program, Tier, answers
from shared.security import secrets
from shared.settings import Profile, SecuritySettings

SERVICES = ("registration", "feedback", "reporting", "scoring")
_PLAYED: frozenset[Profile] = frozenset({"demonstration", "test"})
_CROWD = {  # where played, everybody comes from one machine
    "registration": {"OPENDAY_ATTEMPTS__REGISTRATIONS_PER_ADDRESS": "100000"},
    "feedback": {"OPENDAY_ATTEMPTS__OPINIONS_PER_ADDRESS": "100000"},
}


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What every service of an instance shares."""

    profile: Profile
    folders: Folders
    ports: Ports
    addresses: Addresses
    steered: Path | None


def service_programs(around: Surroundings) -> list[Program]:
    """All four; they start together and find each other through Kafka only."""
    return [_program(name, around) for name in SERVICES]


def _program(name: str, around: Surroundings) -> Program:
    port = getattr(around.ports, name)
    return Program(
        name=name,
        tier=Tier.SERVICES,
        command=lambda: [sys.executable, "-m", f"services.{name}"],
        ready=partial(answers, port),
        prepare=partial(secrets.ensure, around.folders.secrets),
        environment=environment(name, port, around),
        ports={name: port},
        address=around.addresses.services[name],
    )


def environment(name: str, port: int, around: Surroundings) -> dict[str, str]:
    """The `OPENDAY_` variables of one service."""
    variables = {
        "OPENDAY_PROFILE": around.profile,
        "OPENDAY_HTTP__HOST": HOST,
        "OPENDAY_HTTP__PORT": str(port),
        "OPENDAY_MONGO__URL": around.addresses.mongo,
        "OPENDAY_MONGO__DATABASE": around.addresses.database(name),
        "OPENDAY_KAFKA__BOOTSTRAP": around.addresses.kafka,
        "OPENDAY_KAFKA__TOPIC_PREFIX": around.addresses.topic_prefix,
        "OPENDAY_SECURITY__JWKS_FILE": str(around.folders.secrets / secrets.KEY_SET),
        "OPENDAY_SECURITY__ISSUER": SecuritySettings().issuer,
        **_own(name, around.folders),
        **(_CROWD.get(name, {}) if around.profile in _PLAYED else {}),
    }
    if around.steered is not None:
        variables["OPENDAY_CLOCK__STEERED_FILE"] = str(around.steered)
    return variables


def _own(name: str, folders: Folders) -> dict[str, str]:
    """What only this service reads: its keys, its store, the district's data."""
    calendar = {"OPENDAY_CALENDAR_DIR": str(HEDONG / CALENDAR_FOLDER)}
    keys = {"OPENDAY_VAULT_KEYS_FILE": str(folders.secrets / secrets.VAULT_KEYS)}
    own = {
        "registration": {**keys, "OPENDAY_NOTICES__SPOOL_DIR": str(folders.data / "spool")},
        "feedback": {**keys, **calendar},
        "reporting": {**calendar, "OPENDAY_STORE_DIR": str(folders.data / "store")},
        "scoring": {"OPENDAY_RULEBOOK_DIR": str(HEDONG)},
    }
    return own[name]
