"""A unit (开放主体): who may host an open day, who guides whom, who is assessed. Policy clause two.

Districts are reorganised: units are renamed, merged, put under another department or another zone's management, from a
day on. So a unit keeps what held when, and what held on the day of an activity counts for it.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from shared.aggregate import Aggregate, Fact
from shared.errors import Conflict, Invalid
from shared.time import day_of, start_of_day

MOST_CHANGES = 100


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

    def exist_on(self, day: date) -> bool:
        """Whether the unit existed on that day, whoever managed it."""
        return self.active_from <= day and (self.active_to is None or day <= self.active_to)


@dataclass(frozen=True)
class Era:
    """What held before a change; `until` is the first day on which it did not hold any more."""

    until: date
    particulars: Particulars


@dataclass(frozen=True)
class UnitRegistered(Fact):
    """A unit is known, or its particulars changed; `since` is the first day on which these hold."""

    unit_id: str
    particulars: Particulars
    since: date


@dataclass(kw_only=True)
class Unit(Aggregate):
    """One unit, never deleted. `particulars` hold since the last of the `earlier` ended, which may lie ahead."""

    particulars: Particulars
    earlier: list[Era] = field(default_factory=list)

    @classmethod
    def register(cls, unit_id: str, particulars: Particulars) -> "Unit":
        """A unit becomes known."""
        _check(unit_id, particulars)
        unit = cls(id=unit_id, particulars=particulars)
        unit.record(UnitRegistered(unit_id, particulars, particulars.active_from))
        return unit

    @property
    def since(self) -> date:
        """The first day of the newest particulars."""
        return self.earlier[-1].until if self.earlier else self.particulars.active_from

    def on(self, day: date) -> Particulars:
        """What held on that day."""
        return next((each.particulars for each in self.earlier if day < each.until), self.particulars)

    def eras(self) -> list[tuple[date, Particulars]]:
        """What held, each with its first day, the earliest first."""
        starts = [self.on(date.min).active_from, *(each.until for each in self.earlier)]
        return list(zip(starts, [*(each.particulars for each in self.earlier), self.particulars], strict=True))

    def amend(self, particulars: Particulars, today: date) -> None:
        """A correction of what holds today; saying the same again changes nothing. What is to come stays."""
        _check(self.id, particulars)
        if particulars == self.on(today):
            return
        at = next((number for number, each in enumerate(self.earlier) if today < each.until), None)
        if at is None:
            self.particulars = particulars
        else:
            self.earlier[at] = replace(self.earlier[at], particulars=particulars)
        since = self.eras()[len(self.earlier) if at is None else at][0]
        self.record(UnitRegistered(self.id, particulars, since))

    def change(self, particulars: Particulars, since: date, today: date) -> None:
        """Other particulars from a day on; before it, what was said holds. The same again changes nothing.

        What lies ahead is published on its day: readers know one state of a unit, that of now. The day of the last
        change may be given again, to correct that one. Raises Conflict (`later_change_known`, `too_many_changes`).
        """
        _check(self.id, particulars)
        if since < self.since:
            raise Conflict(
                "later_change_known",
                f"该单位在 {self.since} 已有变更，新的变更不能早于该日。",
                f"A change of {self.since} is known already; another one cannot come before it.",
                since=self.since.isoformat(),
            )
        if particulars == self.particulars:
            return
        if since > self.since:
            if len(self.earlier) >= MOST_CHANGES:
                raise Conflict("too_many_changes", f"最多 {MOST_CHANGES} 次变更。", f"At most {MOST_CHANGES} changes.")
            self.earlier.append(Era(since, self.particulars))
        self.particulars = particulars
        self._tell(today)

    def close(self, last_day: date, today: date) -> None:
        """It ceases after that day. The same day again changes nothing. Raises Conflict, Invalid."""
        if self.particulars.active_to == last_day:
            return
        if self.particulars.active_to and self.particulars.active_to < today:
            raise Conflict(
                "unit_closed",
                f"该单位已于 {self.particulars.active_to} 停用。",
                f"The unit ceased on {self.particulars.active_to}.",
                active_to=self.particulars.active_to.isoformat(),
            )
        if last_day < self.since:
            raise Invalid(
                "dates_reversed",
                f"停用日期不能早于最近一次变更（{self.since}）。",
                f"It cannot cease before its last change, on {self.since}.",
                since=self.since.isoformat(),
            )
        self.particulars = replace(self.particulars, active_to=last_day)
        self._tell(today)

    def ring(self, timer: str, due: datetime) -> None:
        day = day_of(due)
        if timer != _timer(day):
            return super().ring(timer, due)
        return self.record(UnitRegistered(self.id, self.on(day), day))

    def is_active(self, day: date) -> bool:
        """Whether the unit existed, under the district, on that day."""
        held = self.on(day)
        return held.exist_on(day) and held.managed_by == "district"

    def must_be_active(self, day: date) -> None:
        """Raises Conflict unless it is."""
        if not self.is_active(day):
            raise Conflict(
                "unit_inactive",
                "该单位当日不在本区管理范围内。",
                "This unit is not active in the district on that day.",
                unit=self.id,
            )

    def _tell(self, today: date) -> None:
        """Now, or on the first of its days: the newest particulars."""
        if self.since > today:
            self.timers[_timer(self.since)] = start_of_day(self.since)
        else:
            self.record(UnitRegistered(self.id, self.particulars, self.since))


def _timer(day: date) -> str:
    return f"change {day}"


def _check(unit_id: str, particulars: Particulars) -> None:
    if particulars.active_to and particulars.active_to < particulars.active_from:
        raise Invalid("dates_reversed", "停用日期早于启用日期。", "active_to lies before active_from.")
    if particulars.supervising_unit_id == unit_id:
        raise Invalid("supervises_itself", "单位不能由自身主管。", "A unit cannot supervise itself.")
