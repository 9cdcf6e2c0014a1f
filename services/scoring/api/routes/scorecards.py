"""Scorecards: the lines that stand, and every entry ever made."""

from typing import Annotated

from fastapi import APIRouter

from services.scoring.api import permissions as may
from services.scoring.api.routes.application import App
from services.scoring.api.schemas.requests import UnitId, YearAsked
from services.scoring.api.schemas.scorecards import LedgerView, ScorecardList, ScorecardView
from shared.commands import Actor
from shared.http.guard import requires

router = APIRouter()


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
