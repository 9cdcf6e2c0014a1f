"""What costs: absence all year, late materials, overdue opinions. Points are negative."""

from collections.abc import Iterator
from itertools import groupby

from services.scoring.domain.lines import Line, line
from services.scoring.domain.record import Record
from services.scoring.domain.rulebook import Rule, Rulebook


def absent_all_year(rule: Rule, _: Rulebook, record: Record) -> Iterator[Line]:
    """The year is closed and nothing was held: no points, and points off (policy clause six (3))."""
    if record.closed and not record.held:
        yield line(rule.code, str(record.year), rule.points, (), year=record.year)


def materials_late(rule: Rule, _: Rulebook, record: Record) -> Iterator[Line]:
    """One line per activity whose first complete set came late, or never."""
    for activity in record.held:
        filed, missed = activity.contribution.filed, activity.contribution.filing_missed
        proofs = [each.proof for each in (filed, missed) if each]
        if filed and not filed.on_time:
            yield line(rule.code, activity.id, rule.points, proofs, outcome="late", days_late=filed.days_late)
        elif missed and not filed:
            yield line(rule.code, activity.id, rule.points, proofs, outcome="missing")


def opinion_overdue(rule: Rule, _: Rulebook, record: Record) -> Iterator[Line]:
    """One line per opinion, however often it became overdue in this unit's hands."""
    for opinion_id, found in groupby(record.overdue, key=lambda each: each.opinion_id):
        times = list(found)
        last_day = min(each.last_day for each in times)
        yield line(rule.code, opinion_id, rule.points, [each.proof for each in times], last_day=last_day)
