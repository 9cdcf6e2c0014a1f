"""Facts as they lie in the topics: the envelope read by hand, repeats told apart from first occurrences."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.outside.topics import Record


@dataclass(frozen=True)
class Fact:
    """One well-formed event. `name` is its type without owner and version, e.g. `activity-held`."""

    subject: str
    sequence: int
    owner: str
    name: str
    type: str
    time: str
    chain: str
    body: dict[str, Any]
    record: Record

    @property
    def id(self) -> str:
        """As evidence names it."""
        return f"{self.subject}-{self.sequence}"

    @property
    def stamp(self) -> tuple[str, str]:
        """Time and trace, which the facts of one command share."""
        return self.time, self.record.header("ce_traceparent")

    def linked(self, previous: str) -> str:
        """The digest that must stand in its header after a fact with the digest `previous` (docs/adr/0012)."""
        head = f"{previous}\n{self.sequence}\n{self.type}\n{self.time}\n".encode()
        return hashlib.sha256(head + (self.record.value or b"")).hexdigest()


def read(record: Record) -> Fact | None:
    """None when this is no event of the house (poison)."""
    parts = record.header("ce_type").split(".")
    if len(parts) != 4 or parts[0] != "openday" or parts[3] != "v1":
        return None
    try:
        sequence, body = int(record.header("ce_sequence")), json.loads(record.value or b"")
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict) or record.header("ce_id") != f"{record.header('ce_subject')}-{sequence}":
        return None
    return Fact(
        record.header("ce_subject"),
        sequence,
        parts[1],
        parts[2],
        record.header("ce_type"),
        record.header("ce_time"),
        record.header("ce_chain"),
        body,
        record,
    )


@dataclass
class Facts:
    """Of all topics. `first` {subject: first occurrences in the order of the topic}, `repeats` the rest."""

    first: dict[str, list[Fact]] = field(default_factory=dict)
    repeats: list[tuple[Fact, Fact]] = field(default_factory=list)
    """(first, repeat)"""
    unreadable: list[Record] = field(default_factory=list)

    @classmethod
    def of(cls, records: Iterable[Record]) -> "Facts":
        """From records, per partition in order."""
        facts, seen = cls(defaultdict(list)), dict[tuple[str, int], Fact]()
        for record in records:
            fact = read(record)
            if fact is None:
                facts.unreadable.append(record)
            elif known := seen.get((fact.subject, fact.sequence)):
                facts.repeats.append((known, fact))
            else:
                seen[fact.subject, fact.sequence] = fact
                facts.first[fact.subject].append(fact)
        facts.first = dict(facts.first)
        return facts

    def named(self, owner: str, *names: str) -> list[Fact]:
        """First occurrences of these kinds, per subject by sequence."""
        return [
            each
            for facts in self.first.values()
            for each in sorted(facts, key=lambda fact: fact.sequence)
            if each.owner == owner and each.name in names
        ]
