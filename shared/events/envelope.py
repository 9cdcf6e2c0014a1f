"""CloudEvents 1.0 in Kafka's binary content mode: attributes as headers, the fact itself as the value.

Ids stay readable even if the value is poison. https://github.com/cloudevents/spec (kafka-protocol-binding)
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

Headers = list[tuple[str, bytes]]

_TYPE = re.compile(r"openday\.[a-z]{1,30}\.[a-z0-9-]{1,80}\.v([1-9][0-9]{0,2})")
_SEQUENCE = re.compile(r"[1-9][0-9]{0,14}")  # within what a database and JSON can hold
_AGGREGATE = re.compile(r"[\x21-\x7e]{1,200}")


def instant(time: datetime) -> str:
    """UTC, milliseconds, RFC 3339."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def link(previous: str, sequence: int, type_: str, time: datetime, body: bytes) -> str:
    """The digest that chains a fact to all facts of its aggregate before it (`docs/adr/0012`): SHA-256, hexadecimal.

    `previous` is that of the fact before, empty for the first. Whoever edits, drops, adds or reorders one fact breaks
    the chain from there on; who cuts off its end is found out by the digest that the aggregate's own document keeps.
    """
    return hashlib.sha256(f"{previous}\n{sequence}\n{type_}\n{instant(time)}\n".encode() + body).hexdigest()


class Malformed(ValueError):
    """These headers are not an event of ours; the text says what is missing or wrong."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What is known of an event before its value is read. `sequence` counts the facts of one aggregate from 1."""

    id: str
    source: str
    type: str
    aggregate: str
    sequence: int
    time: datetime
    key: str
    chain: str | None = None
    traceparent: str | None = None

    @property
    def major(self) -> int:
        """The contract's major version."""
        matched = _TYPE.fullmatch(self.type)
        if not matched:
            raise Malformed("type is not openday.<owner>.<fact>.v<major>")
        return int(matched[1])

    def headers(self) -> Headers:
        """As Kafka headers."""
        pairs = {
            "content-type": "application/json",
            "ce_specversion": "1.0",
            "ce_id": self.id,
            "ce_source": self.source,
            "ce_type": self.type,
            "ce_subject": self.aggregate,
            "ce_time": instant(self.time),
            "ce_sequence": str(self.sequence),
            "ce_partitionkey": self.key,
            "ce_dataschema": f"urn:openday:schema:{self.type}",
        }
        if self.chain:
            pairs["ce_chain"] = self.chain
        if self.traceparent:
            pairs["ce_traceparent"] = self.traceparent
        return [(name, value.encode()) for name, value in pairs.items()]

    @classmethod
    def read(cls, headers: Iterable[tuple[str, bytes]]) -> "Envelope":
        """Raises Malformed."""
        try:
            found = {name: value.decode() for name, value in headers}
            if found["ce_specversion"] != "1.0":
                raise Malformed("specversion is not 1.0")
            if not _SEQUENCE.fullmatch(found["ce_sequence"]):
                raise Malformed("sequence is not a whole number from 1")
            if not _AGGREGATE.fullmatch(found["ce_subject"]):
                raise Malformed("subject is not an id of ours")
            envelope = cls(
                id=found["ce_id"],
                source=found["ce_source"],
                type=found["ce_type"],
                aggregate=found["ce_subject"],
                sequence=int(found["ce_sequence"]),
                time=datetime.fromisoformat(found["ce_time"]),
                key=found["ce_partitionkey"],
                chain=found.get("ce_chain"),
                traceparent=found.get("ce_traceparent"),
            )
        except KeyError as missing:
            raise Malformed(f"header {missing} is missing") from missing
        except Malformed:
            raise
        except (ValueError, AttributeError) as error:
            raise Malformed(f"unreadable header: {type(error).__name__}") from error
        if envelope.time.tzinfo is None:
            raise Malformed("time has no offset")
        if envelope.id != f"{envelope.aggregate}-{envelope.sequence}":
            raise Malformed("id, subject and sequence do not belong together")
        return envelope
