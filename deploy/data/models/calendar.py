"""The working days of one year, as the State Council's holiday notice sets them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, StrictInt, model_validator

from deploy.data.models.base import DataModel, Text

SATURDAY = 5


class CalendarYear(DataModel):
    """What differs from Monday to Friday: weekdays that are off, and weekend days that are worked (调休)."""

    year: Annotated[StrictInt, Field(ge=2000, le=2100)]
    source: Text
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        days = self.holidays + self.workdays
        faults = [f"{day} is not in {self.year}" for day in days if day.year != self.year]
        faults += [f"holiday {day} is a weekend day, off anyway" for day in self.holidays if day.weekday() >= SATURDAY]
        faults += [f"workday {day} is a weekday, worked anyway" for day in self.workdays if day.weekday() < SATURDAY]
        faults += [f"{day} stands twice" for day in sorted(set(days)) if days.count(day) > 1]
        if not self.holidays:
            faults.append("a year without holidays is not a calendar")
        if faults:
            raise ValueError("; ".join(faults))
        return self
