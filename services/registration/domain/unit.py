"""A unit (开放主体): who may host an open day, who guides whom, who is assessed. Policy clause two."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.aggregate import Aggregate, Fact
from shared.errors import Conflict, Invalid


class UnitKind(StrEnum):
    """Kinds of unit named in the policy's address line and clause two."""

    DEPARTMENT = "department"
    TOWN = "town"
    SUBDISTRICT = "subdistrict"
    DEVELOPMENT_ZONE = "development_zone"
    STATIONED_UNIT = "stationed_unit"
    PUBLIC_INSTITUTION = "public_institution"
    PUBLIC_ENTERPRISE = "public_enterprise"
    SERVICE_WINDOW = "service_window"


@dataclass(frozen=True)
class Particulars:
    """What is known of a unit; the dates are inclusive days, `active_to` open-ended when None."""

    name: str
    name_en: str
    kind: UnitKind
    town: str
    supervising_unit_id: str | None
    assessed: bool
    managed_by: str
    active_from: date
    active_to: date | None


@dataclass(frozen=True)
class UnitRegistered(Fact):
    """A unit is known, or its particulars changed."""

    unit_id: str
    particulars: Particulars


@dataclass(kw_only=True)
class Unit(Aggregate):
    """One unit. Reorganisations change its particulars; it is never deleted."""

    particulars: Particulars

    @classmethod
    def register(cls, unit_id: str, particulars: Particulars) -> "Unit":
        """A unit becomes known."""
        _check(unit_id, particulars)
        unit = cls(id=unit_id, particulars=particulars)
        unit.record(UnitRegistered(unit_id, particulars))
        return unit

    def amend(self, particulars: Particulars) -> None:
        """New particulars; saying the same again changes nothing."""
        _check(self.id, particulars)
        if particulars != self.particulars:
            self.particulars = particulars
            self.record(UnitRegistered(self.id, particulars))

    def is_active(self, day: date) -> bool:
        """Whether the unit existed, under the district, on that day."""
        starts, ends = self.particulars.active_from, self.particulars.active_to
        return starts <= day and (ends is None or day <= ends) and self.particulars.managed_by == "district"

    def must_be_active(self, day: date) -> None:
        """Raises Conflict unless it is."""
        if not self.is_active(day):
            raise Conflict(
                "unit_inactive",
                "该单位当日不在本区管理范围内。",
                "This unit is not active in the district on that day.",
            )


def _check(unit_id: str, particulars: Particulars) -> None:
    if particulars.active_to and particulars.active_to < particulars.active_from:
        raise Invalid("dates_reversed", "停用日期早于启用日期。", "active_to lies before active_from.")
    if particulars.supervising_unit_id == unit_id:
        raise Invalid("supervises_itself", "单位不能由自身主管。", "A unit cannot supervise itself.")
