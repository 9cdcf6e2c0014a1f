"""The district's figures of a year."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.reporting.api import permissions as may
from services.reporting.api.routes.application import App
from services.reporting.api.schemas.statistics import StatisticsView
from shared.commands import Actor
from shared.http.guard import requires

router = APIRouter(tags=["statistics"])


@router.get("/statistics")
async def get_statistics(
    year: Annotated[int, Query(ge=2000, le=2100)], app: App, _: Annotated[Actor, requires(may.STATISTICS_READ)]
) -> StatisticsView:
    """Activities, people, filings and publicity, in all and by town, as they stand now."""
    return StatisticsView.of(await app.queries.statistics(year))
