"""Plans: draft → submitted → filed."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.registration.api import permissions as may
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Id
from services.registration.api.schemas.plan_list import PlanList
from services.registration.api.schemas.plans import CapApprovalBody, CopyBody, PlanBody, PlanView, ReasonBody
from services.registration.application import planning as c
from services.registration.domain.plan import PlanState
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import IfMatch, OnceKey, etag

router = APIRouter(tags=["plans"])

Writer = Annotated[Actor, requires(may.PLANS_WRITE)]
Decider = Annotated[Actor, requires(may.PLANS_DECIDE)]
Reader = Annotated[Actor, requires(may.PLANS_READ)]


@router.post("/plans", status_code=201)
async def draft_plan(body: PlanBody, app: App, actor: Writer, once: OnceKey, response: Response) -> PlanView:
    """Begin a plan for one's own unit."""
    plan = await app.handle(c.DraftPlan(actor=actor, once=once, content=body.content(), programme_id=body.programme_id))
    return await _view(app, actor, plan.id, response)


@router.get("/plans")
async def list_plans(
    app: App,
    actor: Reader,
    state: PlanState | None = None,
    programme_id: Id | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    after: Id | None = None,
) -> PlanList:
    """The plans of one's own units and of those that these guide, all for the office: newest submission first."""
    return PlanList.of(await app.queries.plans(actor, state, programme_id, limit, after))


@router.post("/plans/{plan_id}/copies", status_code=201)
async def copy_plan(
    plan_id: Id, app: App, actor: Writer, once: OnceKey, response: Response, body: CopyBody | None = None
) -> PlanView:
    """A new draft with what this plan says, for its lead, into a programme or this year's; approvals are not copied."""
    programme_id = body.programme_id if body else None
    plan = await app.handle(c.CopyPlan(actor=actor, once=once, plan_id=plan_id, programme_id=programme_id))
    return await _view(app, actor, plan.id, response)


@router.get("/plans/{plan_id}")
async def get_plan(plan_id: Id, app: App, actor: Reader, response: Response) -> PlanView:
    """A plan, for its hosts, those who guide them, and the office."""
    return await _view(app, actor, plan_id, response)


@router.put("/plans/{plan_id}")
async def edit_plan(
    plan_id: Id, body: PlanBody, app: App, actor: Writer, version: IfMatch, response: Response
) -> PlanView:
    """Change a plan that is not with the office."""
    command = c.EditPlan(
        actor=actor, plan_id=plan_id, content=body.content(), version=version, programme_id=body.programme_id
    )
    await app.handle(command)
    return await _view(app, actor, plan_id, response)


@router.post("/plans/{plan_id}/submissions", status_code=201)
async def submit_plan(plan_id: Id, app: App, actor: Writer, once: OnceKey, response: Response) -> PlanView:
    """Send it to the office (报送)."""
    await app.handle(c.SubmitPlan(actor=actor, once=once, plan_id=plan_id))
    return await _view(app, actor, plan_id, response)


@router.post("/plans/{plan_id}/returns", status_code=201)
async def return_plan(
    plan_id: Id, body: ReasonBody, app: App, actor: Decider, once: OnceKey, response: Response
) -> PlanView:
    """The office sends it back, with a reason."""
    await app.handle(c.ReturnPlan(actor=actor, once=once, plan_id=plan_id, reason=body.reason))
    return await _view(app, actor, plan_id, response)


@router.post("/plans/{plan_id}/filings", status_code=201)
async def file_plan(plan_id: Id, app: App, actor: Decider, once: OnceKey, response: Response) -> PlanView:
    """The office puts it on record (审核备案), where plans are filed before they are public."""
    await app.handle(c.FilePlan(actor=actor, once=once, plan_id=plan_id))
    return await _view(app, actor, plan_id, response)


@router.post("/plans/{plan_id}/approvals", status_code=201)
async def approve_plan(plan_id: Id, app: App, actor: Decider, once: OnceKey, response: Response) -> PlanView:
    """The office approves it (审批), in districts that ask for more than filing."""
    await app.handle(c.ApprovePlan(actor=actor, once=once, plan_id=plan_id))
    return await _view(app, actor, plan_id, response)


@router.post("/plans/{plan_id}/cap-approvals", status_code=201)
async def approve_cap(
    plan_id: Id, body: CapApprovalBody, app: App, actor: Decider, once: OnceKey, response: Response
) -> PlanView:
    """The office approves more than 20 people at one point (clause three)."""
    await app.handle(c.ApproveCap(actor=actor, once=once, plan_id=plan_id, slug=body.point))
    return await _view(app, actor, plan_id, response)


async def _view(app: App, actor: Actor, plan_id: str, response: Response) -> PlanView:
    found = await app.queries.plan(actor, plan_id)
    response.headers["ETag"] = etag(found.version)
    return PlanView.of(found)
