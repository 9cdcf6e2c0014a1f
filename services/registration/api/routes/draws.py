"""Draws: hold one, prove it, say whom it favoured."""

from typing import Annotated

from fastapi import APIRouter, Response

from services.registration.api import permissions as may
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Id
from services.registration.api.schemas.draws import DrawEquityView, DrawProofView
from services.registration.api.schemas.rosters import HeadcountView
from services.registration.application import commands as c
from services.registration.domain.draw_proof import Proof
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter(prefix="/open-points/{point_id}/draws", tags=["draws"])

Anyone = Annotated[Actor, requires(may.ACTIVITIES_READ)]
Reader = Annotated[Actor, requires(may.ROSTER_READ)]
Writer = Annotated[Actor, requires(may.ROSTER_WRITE)]


@router.post("", status_code=201)
async def hold_draw(point_id: Id, app: App, actor: Writer, once: OnceKey) -> HeadcountView:
    """Reveal the seed and seat the drawn."""
    return HeadcountView(confirmed=await app.handle(c.HoldDraw(actor=actor, once=once, point_id=point_id)))


@router.get("/proof", response_model=DrawProofView)
async def get_draw_proof(point_id: Id, app: App, _: Anyone) -> Response:
    """From the close on: what was committed to; after the draw: all that anyone needs to recompute it."""
    return Response(await app.proofs.of(point_id, _written), media_type="application/json")


@router.get("/equity")
async def get_draw_equity(point_id: Id, app: App, actor: Reader) -> DrawEquityView:
    """Who applied and who was drawn, by category and grassroots tag; nothing about fewer than five people."""
    return DrawEquityView.of(point_id, await app.queries.draw_equity(actor, point_id))


def _written(proof: Proof) -> bytes:
    return DrawProofView.of(proof).model_dump_json().encode()
