"""What earns: rules of kind `fixed_if_met`, one line per unit and year.

Met when ALL activities that the unit held meet it. A fault that nothing can cure is a line of 0 at once; what may still
come (materials before their due time, the outcome's publication) has no line until the year is closed, then one of 0.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from services.scoring.domain.facts import Proof
from services.scoring.domain.lines import Line, line
from services.scoring.domain.record import HeldActivity, Record
from services.scoring.domain.rulebook import Rule, Rulebook

MET, NOT_MET, NOT_YET = "met", "not_met", "not_yet"


class Finding(NamedTuple):
    """What one activity says about an indicator."""

    outcome: str
    proofs: tuple[Proof, ...]


def held(rule: Rule, rulebook: Rulebook, record: Record) -> Iterator[Line]:
    """At least as many activities as the rulebook asks."""
    count = len(record.held)
    outcome = MET if count >= rulebook.required_count else NOT_YET
    yield from _line(rule, record, outcome, _helds(record), required=rulebook.required_count)


def plan_filed_before_activity(rule: Rule, _: Rulebook, record: Record) -> Iterator[Line]:
    """Filed before the first session begins (policy clause six (1))."""

    def judge(activity: HeldActivity) -> Finding:
        return _judged(activity.held.plan_filed_at < activity.held.starts_at, activity)

    yield from _of_all(rule, record, judge)


def announced_in_time(rule: Rule, _: Rulebook, record: Record) -> Iterator[Line]:
    """At least `lead_days` calendar days ahead."""
    asked = int(rule.parameters["lead_days"])

    def judge(activity: HeldActivity) -> Finding:
        return _judged(activity.held.lead_days >= asked, activity)

    least = min((each.held.lead_days for each in record.held), default=0)
    yield from _of_all(rule, record, judge, lead_days=asked, least_days=least)


def composition_met(rule: Rule, _: Rulebook, record: Record) -> Iterator[Line]:
    """Residents at least a third at the door (policy clause three), as registration counted them."""
    yield from _of_all(rule, record, lambda each: _judged(each.held.composition_met, each))


def materials_in_time(rule: Rule, _: Rulebook, record: Record) -> Iterator[Line]:
    """The first complete set within two days (policy clause six (2))."""

    def judge(activity: HeldActivity) -> Finding:
        filed, missed = activity.contribution.filed, activity.contribution.filing_missed
        if filed:
            return Finding(MET if filed.on_time else NOT_MET, (filed.proof,))
        return Finding(NOT_MET, (missed.proof,)) if missed else Finding(NOT_YET, (activity.held.proof,))

    yield from _of_all(rule, record, judge)


def opinions_answered_in_time(rule: Rule, _: Rulebook, record: Record) -> Iterator[Line]:
    """No opinion became overdue in the unit's hands, whichever activity it came from (policy clause five (4))."""
    if record.overdue:
        opinions = sorted({each.opinion_id for each in record.overdue})
        proofs = [each.proof for each in record.overdue]
        yield from _line(rule, record, NOT_MET, proofs, overdue=len(opinions))
    else:
        yield from _line(rule, record, MET, _helds(record))


def result_published(rule: Rule, _: Rulebook, record: Record) -> Iterator[Line]:
    """Every activity has a publicity record of its outcome (policy clause six (2))."""

    def judge(activity: HeldActivity) -> Finding:
        proofs = tuple(each.proof for each in activity.contribution.published if each.kind == "outcome")
        return Finding(MET, proofs) if proofs else Finding(NOT_YET, (activity.held.proof,))

    yield from _of_all(rule, record, judge)


def _of_all(rule: Rule, record: Record, judge: Callable[[HeldActivity], Finding], **inputs: object) -> Iterator[Line]:
    findings = {each.id: judge(each) for each in record.held}
    outcomes = {each.outcome for each in findings.values()}
    outcome = next((each for each in (NOT_MET, NOT_YET) if each in outcomes), MET)
    proofs = [proof for each in findings.values() if each.outcome == outcome for proof in each.proofs]
    if outcome != MET:
        inputs["which"] = " ".join(id_ for id_, each in findings.items() if each.outcome == outcome)
    yield from _line(rule, record, outcome, proofs, **inputs)


def _line(rule: Rule, record: Record, outcome: str, proofs: Iterable[Proof], **inputs: object) -> Iterator[Line]:
    """Without an activity held there is nothing to earn and no line."""
    if not record.held or (outcome == NOT_YET and not record.closed):
        return
    points = rule.points if outcome == MET else 0
    yield line(rule.code, str(record.year), points, proofs, outcome=outcome, activities=len(record.held), **inputs)


def _judged(met: bool, activity: HeldActivity) -> Finding:  # noqa: FBT001
    return Finding(MET if met else NOT_MET, (activity.held.proof,))


def _helds(record: Record) -> list[Proof]:
    return [each.held.proof for each in record.held]
