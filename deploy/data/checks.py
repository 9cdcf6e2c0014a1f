"""Checks across the files of a district: what one file says must be known to the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.data.document import Document, read_document
from deploy.data.errors import DataFileError, Fault, FieldPath
from deploy.data.load import (
    CALENDAR_FOLDER,
    EXPECTED_FILE,
    HEDONG,
    RULEBOOK_FILE,
    SEASON_FILE,
    UNITS_FILE,
    load_calendar,
    parse,
)
from deploy.data.models import Activity, CalendarYear, ExpectedOutcomes, Rulebook, Season, UnitRegister
from deploy.data.models.base import Finding
from deploy.data.models.opinions import Assigned, Transferred


@dataclass(frozen=True)
class DistrictData:
    """Everything that a district's folder holds, checked."""

    units: UnitRegister
    calendar: dict[int, CalendarYear]
    rulebook: Rulebook
    season: Season
    expected: ExpectedOutcomes


def check_district(folder: Path = HEDONG) -> DistrictData:
    """Loads and cross-checks every file. Raises `DataFileError` with all that the files say against one another."""
    units_file, rulebook_file, season_file, expected_file = (
        read_document(folder / name) for name in (UNITS_FILE, RULEBOOK_FILE, SEASON_FILE, EXPECTED_FILE)
    )
    data = DistrictData(
        units=parse(units_file, UnitRegister),
        calendar=load_calendar(folder / CALENDAR_FOLDER),
        rulebook=parse(rulebook_file, Rulebook),
        season=parse(season_file, Season),
        expected=parse(expected_file, ExpectedOutcomes),
    )
    faults = [
        *_as_faults(rulebook_file, _rulebook_findings(data)),
        *_as_faults(season_file, _season_findings(data)),
        *_as_faults(expected_file, _expected_findings(data)),
    ]
    if faults:
        raise DataFileError(faults)
    return data


def _as_faults(document: Document, findings: Iterator[Finding]) -> list[Fault]:
    return [document.fault(where, reason) for where, reason in findings]


def _rulebook_findings(data: DistrictData) -> Iterator[Finding]:
    if data.rulebook.year not in data.calendar:
        yield ("year",), f"there is no calendar of {data.rulebook.year}"


def _season_findings(data: DistrictData) -> Iterator[Finding]:
    season = data.season
    if season.rulebook != data.rulebook.version:
        yield ("rulebook",), f"the rulebook in this folder is {data.rulebook.version}"
    for year in (season.year, season.close.frozen_at.year):
        if year not in data.calendar:
            yield ("year",), f"there is no calendar of {year}"
    towns = {town.slug for town in data.units.towns}
    for number, activity in enumerate(season.activities):
        where: FieldPath = ("activities", number)
        if activity.town not in towns:
            yield (*where, "town"), f"unknown town {activity.town}"
        for path, unit_id in _named_units(activity):
            reason = _unit_fault(data.units, unit_id, activity)
            if reason:
                yield (*where, *path), reason
        yield from _claim_findings(data.rulebook, activity, where)


def _named_units(activity: Activity) -> Iterator[tuple[FieldPath, str]]:
    for number, host in enumerate(activity.hosts):
        yield ("hosts", number, "unit_id"), host.unit_id
    for number, point in enumerate(activity.points):
        yield ("points", number, "owner_unit_id"), point.owner_unit_id
    for number, opinion in enumerate(activity.opinions):
        for place, step in enumerate(opinion.steps):
            if isinstance(step, Assigned | Transferred):
                yield ("opinions", number, "steps", place, "unit"), step.unit
    for number, claim in enumerate(activity.bonus_claims):
        yield ("bonus_claims", number, "unit"), claim.unit


def _unit_fault(units: UnitRegister, unit_id: str, activity: Activity) -> str | None:
    unit = units.unit(unit_id)
    if unit is None:
        return f"unknown unit {unit_id}"
    if not unit.active_on(activity.sessions[0].starts_at.date()):
        return f"the unit {unit_id} takes no part in the programme on that day"
    return None


def _claim_findings(rulebook: Rulebook, activity: Activity, where: FieldPath) -> Iterator[Finding]:
    for number, claim in enumerate(activity.bonus_claims):
        rule = rulebook.rule(claim.rule)
        if rule is None or rule.kind not in {"bonus_fixed", "bonus_levels"}:
            yield (*where, "bonus_claims", number, "rule"), f"{claim.rule} is no bonus of {rulebook.version}"
        elif (claim.level in rule.levels) != (rule.kind == "bonus_levels"):
            yield (*where, "bonus_claims", number, "level"), f"the levels of {claim.rule} are: {_listed(rule.levels)}"


def _expected_findings(data: DistrictData) -> Iterator[Finding]:
    expected, played = data.expected, {activity.id for activity in data.season.activities}
    if (expected.year, expected.rulebook) != (data.season.year, data.season.rulebook):
        yield ("year",), "year and rulebook are not those of the season"
    if set(expected.activities) != played:
        yield ("activities",), f"not the season's activities: {_listed(set(expected.activities) ^ played)}"
    codes = {rule.code for rule in data.rulebook.rules}
    assessed = {unit.id for unit in data.units.assessed_on(data.units.as_of)}
    for unit_id, scorecard in expected.scorecards.items():
        if unit_id not in assessed:
            yield ("scorecards", unit_id), f"{unit_id} is not an assessed unit"
        if not set(scorecard.lines) <= codes:
            yield ("scorecards", unit_id, "lines"), f"unknown rules: {_listed(set(scorecard.lines) - codes)}"
    without = assessed - set(expected.scorecards)
    if expected.absent.units != len(without):
        yield ("absent", "units"), f"{len(without)} assessed units have no scorecard of their own"
    if not set(expected.absent.among_them) <= without:
        yield ("absent", "among_them"), "names a unit that has a scorecard, or is not assessed"


def _listed(names: set[str] | dict[str, int]) -> str:
    return ", ".join(sorted(names)) or "none"
