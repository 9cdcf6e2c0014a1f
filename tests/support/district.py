"""What the services of one test share: engines, keys, a steered clock, a topic prefix that nobody else uses."""

import socket
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pymongo import MongoClient

from shared.events.catalogue import CONTRACTS, events_topic
from shared.events.contract import Contract
from shared.events.envelope import Envelope
from shared.messaging.kafka import KafkaPublisher, read_all
from shared.messaging.ports import Message
from shared.messaging.topics import ensure_all
from shared.metrics import Metrics
from shared.security.issuer import LocalIssuer
from shared.security.permissions import Role
from shared.security.secrets import KEY_SET, VAULT_KEYS
from shared.settings import KafkaSettings, ServiceSettings, known_variables
from shared.time import steer

PARTITIONS = 2  # enough for order per key to matter; fifty partitions for each test would weigh on the broker
BEGINNING = datetime(2021, 9, 1, 1, 0, tzinfo=UTC)  # 9:00 in Shanghai
CROWD = {  # a test's whole crowd comes from one machine
    "OPENDAY_ATTEMPTS__REGISTRATIONS_PER_ADDRESS": "1000000",
    "OPENDAY_ATTEMPTS__OPINIONS_PER_ADDRESS": "1000000",
}
HEDONG = Path(__file__).resolve().parents[2] / "deploy" / "data" / "hedong"


@dataclass(frozen=True)
class Published:
    """A fact as others read it."""

    envelope: Envelope
    fact: Contract


@dataclass
class District:
    """A prefix of its own on the engines; services started in it hear one another and follow one clock."""

    mongo_url: str
    bootstrap: str
    secrets: Path
    folder: Path
    name: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:10]}")

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.clock_file = self.folder / "clock"
        self.steer(BEGINNING)
        self.kafka = KafkaSettings(bootstrap=self.bootstrap, topic_prefix=self.name, partitions=PARTITIONS)
        self._publisher = KafkaPublisher(self.kafka, Metrics("test"))
        self._topics_exist = False

    def steer(self, to: datetime) -> None:
        """Set the time of every service here; `Running.steer` also waits until one of them has followed."""
        steer(self.clock_file, to)
        self.now = to

    def token(self, *roles: Role, units: Iterable[str] = (), subject: str = "tester") -> str:
        """A bearer token."""
        return LocalIssuer(self.secrets, "test").mint(subject=subject, roles=roles, units=units)

    def database(self, service: str) -> str:
        """The name of a service's database."""
        return f"{self.name}_{service}"

    def environment(self, service: str, settings: type[ServiceSettings], port: int) -> dict[str, str]:
        """The `OPENDAY_` variables of a service on the steered clock."""
        own = {
            "OPENDAY_VAULT_KEYS_FILE": str(self.secrets / VAULT_KEYS),
            "OPENDAY_CALENDAR_DIR": str(HEDONG / "calendar"),
            "OPENDAY_RULEBOOK_DIR": str(HEDONG),
            "OPENDAY_STORE_DIR": str(self.folder / "store"),
            "OPENDAY_NOTICES__SPOOL_DIR": str(self.folder / "spool"),
            "OPENDAY_OFFERS__WITHIN_HOURS": "0",  # tests' activities begin in two hours, and few are about offers
            **CROWD,
        }
        known = known_variables(settings)
        return {
            "OPENDAY_PROFILE": "test",
            "OPENDAY_HTTP__PORT": str(port),
            "OPENDAY_MONGO__URL": self.mongo_url,
            "OPENDAY_MONGO__DATABASE": self.database(service),
            "OPENDAY_KAFKA__BOOTSTRAP": self.bootstrap,
            "OPENDAY_KAFKA__TOPIC_PREFIX": self.name,
            "OPENDAY_KAFKA__PARTITIONS": str(PARTITIONS),
            "OPENDAY_SECURITY__JWKS_FILE": str(self.secrets / KEY_SET),
            "OPENDAY_CLOCK__STEERED_FILE": str(self.clock_file),
            **{name: value for name, value in own.items() if name in known},
        }

    async def produce(
        self, fact: Contract, aggregate: str, sequence: int, *, at: datetime | None = None, value: bytes | None = None
    ) -> Envelope:
        """Put another service's fact on its owner's topic, as its relay would; `value` replaces the body."""
        envelope = Envelope(
            id=f"{aggregate}-{sequence}",
            source=f"/openday/{fact.OWNER}",
            type=fact.type(),
            aggregate=aggregate,
            sequence=sequence,
            time=at or self.now,
            key=fact.key,
        )
        body = fact.model_dump_json().encode() if value is None else value
        await self.publish([Message(events_topic(fact.OWNER, self.name), fact.key.encode(), body, envelope.headers())])
        return envelope

    async def publish(self, messages: Sequence[Message]) -> None:
        """Raw records, for what no service of ours would send."""
        await self._ensure_topics()
        await self._publisher.publish(messages)

    async def consume(self, owner: str) -> list[Published]:
        """Every fact on an owner's topic so far, per key in order, repeats included."""
        await self._ensure_topics()
        found = []
        for record in await read_all(self.kafka, events_topic(owner, self.name)):
            envelope = Envelope.read(record.headers)
            fact = CONTRACTS[envelope.type].model_validate_json(record.value or b"")
            found.append(Published(envelope, fact))
        return found

    async def close(self) -> None:
        """Let go of the broker and remove the databases; the topics go with the test's own broker."""
        await self._publisher.close()
        client: MongoClient[dict[str, object]] = MongoClient(self.mongo_url, serverSelectionTimeoutMS=2000)
        try:
            for name in client.list_database_names():
                if name.startswith(f"{self.name}_"):
                    client.drop_database(name)
        finally:
            client.close()

    async def _ensure_topics(self) -> None:
        if not self._topics_exist:
            await ensure_all(self.kafka)
            self._topics_exist = True


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port
