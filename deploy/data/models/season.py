"""The demonstration's season: a year of activities, the day counts for opinions, and the close of the year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, StrictInt, model_validator

from deploy.data.models.activity import Activity
from deploy.data.models.base import DataModel, Finding, LocalTime, Text, refuse, repeated

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
        refuse(self._findings())
        return self

    def _findings(self) -> Iterator[Finding]:
        for number, name in repeated([activity.id for activity in self.activities]):
            yield ("activities", number, "id"), f"the activity {name} stands twice"
        for number, activity in enumerate(self.activities):
            for place, session in enumerate(activity.sessions):
                if session.starts_at.year != self.year:
                    yield ("activities", number, "sessions", place), f"this session is not in {self.year}"
            if activity.rescheduling and activity.rescheduling.sessions[-1].ends_at.year != self.year:
                yield ("activities", number, "rescheduling"), f"the later time is not in {self.year}"
        if not self.close.closed_at.year == self.close.frozen_at.year == self.year + 1:
            yield ("close",), f"the year {self.year} is closed and frozen in {self.year + 1}"
