"""Lists of people that staff upload."""

from asyncio import to_thread  # thousands of rows take some tenths of a second
from typing import Annotated, Any

from fastapi import APIRouter, Request

from services.registration.api import permissions as may
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Id
from services.registration.api.schemas.uploads import UploadView
from services.registration.api.uploads.reading import rows_of
from services.registration.application import commands as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter(tags=["open points"])

UPLOADS = "/registration-lists"
"""How the path of an upload ends: such bodies may be large."""

Uploader = Annotated[Actor, requires(may.LIST_UPLOAD)]
_CSV: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post(f"/open-points/{{point_id}}{UPLOADS}", status_code=201, openapi_extra=_CSV)
async def upload_list(point_id: Id, request: Request, app: App, actor: Uploader, once: OnceKey) -> UploadView:
    """A CSV list, at most 5,000 rows and 2 MiB: all of it right, or every bad row is named and nobody is registered.

    Who is on it registers as everybody does; a repeat with the same key goes on where the first attempt ended.
    """
    rows = await to_thread(rows_of, await request.body())
    imported = await app.handle(c.UploadList(actor=actor, once=once, point_id=point_id, rows=rows))
    return await to_thread(UploadView.of, imported, request, app.queries.claim_code)
