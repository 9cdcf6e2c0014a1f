"""How the office takes a plan that was submitted to it: on record (审核备案), or approved (审批).

The policy knows filing only; which of the two applies is the district's setting, so it is no part of the state table.
"""

from datetime import datetime

from services.registration.domain.plan import PLAN, Plan, ReviewMode
from shared.errors import Conflict


def put_on_record(plan: Plan, mode: ReviewMode, at: datetime) -> None:
    """Raises Conflict (`illegal_transition`, `approval_needed`)."""
    PLAN.must_allow(plan.state, "file")
    if mode == "approve":
        raise Conflict(
            "approval_needed",
            "本区方案须经审批，请使用审批操作。",
            "Plans are approved in this district; approve it instead.",
        )
    plan.file(at)


def approve(plan: Plan, mode: ReviewMode, *, by: str, at: datetime) -> None:
    """Approved and so on record. Raises Conflict (`illegal_transition`, `approval_not_asked`)."""
    PLAN.must_allow(plan.state, "approve")
    if mode != "approve":
        raise Conflict(
            "approval_not_asked",
            "本区方案报送备案即可，无需审批。",
            "Plans are filed in this district, not approved.",
        )
    plan.approve(at, by=by)
