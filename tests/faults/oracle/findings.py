"""The judgement: ten points by name, each a list of violations, with what was counted on the way."""

import json
from dataclasses import asdict, dataclass, field

POINTS = {
    1: "acked-exactly-once",
    2: "rejected-absent",
    3: "unknown-resolved",
    4: "topic-order",
    5: "duplicates-only-in-topics",
    6: "read-models-are-folds",
    7: "scores-recomputed",
    8: "dead-letters-exact",
    9: "chain-verifies",
    10: "replay-identical",
}
"""`reliability.md` §6.3, in its order."""


@dataclass
class Verdict:
    """`points` {name: violations as sentences with ids}; `counts` acked, rejected, unknown, repeated, events, …"""

    points: dict[str, list[str]] = field(default_factory=lambda: {each: [] for each in POINTS.values()})
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def green(self) -> bool:
        """Whether nothing was violated."""
        return not any(self.points.values())

    @property
    def red(self) -> list[str]:
        """The points that are violated."""
        return [name for name, violations in self.points.items() if violations]

    def violated(self, point: int, sentence: str) -> None:
        """Notes one."""
        self.points[POINTS[point]].append(sentence)

    def as_json(self) -> str:
        """For a report."""
        return json.dumps({"green": self.green, "red": self.red, **asdict(self)}, ensure_ascii=False, indent=2)
