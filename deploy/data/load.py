"""Loads the data files of a district. Each loader raises `DataFileError` naming the file, the line and the field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from deploy.data.document import Document, read_document
from deploy.data.errors import DataFileError, Fault
from deploy.data.models import CalendarYear, ExpectedOutcomes, Rulebook, Season, UnitRegister
from deploy.data.models.base import MisplacedError

HEDONG = Path(__file__).parent / "hedong"
UNITS_FILE = "units.yaml"
RULEBOOK_FILE = "rulebook.yaml"
CALENDAR_FOLDER = "calendar"
SEASON_FILE = "season-2021.yaml"
EXPECTED_FILE = "expected-2021.yaml"

Model = TypeVar("Model", bound=BaseModel)


def load_units(path: Path = HEDONG / UNITS_FILE) -> UnitRegister:
    """The units of a district."""
    return parse(read_document(path), UnitRegister)


def load_calendar_year(path: Path) -> CalendarYear:
    """The working days of one year; the file must be named after its year."""
    document = read_document(path)
    calendar = parse(document, CalendarYear)
    if path.stem != str(calendar.year):
        raise DataFileError([document.fault(("year",), f"{calendar.year} does not fit the file name")])
    return calendar


def load_calendar(folder: Path = HEDONG / CALENDAR_FOLDER) -> dict[int, CalendarYear]:
    """Every year in the folder, by year. A year that has no file is absent here: the reader must refuse it."""
    years = [load_calendar_year(path) for path in sorted(folder.glob("*.yaml"))]
    if not years:
        raise DataFileError([Fault(folder, None, "", "no calendar file (<year>.yaml) in this folder")])
    return {calendar.year: calendar for calendar in years}


def load_rulebook(path: Path = HEDONG / RULEBOOK_FILE) -> Rulebook:
    """The scoring rulebook of a year."""
    return parse(read_document(path), Rulebook)


def load_season(path: Path = HEDONG / SEASON_FILE) -> Season:
    """The activities that the demonstration plays."""
    return parse(read_document(path), Season)


def load_expected(path: Path = HEDONG / EXPECTED_FILE) -> ExpectedOutcomes:
    """The outcomes that a run of the season must have."""
    return parse(read_document(path), ExpectedOutcomes)


def parse(document: Document, model: type[Model]) -> Model:
    """The document as `model`. Raises `DataFileError` with every field that does not fit."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        raise DataFileError([fault for each in errors for fault in _faults(document, each)]) from None


def _faults(document: Document, error: ErrorDetails) -> Iterator[Fault]:
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, MisplacedError):
        for where, reason in cause.findings:
            yield document.fault((*error["loc"], *where), reason)
    else:
        yield document.fault(error["loc"], _reason(error["type"], error["msg"]))


def _reason(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "unknown field; remove it or correct its name"
    if kind == "missing":
        return "this field is missing"
    return message.removeprefix("Value error, ")
