"""Bonus claims: lodged by a unit, decided by an assessor."""

from typing import Annotated

from fastapi import APIRouter

from services.scoring.api import permissions as may
from services.scoring.api.routes.application import App
from services.scoring.api.schemas.claims import ClaimList, ClaimView
from services.scoring.api.schemas.requests import ClaimBody, ClaimId, DecisionBody, UnitId, YearAsked
from services.scoring.application import commands as c
from services.scoring.domain.claim import ClaimState
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter()


@router.post("/units/{unit_id}/bonus-claims", tags=["bonus claims"], status_code=201)
async def lodge_claim(
    unit_id: UnitId,
    body: ClaimBody,
    app: App,
    once: OnceKey,
    actor: Annotated[Actor, requires(may.CLAIMS_LODGE)],
) -> ClaimView:
    """Claim a bonus for the own unit; an assessor decides."""
    lodged = await app.handle(c.ClaimBonus(actor=actor, once=once, unit_id=unit_id, **body.model_dump()))
    return ClaimView.of(lodged)


@router.get("/units/{unit_id}/bonus-claims", tags=["bonus claims"])
async def list_unit_claims(
    unit_id: UnitId, year: YearAsked, app: App, actor: Annotated[Actor, requires(may.CLAIMS_READ)]
) -> ClaimList:
    """The unit's claims of one year."""
    actor.must_act_for(unit_id)
    found = await app.queries.claims_of(unit_id, year)
    return ClaimList(year=year, claims=[ClaimView.of(each) for each in found])


@router.get("/bonus-claims", tags=["bonus claims"])
async def list_claims(
    year: YearAsked,
    app: App,
    _: Annotated[Actor, requires(may.CLAIMS_LIST)],
    state: ClaimState | None = None,
) -> ClaimList:
    """All claims of one year; an assessor's work list with `state=pending`."""
    found = await app.queries.claims(year, state)
    return ClaimList(year=year, claims=[ClaimView.of(each) for each in found])


@router.post("/units/{unit_id}/bonus-claims/{claim_id}/decisions", tags=["bonus claims"], status_code=201)
async def decide_claim(
    unit_id: UnitId,
    claim_id: ClaimId,
    body: DecisionBody,
    app: App,
    once: OnceKey,
    actor: Annotated[Actor, requires(may.CLAIMS_DECIDE)],
) -> ClaimView:
    """Accept or reject, with a reason; never one's own."""
    decided = await app.handle(
        c.DecideClaim(actor=actor, once=once, unit_id=unit_id, claim_id=claim_id, **body.model_dump())
    )
    return ClaimView.of(decided)
