"""The shape of everything a service owns: state, the facts a change records, the timers it sets. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar


class Fact:
    """Something that happened, in the past tense; a frozen dataclass. Adapters turn it into a published contract."""


@dataclass(kw_only=True)
class Aggregate:
    """One consistency boundary, one document (`docs/adr/0002`).

    Fields are scalars, frozen dataclasses, or a dict or list of those: so a fork of one level is independent,
    and a change that refuses half-way leaves nothing behind.
    """

    id: str
    timers: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.facts: list[Fact] = []

    def record(self, fact: Fact) -> None:
        """Say that something happened; it is stored with the state and published in order."""
        self.facts.append(fact)

    def ring(self, timer: str, due: datetime) -> None:
        """A timer set earlier has come due; `due` is the time it was set for. Already taken off `timers`."""
        raise LookupError(f"{type(self).__name__} does not know a timer {timer!r} (due {due.isoformat()})")


A = TypeVar("A", bound=Aggregate)


def fork(aggregate: A) -> A:
    """A copy to try a change on."""
    twin = object.__new__(type(aggregate))
    known = twin.__dict__
    for name, value in aggregate.__dict__.items():
        known[name] = value.copy() if isinstance(value, dict | list) else value
    twin.facts = []
    return twin
