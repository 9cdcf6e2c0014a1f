"""An activity's register: nil return, figures, what is public."""

from typing import Annotated

from fastapi import APIRouter

from services.feedback.api import permissions as may
from services.feedback.api.routes.application import ActivityId, App
from services.feedback.api.schemas.opinions import NilReturnView, RegisterView
from services.feedback.api.schemas.public import PublicOpinionList
from services.feedback.api.schemas.requests import NoBody
from services.feedback.application import commands as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter(tags=["register"])


@router.post("/activities/{activity_id}/nil-returns", status_code=201)
async def declare_nil_return(
    activity_id: ActivityId,
    app: App,
    once: OnceKey,
    actor: Annotated[Actor, requires(may.NIL_RETURNS_DECLARE)],
    _: NoBody = None,
) -> NilReturnView:
    """Declare that nobody had an opinion (零报告), after the activity was held."""
    command = c.DeclareNilReturn(actor=actor, once=once, activity_id=activity_id)
    return NilReturnView.of(await app.handle(command))


@router.get("/activities/{activity_id}/register")
async def get_register(
    activity_id: ActivityId, app: App, actor: Annotated[Actor, requires(may.REGISTER_READ)]
) -> RegisterView:
    """The register in figures, for the hosts and the office."""
    return RegisterView.of(*await app.queries.register(actor, activity_id))


@router.get("/public/activities/{activity_id}/opinions")
async def list_published(
    activity_id: ActivityId, app: App, _: Annotated[Actor, requires(may.PUBLISHED_READ)]
) -> PublicOpinionList:
    """Published replies with a reviewed summary of each opinion."""
    return PublicOpinionList.of(await app.queries.published(activity_id))
