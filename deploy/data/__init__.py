"""A district's data: units, working days, rulebook; and the demonstration's season with its expected outcomes."""

from deploy.data.checks import DistrictData, check_district
from deploy.data.errors import DataFileError, Fault
from deploy.data.load import (
    HEDONG,
    load_calendar,
    load_calendar_year,
    load_expected,
    load_rulebook,
    load_season,
    load_units,
)

__all__ = [
    "HEDONG",
    "DataFileError",
    "DistrictData",
    "Fault",
    "check_district",
    "load_calendar",
    "load_calendar_year",
    "load_expected",
    "load_rulebook",
    "load_season",
    "load_units",
]
