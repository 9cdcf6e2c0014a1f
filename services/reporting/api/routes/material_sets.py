"""Material sets: read, listed, filed, returned, accepted."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.reporting.api import permissions as may
from services.reporting.api.routes.application import App
from services.reporting.api.schemas.common import Id
from services.reporting.api.schemas.materials import (
    FilingView,
    MaterialSetList,
    MaterialSetSummary,
    MaterialSetView,
    ReturnBody,
)
from services.reporting.application import commands as c
from services.reporting.application.queries import Wanted
from services.reporting.domain.state import State
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import IfMatch, OnceKey, etag

router = APIRouter(tags=["material sets"])

Reader = Annotated[Actor, requires(may.MATERIALS_READ)]
Filer = Annotated[Actor, requires(may.MATERIALS_SUBMIT)]
Judge = Annotated[Actor, requires(may.MATERIALS_JUDGE)]


@router.get("/material-sets")
async def list_material_sets(
    app: App,
    actor: Reader,
    *,
    state: State | None = None,
    overdue: bool | None = None,
    after: Annotated[Id | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> MaterialSetList:
    """Sets of one's own units, or of the district, by activity id. `overdue`: due, and never filed complete."""
    found = await app.queries.material_sets(actor, Wanted(state, overdue, after, limit))
    shown = [MaterialSetSummary.of(each, app.queries.now()) for each in found]
    return MaterialSetList(material_sets=shown, next=found[-1].id if len(found) == limit else None)


@router.get("/activities/{activity_id}/material-set")
async def get_material_set(activity_id: Id, app: App, actor: Reader, response: Response) -> MaterialSetView:
    """What is there, what is missing, when it is due."""
    return await _shown(activity_id, app, actor, response)


@router.post("/activities/{activity_id}/material-set/submissions", status_code=201)
async def submit_material_set(activity_id: Id, app: App, actor: Filer, once: OnceKey, version: IfMatch) -> FilingView:
    """File the set, by the lead host. The answer is the first filing: corrections change neither receipt nor lateness.

    409 `incomplete` names missing items; 409 `opinions_undeclared` until an opinion or a nil return is on record.
    """
    command = c.SubmitMaterials(actor=actor, once=once, activity_id=activity_id, version=version)
    return FilingView.of(await app.handle(command))


@router.post("/activities/{activity_id}/material-set/returns", status_code=201)
async def return_material_set(
    activity_id: Id, body: ReturnBody, app: App, actor: Judge, once: OnceKey, version: IfMatch, response: Response
) -> MaterialSetView:
    """Ask for corrections."""
    command = c.ReturnMaterials(actor=actor, once=once, activity_id=activity_id, version=version, reason=body.reason)
    await app.handle(command)
    return await _shown(activity_id, app, actor, response)


@router.post("/activities/{activity_id}/material-set/acceptances", status_code=201)
async def accept_material_set(
    activity_id: Id, app: App, actor: Judge, once: OnceKey, version: IfMatch, response: Response
) -> MaterialSetView:
    """Close the set."""
    await app.handle(c.AcceptMaterials(actor=actor, once=once, activity_id=activity_id, version=version))
    return await _shown(activity_id, app, actor, response)


async def _shown(activity_id: str, app: App, actor: Actor, response: Response) -> MaterialSetView:
    found = await app.queries.material_set(actor, activity_id)
    response.headers["ETag"] = etag(found.version)
    return MaterialSetView.of(found.aggregate, app.queries.now())
