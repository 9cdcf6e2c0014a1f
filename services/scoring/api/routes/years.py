"""Years: their rules, and whether they are open."""

from typing import Annotated

from fastapi import APIRouter

from services.scoring.api import permissions as may
from services.scoring.api.routes.application import App
from services.scoring.api.schemas.requests import Year
from services.scoring.api.schemas.years import PeriodView, RulebookView
from services.scoring.application import commands as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter()


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
