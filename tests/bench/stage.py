"""What a measure runs on: engines of its own, and services in districts of their own, on free ports."""

import importlib
import itertools
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.engines.process import EngineProcess
from shared.events.catalogue import OWNERS
from shared.security import secrets
from shared.security.issuer import LocalIssuer
from shared.settings import KafkaSettings, known_variables
from tests.bench.programs import Program
from tests.support.district import CROWD, HEDONG, free_port
from tests.support.engines import embedded_kafka, embedded_mongo

_numbers = itertools.count()


@dataclass
class Stage:
    """Engines that run, and where further programs keep their files."""

    folder: Path
    mongo: EngineProcess
    kafka: EngineProcess
    issuer: LocalIssuer

    @property
    def bootstrap(self) -> str:
        """Kafka's address."""
        return self.kafka.engine.address

    @property
    def mongo_url(self) -> str:
        """The database's address."""
        return self.mongo.engine.address

    def kafka_settings(self, prefix: str = "openday") -> KafkaSettings:
        """As services have them."""
        return KafkaSettings(bootstrap=self.bootstrap, topic_prefix=prefix)

    def service(self, name: str, *, prefix: str = "openday", profile: bool = False, **variables: str) -> Program:
        """One of ours, not yet started; `variables` are further `OPENDAY_…`; `profile`: it can be `profiled`."""
        number, port = next(_numbers), free_port()
        settings: Any = importlib.import_module(f"services.{name}.settings").Settings
        offered = {
            "OPENDAY_PROFILE": "test",
            "OPENDAY_HTTP__PORT": str(port),
            "OPENDAY_MONGO__URL": self.mongo_url,
            "OPENDAY_MONGO__DATABASE": f"{prefix}_{name}",
            "OPENDAY_KAFKA__BOOTSTRAP": self.bootstrap,
            "OPENDAY_KAFKA__TOPIC_PREFIX": prefix,
            "OPENDAY_SECURITY__JWKS_FILE": str(self.folder / "secrets" / secrets.KEY_SET),
            "OPENDAY_VAULT_KEYS_FILE": str(self.folder / "secrets" / secrets.VAULT_KEYS),
            "OPENDAY_CALENDAR_DIR": str(HEDONG / "calendar"),
            "OPENDAY_RULEBOOK_DIR": str(HEDONG),
            "OPENDAY_STORE_DIR": str(self.folder / f"store-{number}"),
            "OPENDAY_NOTICES__SPOOL_DIR": str(self.folder / f"spool-{number}"),
            **CROWD,
            **variables,
        }
        known = known_variables(settings)
        return Program(
            module=f"services.{name}",
            port=port,
            ready="/readyz",
            log=self.folder / f"{name}-{number}.log",
            environment={key: value for key, value in offered.items() if key in known},
            profile=self.folder / f"{name}-{number}.profile" if profile else None,
        )

    def all_services(self) -> list[Program]:
        """The four, not yet started."""
        return [self.service(each) for each in OWNERS]


@contextmanager
def stage() -> Iterator[Stage]:
    """Both engines started, everything stopped again."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        broker = stack.enter_context(embedded_kafka(_made(folder / "kafka")))
        database = stack.enter_context(embedded_mongo(_made(folder / "mongo")))
        secrets.ensure(folder / "secrets")
        yield Stage(folder, database, broker, LocalIssuer(folder / "secrets", "test"))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
