"""The demonstration's season: a year of activities, the day counts for opinions, and the close of the year."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StrictInt, model_validator

from deploy.data.models.activity import Activity
from deploy.data.models.base import DataModel, LocalTime, Text, repeated

Workdays = Annotated[StrictInt, Field(ge=1)]


class OpinionTerms(DataModel):
    """Working days, the day of the starting event not counted; due at 24:00 of the last day.

    `triage` from receipt, `accept` and `reply` from the assignment (or the transfer) to the unit.
    """

    triage: Workdays
    accept: Workdays
    reply: Workdays


class YearClose(DataModel):
    """When the year's absences are entered, and when the scorecards are frozen."""

    closed_at: LocalTime
    frozen_at: LocalTime


class Season(DataModel):
    """A district's activities of one year."""

    district: Text
    year: StrictInt
    rulebook: Text
    opinion_terms: OpinionTerms
    close: YearClose
    activities: tuple[Activity, ...]

    @model_validator(mode="after")
    def _of_this_year(self) -> Self:
        faults = [f"{name} stands twice" for name in repeated([activity.id for activity in self.activities])]
        ids = [opinion.id for activity in self.activities for opinion in activity.opinions]
        faults += [f"{name} stands twice" for name in repeated(ids)]
        for activity in self.activities:
            later = activity.rescheduling.sessions if activity.rescheduling else ()
            if any(session.starts_at.year != self.year for session in activity.sessions + later):
                faults.append(f"{activity.id}: a session is not in {self.year}")
        if not self.close.closed_at.year == self.close.frozen_at.year == self.year + 1:
            faults.append(f"the year {self.year} is closed and frozen in {self.year + 1}")
        if faults:
            raise ValueError("; ".join(faults))
        return self
