"""Lines of a scorecard, and what tells a line from the last one of its kind.

A yearly line speaks of every activity: told whole each time, a ledger grows with the square of the activities. What is
new in a line stays small (`docs/adr/0016`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.scoring.domain.facts import Proof

WHICH = "which"
"""The one input that is a list: ids of activities, sorted, with blanks between."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a scorecard: what `rule` says about `subject`, in thousandths, with inputs and evidence."""

    rule: str
    subject: str
    points: int
    inputs: Mapping[str, str]
    evidence: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Rule, subject and outcome. Of one kind at most one line stands; the next one is much like the last one."""
        return _kind(self.rule, self.subject, self.outcome)

    @property
    def outcome(self) -> str:
        """Empty for rules that have no outcomes."""
        return self.inputs.get("outcome", "")

    @property
    def which(self) -> tuple[str, ...]:
        """The activities that it names."""
        return tuple(self.inputs.get(WHICH, "").split())


def line(rule: str, subject: str, points: int, proofs: Iterable[Proof], **inputs: object) -> Line:
    """A line with its inputs as words and its evidence sorted."""
    words = {name: str(value) for name, value in sorted(inputs.items())}
    return Line(rule, subject, points, words, tuple(sorted({each.event for each in proofs})))


@dataclass(frozen=True)
class Difference:
    """What is new in a line. `inputs`: those that changed, None for one that left; lists: what came, what left."""

    rule: str
    subject: str
    points: int
    outcome: str = ""
    inputs: Mapping[str, str | None] = field(default_factory=dict)
    which_added: tuple[str, ...] = ()
    which_withdrawn: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()

    @classmethod
    def between(cls, last: Line | None, new: Line) -> "Difference":
        """From the last line of this kind, if there was one."""
        inputs, which, evidence = (last.inputs, last.which, last.evidence) if last else ({}, (), ())
        came, left = frozenset(new.which) - frozenset(which), frozenset(which) - frozenset(new.which)
        added, withdrawn = frozenset(new.evidence) - frozenset(evidence), frozenset(evidence) - frozenset(new.evidence)
        return cls(
            rule=new.rule,
            subject=new.subject,
            points=new.points,
            outcome=new.outcome,
            inputs=_changed(inputs, new.inputs),
            which_added=tuple(sorted(came)),
            which_withdrawn=tuple(sorted(left)),
            added=tuple(sorted(added)),
            withdrawn=tuple(sorted(withdrawn)),
        )

    @property
    def kind(self) -> str:
        """That of the line."""
        return _kind(self.rule, self.subject, self.outcome)

    def after(self, last: Line | None) -> Line:
        """The line, whole again."""
        before = last or Line(self.rule, self.subject, 0, {}, ())
        which = _moved(before.which, self.which_added, self.which_withdrawn)
        words = {**before.inputs, **self.inputs, WHICH: " ".join(which) or None}
        inputs = {name: value for name, value in words.items() if value is not None}
        return Line(self.rule, self.subject, self.points, inputs, _moved(before.evidence, self.added, self.withdrawn))


def _kind(rule: str, subject: str, outcome: str) -> str:
    return f"{rule}/{subject}/{outcome}"


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> Mapping[str, str | None]:
    names = sorted({*before, *after} - {WHICH})
    return {each: after.get(each) for each in names if before.get(each) != after.get(each)}


def _moved(before: tuple[str, ...], came: Iterable[str], left: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*before, *came} - {*left}))
