"""Files of a material set: up, out, and down again."""

from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from services.reporting.api import permissions as may
from services.reporting.api.routes.application import App
from services.reporting.api.schemas.common import Id, Sha256
from services.reporting.api.schemas.materials import FileView
from services.reporting.application import commands as c
from services.reporting.domain.material import FileType, ItemKind
from shared.commands import Actor
from shared.errors import Invalid
from shared.http.guard import requires

router = APIRouter(tags=["files"])

UPLOADS = "/files"
"""How the path of an upload ends: such bodies may be large."""

Reader = Annotated[Actor, requires(may.MATERIALS_READ)]
Writer = Annotated[Actor, requires(may.MATERIALS_WRITE)]
FileName = Annotated[str | None, Header(alias="File-Name", max_length=1200, pattern=r"^[\x20-\x7e]+$")]

_ANY_FILE = {
    "requestBody": {
        "required": True,
        "content": {str(each): {"schema": {"type": "string", "format": "binary"}} for each in FileType},
    }
}
_A_FILE = {str(each): {"schema": {"type": "string", "format": "binary"}} for each in FileType}


@router.post("/activities/{activity_id}/material-set/items/{kind}/files", status_code=201, openapi_extra=_ANY_FILE)
async def upload_file(
    activity_id: Id, kind: ItemKind, request: Request, app: App, actor: Writer, file_name: FileName = None
) -> FileView:
    """The body is the file: PDF, DOCX, PNG, JPEG, UTF-8 text or Markdown, 20 MiB at most. Sending it again is harmless.

    `Content-Type` is checked against the content; `File-Name` is percent-encoded UTF-8 and only shown.
    """
    command = c.UploadFile(
        actor=actor,
        activity_id=activity_id,
        kind=kind,
        name=_decoded(file_name) if file_name else None,
        declared_type=request.headers.get("content-type"),
        content=_body(request),
    )
    return FileView.of(await app.handle(command))


@router.delete("/activities/{activity_id}/material-set/items/{kind}/files/{sha256}", status_code=204)
async def remove_file(activity_id: Id, kind: ItemKind, sha256: Sha256, app: App, actor: Writer) -> None:
    """Take a file out before the set is submitted, or while it is returned."""
    await app.handle(c.RemoveFile(actor=actor, activity_id=activity_id, kind=kind, sha256=sha256))


@router.get(
    "/files/{sha256}",
    response_class=StreamingResponse,
    responses={200: {"content": _A_FILE, "description": "The file, as it was filed."}},
)
async def get_file(
    sha256: Sha256, app: App, actor: Reader, activity_id: Annotated[Id | None, Query()] = None
) -> StreamingResponse:
    """A file of a set that one may see. It is a download: a browser does not show it as a page of ours.

    The same content may be filed for several activities; `activity_id` says under whose name it is wanted.
    """
    file, content = await app.queries.file(actor, sha256, activity_id)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.download_name, safe='')}",
        "Content-Length": str(file.size),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "ETag": f'"{file.sha256}"',
    }
    return StreamingResponse(content, media_type=str(file.type), headers=headers)


def _decoded(file_name: str) -> str:
    try:
        return unquote(file_name, errors="strict")
    except UnicodeDecodeError as error:
        raise Invalid(
            "file_name_invalid", "File-Name 须为 UTF-8 的百分号编码。", "File-Name must be percent-encoded UTF-8."
        ) from error


async def _body(request: Request) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            if chunk:
                yield chunk
    except ClientDisconnect as gone:
        raise Invalid("upload_interrupted", "上传中断，请重新上传。", "The upload broke off; send it again.") from gone
