"""Scoring's operations: request → command → answer."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.scoring.api import permissions as may
from services.scoring.api.schemas import ClaimBody, ClaimId, DecisionBody, UnitId, Year, YearAsked
from services.scoring.api.views.claims import ClaimList, ClaimView
from services.scoring.api.views.scorecards import LedgerView, ScorecardList, ScorecardView
from services.scoring.api.views.years import PeriodView, RulebookView
from services.scoring.application import Application
from services.scoring.application import commands as c
from services.scoring.domain.claim import ClaimState
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter()


async def _application(request: Request) -> Application:
    application: Application = request.app.state.application
    return application


App = Annotated[Application, Depends(_application)]


@router.get("/rulebooks/{year}", tags=["rulebooks"])
async def get_rulebook(year: Year, app: App, _: Annotated[Actor, requires(may.RULEBOOKS_READ)]) -> RulebookView:
    """The rules of one year; says which numbers are invented."""
    return RulebookView.of(app.queries.rulebook(year))


@router.get("/periods/{year}", tags=["periods"])
async def get_period(year: Year, app: App, _: Annotated[Actor, requires(may.PERIODS_READ)]) -> PeriodView:
    """Whether the year is open, closed or frozen."""
    return PeriodView.of(await app.queries.period(year))


@router.post("/periods/{year}/freezings", tags=["periods"], status_code=201)
async def freeze_period(
    year: Year, app: App, once: OnceKey, actor: Annotated[Actor, requires(may.PERIODS_FREEZE)]
) -> PeriodView:
    """Freeze every scorecard of a closed year; nothing changes after that."""
    await app.handle(c.FreezeYear(actor=actor, once=once, year=year))
    return PeriodView.of(await app.queries.period(year))


@router.get("/units/{unit_id}/scorecard", tags=["scorecards"])
async def get_scorecard(
    unit_id: UnitId, year: YearAsked, app: App, actor: Annotated[Actor, requires(may.SCORECARDS_READ)]
) -> ScorecardView:
    """The lines that stand, each with its reason and evidence, and their total."""
    actor.must_act_for(unit_id)
    return ScorecardView.of(await app.queries.scorecard(unit_id, year), app.queries.rulebook(year))


@router.get("/units/{unit_id}/ledger", tags=["scorecards"])
async def get_ledger(
    unit_id: UnitId, year: YearAsked, app: App, actor: Annotated[Actor, requires(may.SCORECARDS_READ)]
) -> LedgerView:
    """Every entry ever made, reversals included."""
    actor.must_act_for(unit_id)
    return LedgerView.of(await app.queries.account(unit_id, year))


@router.get("/scorecards", tags=["scorecards"])
async def list_scorecards(
    year: YearAsked, app: App, _: Annotated[Actor, requires(may.SCORECARDS_LIST)]
) -> ScorecardList:
    """The scorecard of every assessed unit."""
    rulebook = app.queries.rulebook(year)
    cards = await app.queries.scorecards(year)
    return ScorecardList(year=year, scorecards=[ScorecardView.of(each, rulebook) for each in cards])


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
