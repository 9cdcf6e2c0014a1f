"""The district's figures of a year (统计), counted from the dossiers when asked for. Policy clause six (3).

An activity belongs to the year of the district day on which it was held, or is to begin.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from services.reporting.domain.dossier import Dossier
from services.reporting.domain.state import State
from shared.time import day_of


@dataclass
class Tally:
    """Counts of activities, people, material sets and publicity. `overdue` sets are among the `outstanding` ones."""

    announced: int = 0
    held: int = 0
    cancelled: int = 0
    attended: Counter[str] = field(default_factory=Counter)
    on_time: int = 0
    late: int = 0
    outstanding: int = 0
    overdue: int = 0
    publicity: Counter[str] = field(default_factory=Counter)

    def add(self, dossier: Dossier, now: datetime) -> None:
        """Count one dossier in."""
        self.announced += 1
        self.held += dossier.holding is not None
        self.cancelled += dossier.state is State.CANCELLED
        self.publicity.update(str(each.kind) for each in dossier.publicity.values())
        if dossier.holding:
            self.attended.update(dossier.holding.attended)
            self._add_filing(dossier, now)

    def _add_filing(self, dossier: Dossier, now: datetime) -> None:
        if dossier.filing is None:
            self.outstanding += 1
            self.overdue += dossier.is_overdue(now)
        else:
            self.on_time += dossier.filing.on_time
            self.late += not dossier.filing.on_time


@dataclass
class Statistics:
    """A year of the district: the total, and each town that had an activity."""

    year: int
    total: Tally
    towns: dict[str, Tally]


def statistics(dossiers: Iterable[Dossier], year: int, now: datetime) -> Statistics:
    """The figures of `year` as they stand at `now`."""
    counted = Statistics(year, Tally(), {})
    for dossier in dossiers:
        if dossier.activity and year_of(dossier) == year:
            counted.total.add(dossier, now)
            counted.towns.setdefault(dossier.activity.town, Tally()).add(dossier, now)
    counted.towns = dict(sorted(counted.towns.items()))
    return counted


def year_of(dossier: Dossier) -> int:
    """The year that an announced activity counts in."""
    return day_of(dossier.holding.held_at if dossier.holding else dossier.known.starts_at).year
