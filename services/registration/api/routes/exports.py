"""Exports: lists of people as files, and the log of who took them."""

from asyncio import to_thread  # writing a file takes up to some tenths of a second
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from services.registration.api import permissions as may
from services.registration.api.exports.files import MEDIA_TYPES, file
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Id
from services.registration.api.schemas.exports import ExportBody, ExportLogView, ExportView
from services.registration.application import commands as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter(prefix="/open-points/{point_id}/exports", tags=["exports"])

Exporter = Annotated[Actor, requires(may.LIST_EXPORT)]
Reader = Annotated[Actor, requires(may.ROSTER_READ)]
LINES = 500  # of the log in one answer
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {each.partition(";")[0]: _BYTES for each in MEDIA_TYPES.values()}}
}


@router.post("", status_code=201)
async def export_list(
    point_id: Id, body: ExportBody, app: App, actor: Exporter, once: OnceKey, request: Request
) -> ExportView:
    """A roster or a sign-in sheet as a file, masked; clerks and the office may ask for the whole, with a reason."""
    command = c.ExportList(
        actor=actor,
        once=once,
        point_id=point_id,
        kind=body.kind,
        format=body.format,
        masked=body.masked,
        order=body.order,
        reason=body.reason,
        may_unmask=_may_unmask(actor),
    )
    return ExportView.of(await app.handle(command), app.queries.now(), request)


@router.get("")
async def list_exports(point_id: Id, app: App, actor: Reader, request: Request) -> ExportLogView:
    """What was exported here, by whom and why."""
    found = await app.queries.exports(actor, point_id, LINES + 1)
    now = app.queries.now()
    exports = [ExportView.of(each, now, request) for each in found[:LINES]]
    return ExportLogView(open_point_id=point_id, exports=exports, more=len(found) > LINES)


@router.get("/{export_id}/file", response_class=Response, responses=_FILE)
async def get_export_file(point_id: Id, export_id: Id, app: App, actor: Exporter) -> Response:
    """Made anew from the list as it stands, for 24 hours, then 410; an unmasked one for whom it was made only."""
    exported = await app.queries.exported(actor, point_id, export_id, may_unmask=_may_unmask(actor))
    made = await to_thread(file, exported)
    return Response(made.content, media_type=made.media_type, headers={"Content-Disposition": made.disposition})


def _may_unmask(actor: Actor) -> bool:
    return bool(actor.roles & may.LIST_EXPORT_UNMASKED.roles)
