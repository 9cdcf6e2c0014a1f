"""What several scenes look up: the open point of an activity, and its list of representatives."""

from typing import Any

from deploy.data.models import Activity, OpenPoint
from deploy.demo.staff import clerk
from deploy.demo.stage import Point, Stage


def point_of(stage: Stage, activity: Activity, slug: str) -> Point:
    """As it was announced."""
    return stage.activities[activity.id].points[slug]


async def roster_of(stage: Stage, activity: Activity, point: OpenPoint) -> list[dict[str, Any]]:
    """The list for staff: registration, category, status, masked name and phone."""
    known = point_of(stage, activity, point.slug)
    roster = await stage.api.get("registration", f"/open-points/{known.id}/roster", clerk(point.owner_unit_id))
    entries: list[dict[str, Any]] = roster["entries"]
    return entries
