"""What a measure says: figures with their goals, and nothing at all when an answer was not the expected one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal


class Unexpected(RuntimeError):
    """The system answered otherwise than it must: what was measured meanwhile is worth nothing."""


@dataclass(frozen=True)
class Figure:
    """One measured thing. With a `bare` side the goal holds for the ratio ours ÷ bare, without one for `ours` itself.

    `id` names the column of the history: `k3.p50`. `unit` is that of `ours` and `bare`.
    """

    id: str
    what: str
    unit: str
    ours: float
    goal: float
    bare: float | None = None
    wanted: Literal["at least", "at most"] = "at most"

    @property
    def judged(self) -> float:
        """What the goal is held against."""
        return self.ours if self.bare is None else self.ours / self.bare

    @property
    def met(self) -> bool:
        """Whether the goal is reached; not rounded."""
        return self.judged >= self.goal if self.wanted == "at least" else self.judged <= self.goal


@dataclass(frozen=True)
class Measured:
    """The figures of one measure, and sentences on how they came about (`notes`)."""

    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()
    why: str = ""
    """Where the time goes, when a goal was missed."""

    @property
    def met(self) -> bool:
        """Whether every goal is reached."""
        return all(each.met for each in self.figures)


@dataclass(frozen=True)
class Scale:
    """How much is done: `quick` tries the harness itself, its figures say nothing of speed."""

    quick: bool = False

    def of(self, full: int, quick: int) -> int:
        """So many."""
        return quick if self.quick else full


@dataclass(frozen=True)
class Measure:
    """One measure. `run` raises Unexpected; `explain` says why a goal was missed, in Markdown (a profile)."""

    key: str
    title: str
    goal: str
    run: Callable[[Scale], Measured]
    explain: Callable[[], str] | None = field(default=None)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(each)} |\n" for each in lines)
