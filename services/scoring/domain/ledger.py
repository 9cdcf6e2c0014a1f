"""Lines, the entries that put them into an append-only ledger, and what it takes to bring the two together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.scoring.domain.facts import Proof


@dataclass(frozen=True)
class Line:
    """One line of a scorecard: what `rule` says about `subject`, in thousandths, with inputs and evidence."""

    rule: str
    subject: str
    points: int
    inputs: Mapping[str, str]
    evidence: tuple[str, ...]


def line(rule: str, subject: str, points: int, proofs: Iterable[Proof], **inputs: object) -> Line:
    """A line with its inputs as words and its evidence sorted."""
    words = {name: str(value) for name, value in sorted(inputs.items())}
    return Line(rule, subject, points, words, tuple(sorted({each.event for each in proofs})))


@dataclass(frozen=True)
class Entry:
    """One entry: a line that was put in, or the taking back (`reverses`) of an earlier one. Never edited."""

    number: int
    rulebook: str
    line: Line
    reverses: int | None
    entered_at: datetime

    @property
    def key(self) -> tuple[str, str, str]:
        """Unique among the lines that stand (with the unit, whose ledger this is)."""
        return self.rulebook, self.line.rule, self.line.subject


def standing(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that were not taken back."""
    known = list(entries)
    reversed_ = {each.reverses for each in known}
    return [each for each in known if each.reverses is None and each.number not in reversed_]


def total(entries: Iterable[Entry]) -> int:
    """The sum of all entries, which is the sum of those that stand."""
    return sum(each.line.points for each in entries)


def reconciled(entries: Sequence[Entry], desired: Iterable[Line], rulebook: str, at: datetime) -> list[Entry]:
    """The entries to append so that exactly the `desired` lines stand; none when they do already."""
    wanted = {(rulebook, each.rule, each.subject): each for each in desired}
    stands = {each.key: each for each in standing(entries)}
    number = len(entries)
    fresh: list[Entry] = []
    for key, entry in stands.items():
        if wanted.get(key) != entry.line:
            number += 1
            fresh.append(_reversal(entry, number, at))
    for key, each in wanted.items():
        if key not in stands or stands[key].line != each:
            number += 1
            fresh.append(Entry(number, rulebook, each, None, at))
    return fresh


def _reversal(entry: Entry, number: int, at: datetime) -> Entry:
    back = line(entry.line.rule, entry.line.subject, -entry.line.points, ())  # its evidence stands with the first entry
    return Entry(number, entry.rulebook, back, entry.number, at)
