"""Who guides whom (主管部门), on a day: a tree, for nobody is guided by those whom they guide. Policy clause two."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.registration.domain.unit import Particulars, Unit
from shared.errors import Conflict, Invalid

Units = Mapping[str, Unit]
"""All units, by id."""


@dataclass(frozen=True)
class Branch:
    """A unit as it stood on the day, with those that it guided."""

    unit_id: str
    particulars: Particulars
    guided: tuple["Branch", ...]


def tree(units: Iterable[Unit], day: date) -> tuple[Branch, ...]:
    """Everybody who existed on that day once, by id; at the top who is guided by nobody that existed.

    Should two administrators have made a circle at the same moment, those in it stand at the top by themselves.
    """
    there = {each.id: each.on(day) for each in units if each.on(day).exist_on(day)}
    below: dict[str | None, list[str]] = {}
    for unit_id, held in sorted(there.items()):
        guide = held.supervising_unit_id
        below.setdefault(guide if guide in there else None, []).append(unit_id)

    def branch(unit_id: str) -> Branch:
        return Branch(unit_id, there[unit_id], tuple(branch(each) for each in below.get(unit_id, ())))

    top = tuple(branch(each) for each in below.get(None, ()))
    circling = sorted(set(there) - set(_named(top)))
    return (*top, *(Branch(each, there[each], ()) for each in circling))


def must_fit(units: Units, changed: Unit, since: date, today: date) -> None:
    """What `changed` says of its supervising unit, from `since` on. Raises Invalid, with a code for each rule.

    `supervisor_unknown`, `supervisor_inactive` (gone by then), `supervision_loop` on the day or any later one of which
    something is known.
    """
    guide = changed.on(since).supervising_unit_id
    if guide is None:
        return
    if guide not in units:
        raise Invalid("supervisor_unknown", "没有找到主管部门，请核对编号。", "No such supervising unit; check its id.")
    day = max(since, today)
    if changed.on(day).exist_on(day) and not units[guide].on(day).exist_on(day):
        raise Invalid(
            "supervisor_inactive",
            "主管部门当日不存在或已停用。",
            "The supervising unit does not exist on that day, or has ceased.",
            unit=guide,
        )
    known = {**units, changed.id: changed}
    days = {since} | {each.until for unit in known.values() for each in unit.earlier if each.until > since}
    for each in sorted(days):
        if loop := _loop(known, changed.id, each):
            raise Invalid(
                "supervision_loop",
                "主管关系不能成环：该单位主管的单位不能反过来主管它。",
                "Supervision must not run in a circle: a unit is not guided by one that it guides.",
                units=loop,
                day=each.isoformat(),
            )


def must_guide_nobody(units: Iterable[Unit], unit_id: str, after: date) -> None:
    """Raises Conflict with those that a unit would leave without guidance by ceasing on that day."""
    left = [each.id for each in units if _guides(each, after) == unit_id]
    if left:
        raise Conflict(
            "guides_units",
            "还有单位由其主管，请先调整主管部门。",
            "It guides other units; give them another supervising unit first.",
            units=sorted(left),
        )


def _named(branches: Iterable[Branch]) -> list[str]:
    return [name for each in branches for name in (each.unit_id, *_named(each.guided))]


def _guides(unit: Unit, after: date) -> str | None:
    """Who guides it on the last day of which anything is known, if it goes on after `after`."""
    newest = unit.particulars
    goes_on = newest.active_to is None or newest.active_to > after
    return newest.supervising_unit_id if goes_on else None


def _loop(units: Units, start: str, day: date) -> list[str]:
    chain, at = [start], units[start].on(day).supervising_unit_id
    while at is not None and at in units and at not in chain:
        chain.append(at)
        at = units[at].on(day).supervising_unit_id
    return chain if at == start else []
