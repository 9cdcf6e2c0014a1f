"""The supervising unit (主管部门) of a plan's lead guides it: it comments and countersigns (会签), and edits nothing.

Policy clause two: institutions, enterprises and service windows hold open days under the guidance of their department.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from services.registration.domain.plan import PLAN, Plan
from services.registration.domain.plan_history import Countersignature
from shared.aggregate import Aggregate
from shared.errors import Conflict

MOST_COMMENTS = 40  # of 500 characters: 85 KB at the most


def countersign(plan: Plan, edition: int, *, unit_id: str, by: str, at: datetime) -> None:
    """Stands behind one submitted edition, which must be the newest; the second time changes nothing.

    Raises Conflict (`illegal_transition`, `edition_superseded`).
    """
    plan.state = PLAN.after(plan.state, "countersign")
    if edition != plan.edition:
        raise Conflict(
            "edition_superseded",
            "方案已有新的版本，请查看新版本后再会签。",
            "Another version was submitted since; read that one and countersign it.",
            edition=plan.edition,
        )
    if not any((each.edition, each.unit_id) == (edition, unit_id) for each in plan.countersignatures):
        plan.countersignatures.append(Countersignature(edition, unit_id, by, at))


@dataclass(frozen=True)
class Comment:
    """What the supervising unit says of an edition, or of the draft (0). Free text: it stays inside."""

    edition: int
    unit_id: str
    by: str
    text: str
    at: datetime


@dataclass(kw_only=True)
class PlanComments(Aggregate):
    """What was said of one plan, under the plan's id: apart from it, so that a comment is no obstacle to an edit."""

    comments: list[Comment] = field(default_factory=list)

    def add(self, comment: Comment) -> None:
        """The same again by the same person changes nothing. Raises Conflict when there are too many."""
        if self.comments and replace(self.comments[-1], at=comment.at) == comment:
            return
        if len(self.comments) >= MOST_COMMENTS:
            raise Conflict(
                "too_many_comments",
                f"每个方案最多 {MOST_COMMENTS} 条意见。",
                f"At most {MOST_COMMENTS} comments on a plan.",
                most=MOST_COMMENTS,
            )
        self.comments.append(comment)
