"""What one submission of a plan said. It stays, whatever becomes of the plan."""

from dataclasses import dataclass

from services.registration.domain.plan import Plan
from services.registration.domain.plan_content import Content
from services.registration.domain.plan_history import Submission
from shared.aggregate import Aggregate
from shared.ids import derived_id


@dataclass(kw_only=True)
class PlanVersion(Aggregate):
    """A submission with its content; never changed.

    A document of its own, so that a plan stays small however often it is returned: written before the plan is first
    written over. Until then the plan itself holds what it last submitted.
    """

    plan_id: str
    submission: Submission
    content: Content
    return_reason: str | None = None
    """Why the office sent this submission back; the plan itself forgets it with the next one."""

    @classmethod
    def last_of(cls, plan: Plan) -> "PlanVersion":
        """The newest submission, from a plan that was not written over since. Raises NotFound before the first."""
        return cls(
            id=version_id(plan.id, plan.edition),
            plan_id=plan.id,
            submission=plan.submission(plan.edition),
            content=plan.content,
            return_reason=plan.return_reason,
        )


def version_id(plan_id: str, edition: int) -> str:
    """The same whenever asked: keeping a version twice keeps it once."""
    return derived_id("plan_version", plan_id, str(edition))
