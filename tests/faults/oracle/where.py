"""Where a district stands: written by whoever started it, read by the load and by the judge."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Where:
    """Addresses that no fault of a trial cuts (the judge must see what is there), names, tokens, the clock.

    `services` {name: base URL} · `mongo` direct URL · `databases` {service: database} · `kafka` direct bootstrap
    · `prefix` of topics and groups · `tokens` {role: bearer token}, unit roles for all of `load.UNITS`
    · `clock` path of the steered clock's file: one RFC 3339 time, replaced atomically.
    """

    services: dict[str, str]
    mongo: str
    databases: dict[str, str]
    kafka: str
    prefix: str
    tokens: dict[str, str]
    clock: str

    @classmethod
    def read(cls, path: Path) -> "Where":
        """From its JSON file. Raises OSError, ValueError or TypeError."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self), indent=2, sort_keys=True), encoding="utf-8")

    def topic(self, owner: str) -> str:
        """Of an owner's facts."""
        return f"{self.prefix}.{owner}.events.v1"

    def dead_letters(self, consumer: str) -> str:
        """Of what a consumer set aside."""
        return f"{self.prefix}.{consumer}.dead-letters.v1"

    def group(self, consumer: str) -> str:
        """The consumer group of a service."""
        return f"{self.prefix}.{consumer}"
