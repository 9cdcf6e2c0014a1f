"""A place that is held until a deadline: take it, or give it up."""

from typing import Annotated

from fastapi import APIRouter, Header, Request

from services.registration.api import permissions as may
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Id
from services.registration.api.schemas.rosters import AdmissionView
from services.registration.application import commands as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter(prefix="/open-points/{point_id}/registrations/{registration_id}/offer", tags=["open points"])

Answerer = Annotated[Actor, requires(may.OFFER_ANSWER)]
Code = Annotated[str | None, Header(alias="Claim-Code", min_length=8, max_length=10)]


@router.post("/acceptances", status_code=201)
async def accept_offer(
    point_id: Id, registration_id: Id, app: App, actor: Answerer, once: OnceKey, request: Request, code: Code = None
) -> AdmissionView:
    """Take the place that is held for me; again is no harm. 409 `no_offer` once its time is over."""
    command = c.AcceptOffer(actor=actor, once=once, point_id=point_id, registration_id=registration_id, claim_code=code)
    return AdmissionView.of(await app.handle(command), request)


@router.post("/refusals", status_code=201)
async def decline_offer(
    point_id: Id, registration_id: Id, app: App, actor: Answerer, once: OnceKey, request: Request, code: Code = None
) -> AdmissionView:
    """Give it up, so that the next one is asked; again is no harm. 409 `no_offer` once its time is over."""
    command = c.DeclineOffer(
        actor=actor, once=once, point_id=point_id, registration_id=registration_id, claim_code=code
    )
    return AdmissionView.of(await app.handle(command), request)
