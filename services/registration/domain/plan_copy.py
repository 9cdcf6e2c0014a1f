"""Last year's plan as the beginning of this year's."""

from dataclasses import replace

from services.registration.domain.plan import Plan
from services.registration.domain.plan_history import Origin


def copied(source: Plan, plan_id: str, activity_id: str, *, by: str) -> Plan:
    """A draft that says what `source` says. Approvals of larger caps were for that plan, and stay with it."""
    points = tuple(replace(each, cap_approver=None) for each in source.content.points)
    made = Plan.draft(plan_id, activity_id, replace(source.content, points=points), by=by)
    made.copied_from = Origin(source.id, source.receipt)
    return made
