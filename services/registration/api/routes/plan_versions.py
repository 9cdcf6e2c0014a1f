"""Versions of plans: every submission stays, and can be compared with another."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from services.registration.api import permissions as may
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Id
from services.registration.api.schemas.plan_versions import DifferenceView, VersionList, VersionView
from shared.commands import Actor
from shared.http.guard import requires

router = APIRouter(prefix="/plans/{plan_id}/versions", tags=["plans"])

Reader = Annotated[Actor, requires(may.PLANS_READ)]
Edition = Annotated[int, Path(ge=1, le=1000)]
Against = Annotated[int | None, Query(ge=1, le=1000)]


@router.get("")
async def list_plan_versions(plan_id: Id, app: App, actor: Reader) -> VersionList:
    """Every submission, for the plan's hosts, those who guide them, and the office."""
    return VersionList.of((await app.queries.plan(actor, plan_id)).aggregate)


@router.get("/{edition}")
async def get_plan_version(plan_id: Id, edition: Edition, app: App, actor: Reader) -> VersionView:
    """What one submission said."""
    return VersionView.of(await app.queries.plan_version(actor, plan_id, edition))


@router.get("/{edition}/diff")
async def compare_plan_versions(
    plan_id: Id, edition: Edition, app: App, actor: Reader, request: Request, against: Against = None
) -> DifferenceView:
    """What changed since `against`, field by field; by default since the version before (the first: nothing)."""
    other = against or max(1, edition - 1)
    changes = await app.queries.plan_differences(actor, plan_id, edition, other)
    return DifferenceView.of(plan_id, edition, other, changes, request)
