"""Working days of the People's Republic, from the yearly lists that the State Council publishes each autumn.

A year without a list is an error that names the year: make-up workdays make Monday-to-Friday wrong.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.errors import Problem


class MissingCalendarYear(Problem):
    """No list of working days for this year: load one before rules reach into it."""

    status = 503

    def __init__(self, year: int) -> None:
        super().__init__(
            "calendar_year_missing",
            f"缺少 {year} 年的工作日历，请先由管理员导入。",
            f"The working-day calendar of {year} is missing; an administrator must load it.",
            year=year,
        )
        self.retry_after = 600


class _Year(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    year: Annotated[int, Field(ge=2000, le=2100)]
    source: str
    holidays: frozenset[date]
    workdays: frozenset[date]

    @model_validator(mode="after")
    def _of_one_year(self) -> Self:
        if strange := sorted(each for each in self.holidays | self.workdays if each.year != self.year):
            raise ValueError(f"{strange[0]} does not lie in {self.year}")
        if both := sorted(self.holidays & self.workdays):
            raise ValueError(f"{both[0]} is said to be a holiday and a workday")
        return self


class WorkingCalendar:
    """Which days are working days, for the years that were loaded."""

    def __init__(self, years: dict[int, tuple[frozenset[date], frozenset[date]]]) -> None:
        self._years = years

    @classmethod
    def load(cls, folder: Path) -> "WorkingCalendar":
        """Reads every `<year>.yaml` of `folder`. Raises ValueError that names the file and the place."""
        years: dict[int, tuple[frozenset[date], frozenset[date]]] = {}
        for file in sorted(folder.glob("*.yaml")):
            try:
                year = _Year.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
            except (yaml.YAMLError, ValidationError) as error:
                raise ValueError(f"working-day calendar {file}: {error}") from error
            if year.year in years:
                raise ValueError(f"working-day calendar {file}: {year.year} was given by another file already")
            years[year.year] = (year.holidays, year.workdays)
        if not years:
            raise ValueError(f"working-day calendar: no <year>.yaml in {folder}")
        return cls(years)

    def is_workday(self, day: date) -> bool:
        """Raises MissingCalendarYear."""
        if day.year not in self._years:
            raise MissingCalendarYear(day.year)
        holidays, workdays = self._years[day.year]
        return day in workdays or (day.weekday() < 5 and day not in holidays)

    def roll_forward(self, day: date) -> date:
        """`day` itself if it is a working day, else the next one."""
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day

    def add_workdays(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it when negative); the day itself is not counted."""
        step = timedelta(days=1 if count > 0 else -1)
        for _ in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day
