"""The supervising unit (主管部门) guides a plan: comments and countersignatures."""

from typing import Annotated

from fastapi import APIRouter, Response

from services.registration.api import permissions as may
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Id
from services.registration.api.schemas.plans import PlanView
from services.registration.api.schemas.supervision import CommentBody, CommentList, CountersignatureBody
from services.registration.application import planning as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey, etag

router = APIRouter(prefix="/plans/{plan_id}", tags=["plans"])

Guide = Annotated[Actor, requires(may.PLANS_GUIDE)]
Reader = Annotated[Actor, requires(may.PLANS_READ)]


@router.get("/comments")
async def list_plan_comments(plan_id: Id, app: App, actor: Reader) -> CommentList:
    """What was said, for the plan's hosts, those who guide them, and the office."""
    return CommentList.of(plan_id, await app.queries.plan_comments(actor, plan_id))


@router.post("/comments", status_code=201)
async def comment_on_plan(plan_id: Id, body: CommentBody, app: App, actor: Guide, once: OnceKey) -> CommentList:
    """The lead's supervising unit says what the host should consider, in any state; nothing is changed by it."""
    await app.handle(c.CommentOnPlan(actor=actor, once=once, plan_id=plan_id, text=body.text))
    return CommentList.of(plan_id, await app.queries.plan_comments(actor, plan_id))


@router.post("/countersignatures", status_code=201)
async def countersign_plan(
    plan_id: Id, body: CountersignatureBody, app: App, actor: Guide, once: OnceKey, response: Response
) -> PlanView:
    """The lead's supervising unit stands behind the newest submission (会签); a new version needs a new one."""
    await app.handle(c.CountersignPlan(actor=actor, once=once, plan_id=plan_id, edition=body.edition))
    found = await app.queries.plan(actor, plan_id)
    response.headers["ETag"] = etag(found.version)
    return PlanView.of(found)
