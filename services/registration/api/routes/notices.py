"""Notices: how they stand, sent again."""

from typing import Annotated

from fastapi import APIRouter, Header, Request

from services.registration.api import permissions as may
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Id
from services.registration.api.schemas.notices import (
    NoticesView,
    ReceiptsBody,
    ReceiptsView,
    ResendingBody,
    ResendingView,
)
from services.registration.application import notice_commands as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter(tags=["notices"])

Reader = Annotated[Actor, requires(may.NOTICES_READ)]
Gateway = Annotated[Actor, requires(may.NOTICE_RECEIPTS)]
Signature = Annotated[str | None, Header(alias="Openday-Signature", max_length=100)]
Sender = Annotated[Actor, requires(may.NOTICES_SEND)]


@router.get("/open-points/{point_id}/notices")
async def list_notices(point_id: Id, app: App, actor: Reader) -> NoticesView:
    """How many of each kind are queued, sent, delivered, failed, withdrawn, read; and whom they did not reach."""
    return NoticesView.of(await app.notices.telling(actor, point_id))


@router.post("/open-points/{point_id}/notice-resendings", status_code=201)
async def send_notices_again(
    point_id: Id, body: ResendingBody, app: App, actor: Sender, once: OnceKey
) -> ResendingView:
    """Send again what reached nobody, of one person or of all; what is on its way or was read is left alone."""
    command = c.SendNoticesAgain(actor=actor, once=once, point_id=point_id, registration_id=body.registration_id)
    return ResendingView(open_point_id=point_id, notices=await app.handle(command))


@router.post("/notice-receipts")
async def take_receipts(
    body: ReceiptsBody, app: App, actor: Gateway, request: Request, signature: Signature = None
) -> ReceiptsView:
    """What came of messages, from the SMS gateway, signed; said again it changes nothing."""
    app.notices.must_be_signed(signature, await request.body())
    known = await app.handle(c.NoteReceipts(actor=actor, receipts=body.found()))
    return ReceiptsView(known=known, unknown=len(body.receipts) - known)
