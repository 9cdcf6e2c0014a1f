"""The versions of plans: what was submitted is kept before it is written over, and found wherever it stands."""

from services.registration.domain.plan import Plan, PlanState
from services.registration.domain.plan_version import PlanVersion, version_id
from shared.errors import NotFound
from shared.repository import Repository


class PlanVersions:
    """Where the content of every submission is."""

    def __init__(self, kept: Repository[PlanVersion]) -> None:
        self._kept = kept

    async def keep_last(self, plan: Plan) -> None:
        """Put the newest submission aside, before an edit or another submission; again changes nothing.

        Only what was returned can be changed after a submission. A crash between this and the change leaves a copy of
        what the plan still says. The change must look whether `plan` is still the edition that was kept.
        """
        if plan.state == PlanState.RETURNED and plan.submissions:
            version = PlanVersion.last_of(plan)
            await self._kept.change_or_create(version.id, lambda: version, _leave)

    async def of(self, plan: Plan, edition: int) -> PlanVersion:
        """One version, by a plan that was just read. Raises NotFound."""
        plan.submission(edition)
        try:
            return await self._kept.get(version_id(plan.id, edition))
        except NotFound:  # not written over since it was submitted
            if edition != plan.edition:
                raise
            return PlanVersion.last_of(plan)


def _leave(_: PlanVersion) -> None:
    """It is kept already, with what was submitted."""
