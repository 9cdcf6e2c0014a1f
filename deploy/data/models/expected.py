"""The outcomes that the season must have: written by hand from the policy and the rulebook, never from a run."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StrictInt, model_validator

from deploy.data.models.activity_parts import ActivityId
from deploy.data.models.base import Count, DataModel, Flag, LocalTime, Slug, Thousandths, UnitId
from deploy.data.models.points import Mix


class ExpectedFiling(DataModel):
    """`due` is 24:00 of the last day, written as 00:00 of the next; `days_late` counts begun days."""

    due: LocalTime
    filed_at: LocalTime
    on_time: Flag
    days_late: Count

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.on_time != (self.filed_at <= self.due) or self.on_time != (self.days_late == 0):
            raise ValueError("on_time, days_late and the two moments do not agree")
        return self


class ExpectedOpinions(DataModel):
    """Counts. `answered` are the assigned ones with a reviewed reply; those answered on site stand apart."""

    received: Count
    on_site: Count
    assigned: Count
    transferred: Count
    overdue: Count
    supervised: Count
    answered: Count
    published: Count


class ExpectedActivity(DataModel):
    """What stands at the end. `confirmed` and `waiting` are those at the roster's lock."""

    state: Literal["held", "cancelled"]
    confirmed: Mix | None = None
    waiting: Mix | None = None
    attended: Mix | None = None
    composition_at_door: Literal["met", "not_met"] | None = None
    filing: ExpectedFiling | None = None
    opinions: ExpectedOpinions
    nil_return: Flag = False

    @model_validator(mode="after")
    def _complete(self) -> Self:
        outcome = (self.confirmed, self.waiting, self.attended, self.composition_at_door, self.filing)
        if any((part is not None) != (self.state == "held") for part in outcome):
            raise ValueError("an activity held has a roster, attendance and a filing; one cancelled has none of them")
        return self


class ExpectedScorecard(DataModel):
    """Lines by rule code, in thousandths; several lines of one rule are added up; a zero is an indicator not met."""

    lines: dict[Slug, Thousandths]
    total: Thousandths

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if sum(self.lines.values()) != self.total:
            raise ValueError(f"the lines add up to {sum(self.lines.values())}, not to the total {self.total}")
        return self


class ExpectedAbsence(DataModel):
    """The scorecard of every assessed unit that held nothing: how many there are, and which are named."""

    scorecard: ExpectedScorecard
    units: Count
    among_them: Annotated[tuple[UnitId, ...], Field(min_length=1)]


class ExpectedOutcomes(DataModel):
    """Everything that a run of the season is compared with."""

    year: StrictInt
    rulebook: str
    activities: dict[ActivityId, ExpectedActivity]
    scorecards: dict[UnitId, ExpectedScorecard]
    absent: ExpectedAbsence
