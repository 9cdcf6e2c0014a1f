"""The shape of everything a service owns: state, what may follow it, the facts of a change, its timers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from shared.errors import illegal_transition


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


S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class Machine(Generic[S]):
    """What each state allows and where it leads: the table that decides is the one that `docs/states.md` draws.

    `arrows` {state: {act: the states to which it may lead}}; None is the time before the beginning. An act that every
    state allows and that moves none stands in no table.
    """

    thing: str
    arrows: Mapping[S | None, Mapping[str, tuple[S, ...]]]

    def allowed(self, state: S | None) -> list[str]:
        """The acts of a state, in the table's order."""
        return list(self.arrows[state])

    def allows(self, state: S | None, act: str) -> bool:
        """Whether the table has it."""
        return act in self.arrows[state]

    def must_allow(self, state: S | None, act: str) -> None:
        """Raises Conflict `illegal_transition`, which names the state and what it allows."""
        if not self.allows(state, act):
            raise illegal_transition(self.thing, state or "", self.allowed(state))

    def after(self, state: S | None, act: str, led: S | None = None) -> S:
        """Where `act` leads; `led` says to which, where the table has several.

        Raises Conflict `illegal_transition`, and LookupError when the table leads elsewhere: a defect of the caller.
        """
        self.must_allow(state, act)
        leads = self.arrows[state][act]
        if led is None and len(leads) == 1:
            return leads[0]
        if led is None or led not in leads:
            raise LookupError(f"{self.thing}: {act!r} leads from {state} to {', '.join(leads)}, not to {led}")
        return led
