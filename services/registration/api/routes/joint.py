"""Joint activities: co-hosts are invited and answer; one list of everybody who comes."""

from typing import Annotated

from fastapi import APIRouter, Response

from services.registration.api import permissions as may
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Id
from services.registration.api.schemas.joint import AnswerBody, InvitationBody, RepresentativeList
from services.registration.api.schemas.plans import PlanView
from services.registration.application import planning as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey, etag

router = APIRouter(tags=["joint activities"])

Writer = Annotated[Actor, requires(may.PLANS_WRITE)]


@router.post("/plans/{plan_id}/invitations", status_code=201)
async def invite_co_hosts(
    plan_id: Id, body: InvitationBody, app: App, actor: Writer, once: OnceKey, response: Response
) -> PlanView:
    """The lead asks its co-hosts; the plan is not submitted before all that were asked have accepted."""
    units = tuple(body.units) if body.units else None
    await app.handle(c.InviteCoHosts(actor=actor, once=once, plan_id=plan_id, units=units, answer_by=body.answer_by))
    return await _view(app, actor, plan_id, response)


@router.post("/plans/{plan_id}/answers", status_code=201)
async def answer_invitation(
    plan_id: Id, body: AnswerBody, app: App, actor: Writer, once: OnceKey, response: Response
) -> PlanView:
    """A co-host accepts what the plan says of it and of the shares, or declines with a reason; until the deadline."""
    command = c.AnswerInvitation(
        actor=actor, once=once, plan_id=plan_id, unit_id=body.unit_id, accepts=body.accepts, reason=body.reason
    )
    await app.handle(command)
    return await _view(app, actor, plan_id, response)


@router.get("/activities/{activity_id}/representatives")
async def list_representatives(
    activity_id: Id, app: App, actor: Annotated[Actor, requires(may.ROSTER_READ)]
) -> RepresentativeList:
    """Everybody with a place, at all points, for the lead and the office; the owner of a point sees its own part."""
    return RepresentativeList.of(await app.queries.representatives(actor, activity_id))


async def _view(app: App, actor: Actor, plan_id: str, response: Response) -> PlanView:
    found = await app.queries.plan(actor, plan_id)
    response.headers["ETag"] = etag(found.version)
    return PlanView.of(found)
