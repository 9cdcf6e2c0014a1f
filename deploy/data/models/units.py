"""The units of a district: departments, towns, zones, stationed units, and the institutions that they guide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, Self

from pydantic import model_validator

from deploy.data.models.base import DataModel, Finding, Flag, Slug, Text, UnitId, refuse, repeated

UnitKind = Literal[
    "department",
    "town",
    "subdistrict",
    "development_zone",
    "stationed_unit",
    "public_institution",
    "public_enterprise",
    "service_window",
]
GUIDED_KINDS: frozenset[UnitKind] = frozenset({"public_institution", "public_enterprise", "service_window"})


class Town(DataModel):
    """A place of the closed set that statistics are kept by (镇、街道、园区, or the district level)."""

    slug: Slug
    name: Text
    name_en: Text


class Unit(DataModel):
    """A unit with its effective dates. `active_to` is the last day; `assessed` units have a scorecard."""

    id: UnitId
    name: Text
    name_en: Text
    kind: UnitKind
    supervising_unit_id: UnitId | None = None
    assessed: Flag
    managed_by: Literal["district", "external"] = "district"
    active_from: date
    active_to: date | None = None
    town: Slug = "district"

    def active_on(self, day: date) -> bool:
        """Whether the unit takes part in this district's programme on `day`; one managed elsewhere never does."""
        ended = self.active_to is not None and day > self.active_to
        return self.managed_by == "district" and self.active_from <= day and not ended

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.active_to is not None and self.active_to < self.active_from:
            raise ValueError("active_to is before active_from")
        if self.managed_by == "external" and self.assessed:
            raise ValueError("a unit managed outside the district cannot be assessed by it")
        if self.kind in GUIDED_KINDS and self.supervising_unit_id is None:
            raise ValueError(f"a {self.kind} needs its supervising unit (policy, part 2)")
        if self.kind in GUIDED_KINDS and self.assessed:
            raise ValueError(f"a {self.kind} is scored through its supervising unit: assessed must be false")
        return self


class UnitRegister(DataModel):
    """All units of one district as of a day."""

    district: Text
    district_en: Text
    code: Text
    as_of: date
    towns: tuple[Town, ...]
    units: tuple[Unit, ...]

    def unit(self, unit_id: str) -> Unit | None:
        return next((unit for unit in self.units if unit.id == unit_id), None)

    def assessed_on(self, day: date) -> tuple[Unit, ...]:
        """The units that have a scorecard, as of `day`."""
        return tuple(unit for unit in self.units if unit.assessed and unit.active_on(day))

    @model_validator(mode="after")
    def _known_names(self) -> Self:
        refuse(self._findings())
        return self

    def _findings(self) -> Iterator[Finding]:
        known, places = {unit.id: unit for unit in self.units}, [town.slug for town in self.towns]
        for number, slug in repeated(places):
            yield ("towns", number, "slug"), f"the town {slug} stands twice"
        for number, unit_id in repeated([unit.id for unit in self.units]):
            yield ("units", number, "id"), f"the unit id {unit_id} stands twice"
        for number, unit in enumerate(self.units):
            if unit.town not in places:
                yield ("units", number, "town"), f"unknown town {unit.town}"
            if reason := _supervision_fault(unit, known):
                yield ("units", number, "supervising_unit_id"), reason


def _supervision_fault(unit: Unit, known: dict[str, Unit]) -> str | None:
    """Guidance is one level deep: the unit that guides is itself guided by none."""
    if unit.supervising_unit_id is None:
        return None
    guide = known.get(unit.supervising_unit_id)
    if guide is None:
        return f"unknown supervising unit {unit.supervising_unit_id}"
    if guide.supervising_unit_id is not None:
        return f"its supervising unit {guide.id} is itself guided by another"
    return None
