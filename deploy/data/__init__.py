"""A district's data: units, working days, rulebook; and the demonstration's season with its expected outcomes."""

from deploy.data.errors import DataFileError, Problem
from deploy.data.load import HEDONG, load_calendar, load_calendar_year, load_rulebook, load_units

__all__ = [
    "HEDONG",
    "DataFileError",
    "Problem",
    "load_calendar",
    "load_calendar_year",
    "load_rulebook",
    "load_units",
]
