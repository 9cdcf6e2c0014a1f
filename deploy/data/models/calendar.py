"""The working days of one year, as the State Council's holiday notice sets them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Self

from pydantic import Field, StrictInt, model_validator

from deploy.data.models.base import DataModel, Finding, Text, refuse

SATURDAY = 5


class CalendarYear(DataModel):
    """What differs from Monday to Friday: weekdays that are off, and weekend days that are worked (调休)."""

    year: Annotated[StrictInt, Field(ge=2000, le=2100)]
    source: Text
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        refuse(self._findings())
        return self

    def _findings(self) -> Iterator[Finding]:
        if not self.holidays:
            yield ("holidays",), "a year without holidays is not a calendar"
        for field, days, weekend in (("holidays", self.holidays, False), ("workdays", self.workdays, True)):
            for number, day in enumerate(days):
                if day.year != self.year:
                    yield (field, number), f"{day} is not in {self.year}"
                elif (day.weekday() >= SATURDAY) != weekend:
                    yield (field, number), f"{day} is {'no' if weekend else 'a'} weekend day: it changes nothing here"
                elif day in days[:number]:
                    yield (field, number), f"{day} stands twice"
