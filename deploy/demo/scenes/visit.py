"""The day itself: people come to the door, some do not, and when it is over the doors close."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from deploy.data.models import Activity, OpenPoint
from deploy.demo.scenes.access import point_of, roster_of
from deploy.demo.staff import clerk
from deploy.demo.stage import Registered, Stage
from deploy.demo.timeline import Step


@dataclass(frozen=True)
class Visit:
    """Check-in and the end of one activity held."""

    activity: Activity

    def steps(self) -> Iterable[Step]:
        """Two, for an activity that is held."""
        activity = self.activity
        if activity.held:
            begins, ends = activity.sessions[0].starts_at, activity.sessions[-1].ends_at
            yield Step(begins, activity.id, "registration", "representatives are checked in", self.check_in)
            yield Step(ends, activity.id, "registration", "held", self.hold)

    async def check_in(self, stage: Stage) -> None:
        """They show a ticket, type its number or the claim code, or are found on the list; all points at once."""
        await asyncio.gather(*(self._door(stage, point) for point in self.activity.points))

    async def hold(self, stage: Stage) -> None:
        """The doors close, attendance is final, the two-day clock starts."""
        known = stage.activities[self.activity.id]
        lead = clerk(self.activity.lead.unit_id)
        await stage.api.post("registration", f"/activities/{known.id}/holdings", lead, f"{self.activity.id}.holding")

    async def _door(self, stage: Stage, point: OpenPoint) -> None:
        roster = await roster_of(stage, self.activity, point)
        confirmed = {each["registration_id"] for each in roster if each["status"] == "confirmed"}
        places = [each for each in point_of(stage, self.activity, point.slug).registered if each.id in confirmed]
        coming = who_comes(point, places)
        for number, each in enumerate(coming):
            await self._scan(stage, point, f"{number}", await self._shown(stage, point, each, number))
        again = await self._scan(stage, point, "again", {"code": coming[0].claim_code})
        stage.found(f"{self.activity.id} {point.slug}: a second scan of the same code", "duplicate", again["result"])

    async def _shown(self, stage: Stage, point: OpenPoint, who: Registered, number: int) -> dict[str, str]:
        """Each brings something else."""
        if number % 4 < 2:
            return {"code": who.claim_code} if number % 4 else {"registration_id": who.id}
        known, staff = point_of(stage, self.activity, point.slug), clerk(point.owner_unit_id)
        path = f"/open-points/{known.id}/registrations/{who.id}/ticket"
        ticket = await stage.api.get("registration", path, staff)
        return {"ticket": ticket["ticket"]} if number % 4 == 2 else {"code": ticket["number"]}

    async def _scan(self, stage: Stage, point: OpenPoint, number: str, shown: dict[str, str]) -> Any:
        known = point_of(stage, self.activity, point.slug)
        key = f"{self.activity.id}.{point.slug}.check-in.{number}"
        return await stage.api.post(
            "registration", f"/open-points/{known.id}/check-ins", clerk(point.owner_unit_id), key, shown
        )


def who_comes(point: OpenPoint, confirmed: list[Registered]) -> list[Registered]:
    """All but the no-shows: the last of their category by sign-up."""
    absent: set[str] = set()
    for category, count in point.no_shows.by_category().items():
        mine = [each.id for each in confirmed if each.category == category]
        absent.update(mine[len(mine) - count :])
    return [each for each in confirmed if each.id not in absent]
