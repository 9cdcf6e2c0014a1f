"""The district's figures."""

from typing import Self

from pydantic import BaseModel

from services.reporting.domain.publicity import PublicityKind
from services.reporting.domain.statistics import Statistics, Tally


class ActivityCounts(BaseModel):
    """Activities of the year; those announced include those held and cancelled."""

    announced: int
    held: int
    cancelled: int


class FilingCounts(BaseModel):
    """Material sets of the activities held; the overdue ones are among the outstanding."""

    on_time: int
    late: int
    outstanding: int
    overdue: int


class TallyView(BaseModel):
    """The figures of the district or of a town."""

    activities: ActivityCounts
    attended: dict[str, int]
    attended_total: int
    filings: FilingCounts
    publicity: dict[PublicityKind, int]

    @classmethod
    def of(cls, tally: Tally) -> Self:
        """From the domain."""
        return cls(
            activities=ActivityCounts(announced=tally.announced, held=tally.held, cancelled=tally.cancelled),
            attended=dict(sorted(tally.attended.items())),
            attended_total=tally.attended.total(),
            filings=FilingCounts(
                on_time=tally.on_time, late=tally.late, outstanding=tally.outstanding, overdue=tally.overdue
            ),
            publicity={kind: tally.publicity[kind] for kind in PublicityKind},
        )


class StatisticsView(BaseModel):
    """The district's figures of a year."""

    year: int
    total: TallyView
    towns: dict[str, TallyView]

    @classmethod
    def of(cls, counted: Statistics) -> Self:
        """From the domain."""
        towns = {town: TallyView.of(tally) for town, tally in counted.towns.items()}
        return cls(year=counted.year, total=TallyView.of(counted.total), towns=towns)
