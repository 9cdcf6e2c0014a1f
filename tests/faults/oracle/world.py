"""Everything that the judge looks at, gathered once; the points are pure functions of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.faults.oracle.databases import Document
from tests.faults.oracle.expected import Expected
from tests.faults.oracle.ledger import Asked
from tests.faults.oracle.rosters import people
from tests.outside.facts import Facts
from tests.outside.topics import Record

Collection = dict[str, Document]


@dataclass
class Shown:
    """What the public interfaces answer. Views as they come; lists by whose they are."""

    rosters: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Open point → entries."""
    points: dict[str, dict[str, Any]] = field(default_factory=dict)
    activities: dict[str, dict[str, Any]] = field(default_factory=dict)
    opinions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Activity → rows."""
    sets: dict[str, dict[str, Any]] = field(default_factory=dict)
    publicity: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    statistics: dict[int, dict[str, Any]] = field(default_factory=dict)
    claims: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Unit → claims."""
    scorecards: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    replayed: dict[int, list[dict[str, Any]]] | None = None
    """Scorecards of the second scoring, when there is one."""
    rulebooks: dict[int, dict[str, Any]] = field(default_factory=dict)
    periods: dict[int, dict[str, Any]] = field(default_factory=dict)


@dataclass
class World:
    """`documents` {service: {collection: {id: document}}}; `records` of all event topics; `letters` by consumer."""

    asked: dict[str, Asked] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    letters: dict[str, list[Record]] = field(default_factory=dict)
    documents: dict[str, dict[str, Collection]] = field(default_factory=dict)
    shown: Shown = field(default_factory=Shown)
    expected: Expected = field(default_factory=Expected)
    parked: int = 0

    @cached_property
    def facts(self) -> Facts:
        """All that is well-formed and no poison of the row."""
        poison = {place for places in self.expected.origins.values() for place in places}
        return Facts.of(each for each in self.records if each.place not in poison)

    @cached_property
    def owned(self) -> Facts:
        """Without what the row injected: what the owners themselves published."""
        injected = {
            (topic, partition, offset)
            for topic, places in self.expected.injected.items()
            for partition, offset in places
        }
        return Facts.of(each for each in self.records if (each.topic, each.partition, each.offset) not in injected)

    def collection(self, service: str, name: str) -> Collection:
        """Without the documents that the row damaged."""
        damaged = set(self.expected.quarantined.get(service, ()))
        found = self.documents.get(service, {}).get(name, {})
        return {id_: each for id_, each in found.items() if id_ not in damaged}

    def states(self, service: str, name: str) -> dict[str, dict[str, Any]]:
        """The states of aggregates by id."""
        found = {id_: each["state"] for id_, each in self.collection(service, name).items()}
        if (service, name) == ("registration", "roster"):
            return {id_: each | {"registrations": self._people(id_, each)} for id_, each in found.items()}
        return found

    def _people(self, point: str, roster: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """On a roster, and those who applied for its draw and stand on its sheets alone."""
        sheets = [each for each in self.states("registration", "sheet").values() if each["point_id"] == point]
        applied = {id_: each for sheet in sheets for id_, each in sheet["applications"].items()}
        return {**applied, **people(roster["registrations"])}

    def acked(self, *commands: str) -> list[Asked]:
        """Commands of these kinds that were acknowledged, in the order of their answers."""
        return self._answered("acked", commands)

    def doubtful(self, *commands: str) -> list[Asked]:
        """Commands that may or may not have had their effect: refused only after an unknown try, or never answered.

        An aggregate keeps its last fifty answers; a later repeat meets the state that its own first try made.
        """
        open_ = [each for each in self.asked.values() if each.answer == "unknown" and each.command in commands]
        return open_ + [each for each in self._answered("rejected", commands) if each.was_unknown]

    def _answered(self, answer: str, commands: Iterable[str]) -> list[Asked]:
        wanted = set(commands)
        found = [each for each in self.asked.values() if each.answer == answer and each.command in wanted]
        return sorted(found, key=lambda each: each.settled_at)
