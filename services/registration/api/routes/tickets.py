"""Tickets: as text and number, as a picture, reissued."""

from asyncio import to_thread  # drawing takes tens of milliseconds
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response

from services.registration.api import permissions as may
from services.registration.api import qr
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Id
from services.registration.api.schemas.tickets import TicketView
from services.registration.application import commands as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter(prefix="/open-points/{point_id}/registrations/{registration_id}", tags=["tickets"])

Holder = Annotated[Actor, requires(may.TICKET_READ)]
Reissuer = Annotated[Actor, requires(may.TICKET_REISSUE)]
Code = Annotated[str | None, Header(alias="Claim-Code", min_length=8, max_length=10)]
SVG, PNG = "image/svg+xml", "image/png"


def _picture(media_type: str) -> dict[int | str, dict[str, Any]]:
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {200: {"description": "The ticket's QR code.", "content": content}}


@router.get("/ticket")
async def get_ticket(point_id: Id, registration_id: Id, app: App, actor: Holder, code: Code = None) -> TicketView:
    """What a confirmed representative shows at the door; with the claim code, or for staff."""
    return TicketView.of(await app.queries.ticket(actor, point_id, registration_id, code))


@router.get("/ticket.svg", response_class=Response, responses=_picture(SVG))
async def get_ticket_svg(point_id: Id, registration_id: Id, app: App, actor: Holder, code: Code = None) -> Response:
    """Its QR code, for print."""
    issued = await app.queries.ticket(actor, point_id, registration_id, code)
    return Response(await to_thread(qr.svg, issued.text), media_type=SVG)


@router.get("/ticket.png", response_class=Response, responses=_picture(PNG))
async def get_ticket_png(point_id: Id, registration_id: Id, app: App, actor: Holder, code: Code = None) -> Response:
    """Its QR code, for a screen or a message."""
    issued = await app.queries.ticket(actor, point_id, registration_id, code)
    return Response(await to_thread(qr.png, issued.text), media_type=PNG)


@router.post("/ticket-reissues", status_code=201)
async def reissue_ticket(
    point_id: Id, registration_id: Id, app: App, actor: Reissuer, once: OnceKey, code: Code = None
) -> TicketView:
    """A new ticket, for one that was lost or passed on; every earlier one is revoked."""
    command = c.ReissueTicket(
        actor=actor, once=once, point_id=point_id, registration_id=registration_id, claim_code=code
    )
    return TicketView.of(await app.handle(command))
