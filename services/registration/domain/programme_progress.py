"""How far a programme is, unit by unit: what is planned, announced and held, and who has not sent a plan yet."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date

from services.registration.domain.activity import Activity, ActivityState
from services.registration.domain.plan import Plan, PlanState
from services.registration.domain.programme import Programme
from services.registration.domain.unit import Particulars, Unit

SENT = {PlanState.SUBMITTED, PlanState.FILED}


@dataclass(frozen=True)
class UnitProgress:
    """One unit's part, as any of the hosts. `to_go`: plans that it still owes, 0 for a unit that is not assessed."""

    unit_id: str
    name: str
    name_en: str
    guided_by: str | None
    assessed: bool
    plans: Mapping[str, int]
    activities: Mapping[str, int]
    sent: int
    to_go: int


@dataclass(frozen=True)
class Progress:
    """Of a programme on a day: the units that are active then, and what they did together."""

    programme: Programme
    as_of: date
    units: tuple[UnitProgress, ...]
    plans: Mapping[str, int]
    activities: Mapping[str, int]

    @property
    def missing(self) -> tuple[str, ...]:
        """Who should have sent a plan and has sent none."""
        return tuple(each.unit_id for each in self.units if each.to_go and not each.sent)

    def seen_by(self, units: Set[str]) -> "Progress":
        """Only these units and those that they guide; the sums stay those of all."""
        seen = tuple(each for each in self.units if each.unit_id in units or each.guided_by in units)
        return replace(self, units=seen)


def progress(
    programme: Programme, units: Iterable[Unit], plans: Iterable[Plan], activities: Iterable[Activity], today: date
) -> Progress:
    """A unit sends a plan as any of its hosts, or through an institution that it guides and that is not assessed.

    What was called off counts as sent no longer: the unit owes another one. In another year than the programme's own,
    the units are those of its first or last day.
    """
    day = min(max(today, date(programme.terms.year, 1, 1)), date(programme.terms.year, 12, 31))
    known, acts = [each for each in units if each.is_active(day)], list(activities)
    off = {each.plan_id for each in acts if each.state == ActivityState.CANCELLED}
    of_plans, of_acts, sent = _Tally(), _Tally(), Counter[str]()
    guides = {each.id: _guide(each.on(day)) for each in known}
    for plan in plans:
        hosts = {each.unit_id for each in plan.content.hosts}
        of_plans.count(plan.state, hosts)
        if plan.state in SENT and plan.id not in off:
            sent.update(hosts | {guide for each in hosts if (guide := guides.get(each))})
    for activity in acts:
        of_acts.count(activity.state, set(activity.unit_ids))

    def row(unit: Unit) -> UnitProgress:
        told = unit.on(day)
        owed = max(0, programme.terms.target.per_unit - sent[unit.id]) if told.assessed else 0
        return UnitProgress(
            unit.id,
            told.name,
            told.name_en,
            told.supervising_unit_id,
            told.assessed,
            of_plans.of(unit.id),
            of_acts.of(unit.id),
            sent[unit.id],
            owed,
        )

    rows = tuple(row(each) for each in sorted(known, key=lambda each: each.id))
    return Progress(programme, day, rows, dict(of_plans.whole), dict(of_acts.whole))


class _Tally:
    """How many in which state: of all, and of each unit."""

    def __init__(self) -> None:
        self.whole = Counter[str]()
        self._each: dict[str, Counter[str]] = {}

    def count(self, state: str, units: Set[str]) -> None:
        self.whole[state] += 1
        for unit_id in units:
            self._each.setdefault(unit_id, Counter())[state] += 1

    def of(self, unit_id: str) -> Mapping[str, int]:
        return dict(self._each.get(unit_id, {}))


def _guide(held: Particulars) -> str | None:
    """For whom it counts, beside itself."""
    return None if held.assessed else held.supervising_unit_id
