"""The ledger of a unit's year: append-only, every entry explained; and what it takes to make the right lines stand.

It is kept as steps, each of them what one fact changed: which entries it took back, and what is new in the lines that
it put in. From the steps every entry can be told whole, as it was made; so the account grows with what happens and not
with its square (`docs/adr/0016`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count as numbers
from typing import Any

from services.scoring.domain.lines import Difference, Line, line


@dataclass(frozen=True)
class Occasion:
    """Why entries are made: when, and by what (the id of an event, of a claim or of the year that closes).

    None: by a new version of the rulebook, which the entries name.
    """

    at: datetime
    cause: str | None


@dataclass(frozen=True)
class Entry:
    """One entry: a line that was put in, or the taking back (`reverses`) of an earlier one. Never edited."""

    number: int
    rulebook: str
    line: Line
    reverses: int | None
    entered_at: datetime
    cause: str | None

    @property
    def key(self) -> tuple[str, str, str]:
        """Unique among the lines that stand (with the unit, whose ledger this is)."""
        return self.rulebook, self.line.rule, self.line.subject


@dataclass(frozen=True, slots=True)
class Kept:
    """The last line of its kind, whole. `number`: of the entry by which it stands; None when that was taken back."""

    rulebook: str
    line: Line
    number: int | None


def standing(kept: Mapping[str, Kept]) -> list[Kept]:
    """What stands, in the order of its entry."""
    return sorted((each for each in kept.values() if each.number is not None), key=lambda each: each.number or 0)


def reconciled(
    kept: Mapping[str, Kept], count: int, desired: Iterable[Line], rulebook: str, occasion: Occasion
) -> list[Entry]:
    """The entries to append to `count` others so that exactly the `desired` lines stand; none when they do already."""
    wanted = {each.kind: each for each in desired}
    stands = standing(kept)
    back = [each for each in stands if each.rulebook != rulebook or wanted.get(each.line.kind) != each.line]
    right = {each.line.kind for each in stands} - {each.line.kind for each in back}
    number = numbers(count + 1)
    fresh = [_reversal(next(number), each, occasion) for each in back]
    missing = (each for kind, each in wanted.items() if kind not in right)
    return fresh + [Entry(next(number), rulebook, each, None, occasion.at, occasion.cause) for each in missing]


def keep(kept: dict[str, Kept], entries: Iterable[Entry]) -> None:
    """Let `kept` follow the entries."""
    kinds = {each.number: kind for kind, each in kept.items() if each.number}
    for entry in entries:
        if entry.reverses is None:
            kept[entry.line.kind] = Kept(entry.rulebook, entry.line, entry.number)
        else:
            kind = kinds[entry.reverses]
            kept[kind] = replace(kept[kind], number=None)


@dataclass(frozen=True)
class Step:
    """What one occasion did to the ledger. `first`: the number of its first entry; those that take back come first."""

    first: int
    at: datetime
    cause: str | None
    rulebook: str
    back: tuple[int, ...]
    put: tuple[Difference, ...]

    @classmethod
    def of(cls, entries: Sequence[Entry], kept: Mapping[str, Kept]) -> "Step":
        """From entries of one occasion (at least one) and what was kept before them."""
        put = [each.line for each in entries if each.reverses is None]
        return cls(
            first=entries[0].number,
            at=entries[0].entered_at,
            cause=entries[0].cause,
            rulebook=entries[-1].rulebook,
            back=tuple(each.reverses for each in entries if each.reverses is not None),
            put=tuple(Difference.between(kept[each.kind].line if each.kind in kept else None, each) for each in put),
        )

    def written(self) -> str:
        """As it is stored: JSON, one value instead of a tree that every write of the account would walk through."""
        content = {**vars(self), "at": self.at.isoformat(), "put": [_spoken(each) for each in self.put]}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, written: str) -> "Step":
        """From storage."""
        content = json.loads(written)
        return cls(
            **{
                **content,
                "at": datetime.fromisoformat(content["at"]),
                "back": tuple(content["back"]),
                "put": tuple(Difference(**_tupled(each)) for each in content["put"]),
            }
        )


def told(steps: Iterable[str]) -> list[Entry]:
    """Every entry ever made, whole."""
    entries: list[Entry] = []
    last: dict[str, Line] = {}
    for step in map(Step.read, steps):
        occasion = Occasion(step.at, step.cause)
        for number in step.back:
            first = entries[number - 1]
            entries.append(_reversal(len(entries) + 1, Kept(first.rulebook, first.line, number), occasion))
        for each in step.put:
            last[each.kind] = whole = each.after(last.get(each.kind))
            entries.append(Entry(len(entries) + 1, step.rulebook, whole, None, step.at, step.cause))
    return entries


def _reversal(number: int, kept: Kept, occasion: Occasion) -> Entry:
    back = line(kept.line.rule, kept.line.subject, -kept.line.points, ())  # its evidence stands with the first entry
    return Entry(number, kept.rulebook, back, kept.number, occasion.at, occasion.cause)


def _spoken(difference: Difference) -> dict[str, Any]:
    return {name: value for name, value in vars(difference).items() if value or value == 0}


def _tupled(content: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in content.items()}
