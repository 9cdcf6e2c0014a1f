"""Units."""

from typing import Annotated

from fastapi import APIRouter

from services.registration.api import permissions as may
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import UnitId
from services.registration.api.schemas.units import UnitBody, UnitList, UnitView
from services.registration.application import planning as c
from shared.commands import Actor
from shared.http.guard import requires

router = APIRouter(tags=["units"])


@router.put("/units/{unit_id}")
async def put_unit(
    unit_id: UnitId, body: UnitBody, app: App, actor: Annotated[Actor, requires(may.UNITS_WRITE)]
) -> UnitView:
    """Make a unit known, or correct its particulars."""
    await app.handle(c.RegisterUnit(actor=actor, unit_id=unit_id, particulars=body.particulars()))
    return UnitView.of(await app.queries.unit(unit_id))


@router.get("/units/{unit_id}")
async def get_unit(unit_id: UnitId, app: App, _: Annotated[Actor, requires(may.UNITS_READ)]) -> UnitView:
    """One unit."""
    return UnitView.of(await app.queries.unit(unit_id))


@router.get("/units")
async def list_units(app: App, _: Annotated[Actor, requires(may.UNITS_READ)]) -> UnitList:
    """All units."""
    return UnitList(units=[UnitView.of(each) for each in await app.queries.units()])
