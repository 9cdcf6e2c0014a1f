"""Opinions: give one, follow it, list them, rate the reply."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.feedback.api import permissions as may
from services.feedback.api.routes.application import ActivityId, App, ClaimCode, OpinionId
from services.feedback.api.schemas.opinions import OpinionList, OpinionRow, OpinionView, ReceiptView, StandingView
from services.feedback.api.schemas.public import HeldOpinion
from services.feedback.api.schemas.requests import OpinionBody, RatingBody, SearchParameters
from services.feedback.application import commands as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey, etag

router = APIRouter(tags=["opinions"])


@router.post("/activities/{activity_id}/opinions", status_code=201)
async def give_opinion(
    activity_id: ActivityId,
    body: OpinionBody,
    app: App,
    once: OnceKey,
    actor: Annotated[Actor, requires(may.OPINIONS_GIVE)],
) -> ReceiptView:
    """Give an opinion, or write one down for somebody. Needs an `Idempotency-Key`."""
    command = c.ReceiveOpinion(actor=actor, once=once, activity_id=activity_id, **vars(body))
    return ReceiptView.of(await app.handle(command))


@router.get("/opinions/{opinion_id}")
async def get_opinion(
    opinion_id: OpinionId,
    app: App,
    response: Response,
    actor: Annotated[Actor, requires(may.OPINION_READ)],
    claim_code: ClaimCode = None,
) -> OpinionView | HeldOpinion:
    """Everything for the responsible unit and the office; with a claim code, what its holder may follow."""
    if claim_code is None and actor.roles & may.OPINIONS_LIST.roles:
        found = await app.queries.opinion(actor, opinion_id)
        response.headers["ETag"] = etag(found.version)
        return OpinionView.of(found.aggregate)
    return HeldOpinion.of(await app.queries.claimed(actor, opinion_id, claim_code))


@router.get("/opinions")
async def list_opinions(
    app: App,
    actor: Annotated[Actor, requires(may.OPINIONS_LIST)],
    wanted: Annotated[SearchParameters, Query()],
) -> OpinionList:
    """By serial number. Unit staff see what their units are responsible for."""
    found = await app.queries.opinions(actor, wanted.search(), after=wanted.after)
    page = found[: wanted.limit]
    return OpinionList(
        opinions=[OpinionRow.of(each) for each in page], next=page[-1].serial if len(found) > wanted.limit else None
    )


@router.post("/opinions/{opinion_id}/ratings", status_code=201)
async def rate_reply(
    opinion_id: OpinionId,
    body: RatingBody,
    app: App,
    once: OnceKey,
    actor: Annotated[Actor, requires(may.REPLIES_RATE)],
    claim_code: ClaimCode = None,
) -> StandingView:
    """Say how satisfied you are, once, with the claim code."""
    command = c.RateReply(actor=actor, once=once, opinion_id=opinion_id, claim_code=claim_code or "", stars=body.stars)
    return StandingView.of(await app.handle(command))
