"""Whom an activity concerns now: from rosters and sheets, which know it at every moment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from services.registration.application.ports import Ports
from services.registration.application.sheets import Sheets
from services.registration.domain.place import Status

CONCERNED = frozenset({Status.APPLIED, Status.CONFIRMED, Status.WAITLISTED, Status.OFFERED})
EXPECTED = frozenset({Status.CONFIRMED})


@dataclass(frozen=True)
class Addressee:
    """One registration."""

    registration_id: str
    point_id: str
    since: datetime


async def addressees(ports: Ports, activity_id: str, statuses: Collection[Status]) -> list[Addressee]:
    """All of an activity's open points in these states. Raises NotFound."""
    activity = await ports.activities.get(activity_id)
    sheets = Sheets(ports.sheets)
    rosters = [await sheets.whole(await ports.rosters.get(each.id)) for each in activity.points]
    return [
        Addressee(each.id, roster.id, each.at)
        for roster in rosters
        for each in roster.registrations.values()
        if each.status in statuses
    ]
