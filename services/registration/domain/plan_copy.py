"""Last year's plan as the beginning of this year's."""

from dataclasses import replace

from services.registration.domain.plan import Plan
from services.registration.domain.plan_history import Origin


def copied(source: Plan, plan_id: str, activity_id: str, *, by: str, programme_id: str | None = None) -> Plan:
    """A draft that says what `source` says, without its time. Approvals of larger caps were for that plan, too."""
    points = tuple(replace(each, cap_approver=None) for each in source.content.points)
    content = replace(source.content, points=points, planned_time=None)
    made = Plan.draft(plan_id, activity_id, content, by=by, programme_id=programme_id)
    made.copied_from = Origin(source.id, source.receipt)
    return made
