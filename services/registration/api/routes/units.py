"""Units: who they are, from when to when, and who guides whom."""

from typing import Annotated

from fastapi import APIRouter

from services.registration.api import permissions as may
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Day, UnitId
from services.registration.api.schemas.units import BranchView, ClosingBody, UnitBody, UnitList, UnitTree, UnitView
from services.registration.application import planning as c
from services.registration.domain.unit import UnitKind
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter(tags=["units"])

Reader = Annotated[Actor, requires(may.UNITS_READ)]
Writer = Annotated[Actor, requires(may.UNITS_WRITE)]


@router.put("/units/{unit_id}")
async def put_unit(unit_id: UnitId, body: UnitBody, app: App, actor: Writer) -> UnitView:
    """Make a unit known, correct what holds today, or (with `since`) say what holds from a day on."""
    command = c.RegisterUnit(actor=actor, unit_id=unit_id, particulars=body.particulars(), since=body.since)
    await app.handle(command)
    return UnitView.of(await app.queries.unit(unit_id), app.queries.today())


@router.post("/units/{unit_id}/closings", status_code=201)
async def close_unit(unit_id: UnitId, body: ClosingBody, app: App, actor: Writer, once: OnceKey) -> UnitView:
    """It ceases after a day; refused while it guides others that go on, or hosts announced activities after it."""
    await app.handle(c.CloseUnit(actor=actor, once=once, unit_id=unit_id, last_day=body.last_day))
    return UnitView.of(await app.queries.unit(unit_id), app.queries.today())


@router.get("/units/{unit_id}")
async def get_unit(unit_id: UnitId, app: App, _: Reader, on: Day | None = None) -> UnitView:
    """One unit, as of today or of a day."""
    return UnitView.of(await app.queries.unit(unit_id), on or app.queries.today())


@router.get("/units")
async def list_units(app: App, _: Reader, on: Day | None = None, kind: UnitKind | None = None) -> UnitList:
    """All units as they stand today, or those that existed on a day; of one kind, or of all."""
    day = on or app.queries.today()
    return UnitList(units=[UnitView.of(each, day) for each in await app.queries.units(on, kind)])


@router.get("/unit-tree")
async def get_unit_tree(app: App, _: Reader, on: Day | None = None) -> UnitTree:
    """Who guides whom, today or on a day."""
    day = on or app.queries.today()
    return UnitTree(day=day, units=[BranchView.of(each) for each in await app.queries.unit_tree(day)])
