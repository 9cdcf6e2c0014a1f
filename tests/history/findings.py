"""What is found: which promise was broken, by which event, what was expected and what was there."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

INVARIANTS = {
    "log": "every fact of an open point is there, in order, follows from the one before and can be read",
    "cap": "never more seats than the cap; a cap above 20 is said to be raised",
    "reserved-seats": "while open, others hold at most cap - ceil(cap/3) seats",
    "strict-composition": "3 x residents >= all at the lock unless waived; after the close others move up only by it",
    "one-place": "a registration holds one place, at one open point, in one category",
    "transition": "places and phases only move as they may",
    "idle-seat": "no seat is free between two commands while somebody admissible waits",
    "queue-order": "a free seat goes to the earliest whom the rules admit, and nobody passes a queue",
    "draw": "the draw is what was committed to before and revealed after",
    "counts": "what facts say of numbers is what the facts before them add up to",
    "door": "the door admits confirmed people of a locked list, each once unless undone in between",
    "public-view": "the public view of an open point is what its facts add up to",
}
"""By name, in the order of the report."""


class Broken(NamedTuple):
    """A rule's word against one fact."""

    invariant: str
    expected: str
    found: str


@dataclass
class Finding:
    """The first time that an open point broke an invariant; `more` counts the times after it.

    `point` is empty when a fact of the activity itself is meant, `event` when the public view is.
    """

    invariant: str
    activity: str
    point: str
    event: str
    kind: str
    sequence: int
    place: str
    """topic/partition/offset"""
    expected: str
    found: str
    more: int = 0

    def __str__(self) -> str:
        where = f"activity {self.activity}" + (f", open point {self.point}" if self.point else "")
        told = (
            f"fact {self.sequence} {self.kind} at {self.place} ({self.event})"
            if self.event
            else "what the public is shown"
        )
        again = f", and {self.more} times after it" if self.more else ""
        return (
            f"[{self.invariant}] {where}\n    {told}\n    expected: {self.expected}\n    found:    {self.found}{again}"
        )


@dataclass
class Verdict:
    """Findings, and how much was looked at. `unjudged` {open point: why}; `unknown` counts kinds of facts not known."""

    findings: list[Finding] = field(default_factory=list)
    unjudged: dict[str, str] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def red(self) -> list[str]:
        """The invariants that were broken."""
        broken = {each.invariant for each in self.findings}
        return [each for each in INVARIANTS if each in broken]

    @property
    def word(self) -> str:
        """`unsound`, `incomplete` (some could not be judged), `empty` (there was nothing to judge) or `sound`."""
        if self.findings:
            return "unsound"
        if self.unjudged:
            return "incomplete"
        return "sound" if self.counts["open_points"] else "empty"

    @property
    def exit_code(self) -> int:
        """0 sound, 1 unsound, 2 not judged."""
        return {"sound": 0, "unsound": 1}.get(self.word, 2)

    def as_json(self) -> str:
        """For machines."""
        told = {
            "verdict": self.word,
            "red": self.red,
            "findings": [asdict(each) for each in sorted(self.findings, key=_order)],
            "unjudged": self.unjudged,
            "unknown": dict(self.unknown),
            "counts": {each: self.counts[each] for each in COUNTED},
        }
        return json.dumps(told, ensure_ascii=False, indent=2)

    def __str__(self) -> str:
        counted = ", ".join(f"{self.counts[each]:,} {each.replace('_', ' ')}" for each in COUNTED)
        lines = [f"looked at: {counted}"]
        lines += [f"not judged: {self.unknown[each]} x {each}, a kind unknown here" for each in sorted(self.unknown)]
        lines += [f"not judged: open point {each}: {why}" for each, why in sorted(self.unjudged.items())]
        lines += [str(each) for each in sorted(self.findings, key=_order)]
        return "\n".join([*lines, CONCLUSIONS[self.word]])


COUNTED = (
    "records",
    "repeats",
    "unreadable",
    "activities",
    "open_points",
    "facts",
    "prefixes",
    "commands",
    "views",
    "proofs",
)
CONCLUSIONS = {
    "sound": "SOUND: every prefix kept every rule",
    "unsound": "UNSOUND: see above",
    "incomplete": "INCOMPLETE: nothing was broken in what could be judged",
    "empty": "EMPTY: there is no open point here, so nothing was checked",
}


def _order(finding: Finding) -> tuple[str, str, int]:
    return finding.activity, finding.point, finding.sequence
