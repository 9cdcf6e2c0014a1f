"""Plans, as a list."""

from services.registration.api.schemas.common import Id, Moment, View
from services.registration.application.plan_listing import PlanPage
from services.registration.domain.invitation import InvitationState
from services.registration.domain.plan import Plan, PlanState


class PlanSummary(View):
    """A plan in a list. `countersigned`: by the supervising unit, in its newest edition.

    `awaits`: the co-hosts that were invited and have not answered.
    """

    id: Id
    activity_id: Id
    title: str
    town: str
    lead: str
    state: PlanState
    edition: int
    submitted_at: Moment | None
    programme_id: Id | None
    countersigned: bool
    awaits: list[str]

    @classmethod
    def of(cls, plan: Plan) -> "PlanSummary":
        """From the domain."""
        open_ = [each.unit_id for each in plan.invitations.values() if each.state == InvitationState.INVITED]
        return cls(
            awaits=open_,
            id=plan.id,
            activity_id=plan.activity_id,
            title=plan.content.title,
            town=plan.content.town,
            lead=plan.content.lead,
            state=plan.state,
            edition=plan.edition,
            submitted_at=plan.submissions[-1].at if plan.submissions else None,
            programme_id=plan.programme_id,
            countersigned=any(each.edition == plan.edition for each in plan.countersignatures),
        )


class PlanList(View):
    """A page of plans; send `next` back as `after` for the one that follows."""

    plans: list[PlanSummary]
    next: Id | None

    @classmethod
    def of(cls, page: PlanPage) -> "PlanList":
        """From the application."""
        return cls(plans=[PlanSummary.of(each) for each in page.plans], next=page.next)
