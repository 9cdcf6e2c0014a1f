"""Every rule applied to one record: a pure function of facts, the same for any order in which they came.

Caps: lines are taken in the order of rules, then of subjects. The line that crosses a cap is cut to what is left; those
after it stand with 0 points and say so, so that nothing that happened is missing from the explanation.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from services.scoring.domain import bonuses, faults, indicators
from services.scoring.domain.lines import Line
from services.scoring.domain.record import Record
from services.scoring.domain.rulebook import BONUSES, Rule, Rulebook

Judge = Callable[[Rule, Rulebook, Record], Iterable[Line]]

JUDGES: Mapping[str, Judge] = {
    "held": indicators.held,
    "plan_filed_before_activity": indicators.plan_filed_before_activity,
    "announced_in_time": indicators.announced_in_time,
    "composition_met": indicators.composition_met,
    "materials_in_time": indicators.materials_in_time,
    "opinions_answered_in_time": indicators.opinions_answered_in_time,
    "result_published": indicators.result_published,
    "absent_all_year": faults.absent_all_year,
    "materials_late": faults.materials_late,
    "opinion_overdue": faults.opinion_overdue,
    "replicable_case": bonuses.replicable_case,
    "superior_publication": bonuses.superior_publication,
    "live_stream": bonuses.live_stream,
}


def evaluate(rulebook: Rulebook, record: Record) -> list[Line]:
    """The lines that must stand. A unit that is not assessed has none."""
    if not record.assessed:
        return []
    lines: list[Line] = []
    bonus: list[Line] = []
    for rule in rulebook.rules:
        found = sorted(JUDGES[rule.code](rule, rulebook, record), key=lambda each: each.subject)
        (bonus if rule.kind in BONUSES else lines).extend(_within(found, rule.cap))
    order = {each.code: place for place, each in enumerate(rulebook.rules)}
    return sorted([*lines, *_within(bonus, rulebook.bonus_cap)], key=lambda each: (order[each.rule], each.subject))


def _within(lines: Iterable[Line], cap: int | None) -> Iterator[Line]:
    left = cap
    for each in lines:
        if left is None or abs(each.points) <= left:
            left = None if left is None else left - abs(each.points)
            yield each
        else:
            cut = left if each.points > 0 else -left
            inputs = {**each.inputs, "cap": str(cap), "uncapped": each.inputs.get("uncapped", str(each.points))}
            left = 0
            yield replace(each, points=cut, inputs=inputs)
