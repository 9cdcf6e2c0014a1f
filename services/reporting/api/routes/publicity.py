"""Publicity of an activity: recorded by its hosts, open to everyone."""

from typing import Annotated

from fastapi import APIRouter

from services.reporting.api import permissions as may
from services.reporting.api.routes.application import App
from services.reporting.api.schemas.common import Id
from services.reporting.api.schemas.publicity import PublicityBody, PublicityList, PublicityView
from services.reporting.application import commands as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter(tags=["publicity"])


@router.post("/activities/{activity_id}/publicity", status_code=201)
async def record_publicity(
    activity_id: Id,
    body: PublicityBody,
    app: App,
    actor: Annotated[Actor, requires(may.PUBLICITY_WRITE)],
    once: OnceKey,
) -> PublicityView:
    """Record something that is public about the activity."""
    command = c.RecordPublicity(actor=actor, once=once, activity_id=activity_id, **dict(body))
    return PublicityView.of(await app.handle(command))


@router.get("/activities/{activity_id}/publicity")
async def list_publicity(activity_id: Id, app: App, _: Annotated[Actor, requires(may.PUBLICITY_READ)]) -> PublicityList:
    """What is public about an announced activity, in the order of publication."""
    return PublicityList(publicity=[PublicityView.of(each) for each in await app.queries.publicity(activity_id)])
