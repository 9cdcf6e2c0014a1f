"""The scored year: open, closed at its end by a timer, frozen by an assessor and never rewritten after that."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.aggregate import Aggregate
from shared.errors import illegal_transition
from shared.time import start_of_year

CLOSE = "close"
State = Literal["open", "closed", "frozen"]


@dataclass(frozen=True)
class Freeze:
    """When scorecards were frozen. `rebuilt`: learned from our own past facts while rebuilding from offset 0.

    In the ordinary run nothing that arrives after a freeze changes a line. In a rebuild everything arrives after it,
    so there the time at which a fact was recorded decides.
    """

    at: datetime
    rebuilt: bool = False


def period_id(year: int) -> str:
    """One per year."""
    return f"period-{year}"


@dataclass(kw_only=True)
class Period(Aggregate):
    """One year. `adopted` is the rulebook version that every account has been brought to."""

    year: int
    rulebook: str
    adopted: str | None = None
    closing: datetime | None = None
    closed_at: datetime | None = None
    freeze: Freeze | None = None
    frozen: bool = False

    @classmethod
    def begin(cls, year: int, rulebook: str) -> "Period":
        """A year with its close to come, at the first instant of the next year in the district."""
        return cls(id=period_id(year), year=year, rulebook=rulebook, timers={CLOSE: start_of_year(year + 1)})

    @property
    def state(self) -> State:
        """As people see it."""
        if self.frozen:
            return "frozen"
        return "closed" if self.closed_at else "open"

    @property
    def wanted(self) -> State:
        """What every account of the year is to be from here on; it runs ahead of `state`."""
        if self.freeze:
            return "frozen"
        return "closed" if self.closing else "open"

    def adopt(self, rulebook: str) -> bool:
        """Take up a version of the rulebook; answers whether accounts have yet to be brought to it."""
        if self.freeze is None:
            self.rulebook = rulebook
        return self.adopted != self.rulebook

    def adoption_done(self) -> None:
        """Every account was brought to the present version."""
        self.adopted = self.rulebook

    def begin_closing(self) -> datetime:
        """From here on every account that appears is a closed one. Answers with the instant of the close."""
        self.closing = start_of_year(self.year + 1)
        return self.closing

    def ring(self, timer: str, due: datetime) -> None:
        """`close`: all accounts were closed before this is called."""
        if timer != CLOSE:
            super().ring(timer, due)
        self.closing = self.closed_at = due

    def begin_freezing(self, now: datetime) -> Freeze:
        """From here on every account that appears is a frozen one. An interrupted freeze is taken up where it was."""
        if self.frozen or self.closed_at is None:
            raise illegal_transition("period", self.state, ["closed"])
        self.freeze = self.freeze or Freeze(now)
        return self.freeze

    def freezing_done(self) -> None:
        """Every account is frozen."""
        self.frozen = True

    def recall_freeze(self, at: datetime) -> None:
        """Our own fact of a freeze, read back: news only in a rebuild."""
        if self.freeze is None:
            self.freeze, self.frozen = Freeze(at, rebuilt=True), True


def keeps(freeze: Freeze, recorded_at: datetime) -> bool:
    """Whether a fact that arrives after the freeze still belongs to what was frozen."""
    return freeze.rebuilt and recorded_at <= freeze.at
