"""Retention: how long what is kept of people is kept, what stops its erasure, and what should be gone."""

from typing import Annotated

from fastapi import APIRouter

from services.registration.api import permissions as may
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Id
from services.registration.api.schemas.retention import (
    HoldBody,
    HoldList,
    HoldView,
    LeftoverReport,
    LeftoverView,
    LiftingBody,
    PeriodList,
)
from services.registration.application import commands as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter(tags=["retention"])

Holder = Annotated[Actor, requires(may.LEGAL_HOLDS_WRITE)]
Reader = Annotated[Actor, requires(may.RETENTION_READ)]


@router.get("/retention")
async def get_retention(app: App, _: Annotated[Actor, requires(may.RETENTION_PERIODS)]) -> PeriodList:
    """How long each group of fields is kept; then it is erased without being asked."""
    return PeriodList.of(app.keeping.periods)


@router.get("/retention/leftovers")
async def get_leftovers(app: App, _: Reader) -> LeftoverReport:
    """What should be gone by now and is still there. Looks into the vault itself; may take some seconds."""
    found = await app.keeping.leftovers()
    return LeftoverReport(
        at=app.queries.now(),
        clean=not any(each.count for each in found),
        leftovers=[LeftoverView.of(each) for each in found],
    )


@router.post("/activities/{activity_id}/legal-holds", status_code=201)
async def place_hold(activity_id: Id, body: HoldBody, app: App, actor: Holder, once: OnceKey) -> HoldView:
    """Nothing of the activity, or of one registration, is erased until this is lifted."""
    command = c.PlaceHold(
        actor=actor, once=once, activity_id=activity_id, registration_id=body.registration_id, reason=body.reason
    )
    return HoldView.of(await app.handle(command))


@router.get("/activities/{activity_id}/legal-holds")
async def list_holds(activity_id: Id, app: App, _: Reader) -> HoldList:
    """Every hold, the lifted ones too."""
    holds = await app.keeping.holds(activity_id)
    return HoldList(activity_id=activity_id, holds=[HoldView.of(each) for each in holds])


@router.post("/activities/{activity_id}/legal-holds/{hold_id}/liftings", status_code=201)
async def lift_hold(
    activity_id: Id, hold_id: Id, body: LiftingBody, app: App, actor: Holder, once: OnceKey
) -> HoldView:
    """End a hold; what came due meanwhile is erased now."""
    command = c.LiftHold(actor=actor, once=once, activity_id=activity_id, hold_id=hold_id, reason=body.reason)
    return HoldView.of(await app.handle(command))
