"""A plan is drafted, sent to the office, and made public; the time may change, or the activity be called off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.data.models import Activity, OpenPoint
from deploy.data.models.activity_parts import Session
from deploy.demo import stage as played
from deploy.demo.staff import OFFICE, Principal, clerk
from deploy.demo.stage import Stage
from deploy.demo.timeline import Play, Step


@dataclass(frozen=True)
class Plans:
    """From the draft to the announcement of one activity, and what may upset it."""

    activity: Activity

    def steps(self) -> Iterable[Step]:
        """Draft and submission, approval of a larger cap, announcement, rescheduling, cancellation."""
        activity = self.activity
        yield self._step(activity.plan.submitted_at, "the plan is sent to the office", self.submit)
        for point in activity.points:
            if point.over_cap:
                yield self._step(point.over_cap.approved_at, "the office approves a larger cap", self.approve_caps)
        yield self._step(activity.announced_at, "announced, registration opens", self.announce)
        if activity.rescheduling:
            yield self._step(activity.rescheduling.at, "rescheduled", self.reschedule)
        if activity.cancellation:
            yield self._step(activity.cancellation.at, "cancelled", self.cancel)

    @property
    def lead(self) -> Principal:
        """Who does the lead's work."""
        return clerk(self.activity.lead.unit_id)

    async def submit(self, stage: Stage) -> None:
        """Draft and submit; in this district submission is filing."""
        key = self.activity.id
        plan = await stage.api.post("registration", "/plans", self.lead, f"{key}.plan", plan_body(self.activity))
        stage.activities[key] = played.Activity(plan_id=plan["id"], id=plan["activity_id"])
        filed = await stage.api.post("registration", f"/plans/{plan['id']}/submissions", self.lead, f"{key}.submission")
        stage.found(f"{key}: the plan, once submitted", "filed", filed["state"])

    async def approve_caps(self, stage: Stage) -> None:
        """More than 20 at a point need it (policy, part 3)."""
        key, plan_id = self.activity.id, stage.activities[self.activity.id].plan_id
        for point in self.activity.points:
            if point.over_cap:
                await stage.api.post(
                    "registration",
                    f"/plans/{plan_id}/cap-approvals",
                    OFFICE,
                    f"{key}.{point.slug}.cap-approval",
                    {"point": point.slug},
                )

    async def announce(self, stage: Stage) -> None:
        """The activity is public, every point open."""
        key = self.activity.id
        announced = await stage.api.post(
            "registration", "/activities", self.lead, f"{key}.announcement", announcement_body(self.activity, stage)
        )
        points = {each["slug"]: played.Point(id=each["id"]) for each in announced["open_points"]}
        stage.activities[key].points.update(points)

    async def reschedule(self, stage: Stage) -> None:
        """Another time; the earlier one stays in the history."""
        change = self.activity.rescheduling
        if change:
            body = {
                "session": _span(change.sessions),
                "registration_closes_at": self.activity.sign_up.closes_at.isoformat(),
            }
            await self._change(stage, "reschedulings", body)

    async def cancel(self, stage: Stage) -> None:
        """It will not take place."""
        if self.activity.cancellation:
            await self._change(stage, "cancellations", {"reason": self.activity.cancellation.reason_code})

    async def _change(self, stage: Stage, noun: str, body: dict[str, Any]) -> None:
        known = stage.activities[self.activity.id]
        await stage.api.post(
            "registration", f"/activities/{known.id}/{noun}", self.lead, f"{self.activity.id}.{noun}", body
        )

    def _step(self, at: datetime, what: str, play: Play) -> Step:
        return Step(at, self.activity.id, "registration", what, play)


def announcement_body(activity: Activity, stage: Stage) -> dict[str, Any]:
    """The announcement of a filed plan."""
    return {
        "plan_id": stage.activities[activity.id].plan_id,
        "session": _span(activity.sessions),
        "registration_opens_at": activity.sign_up.opens_at.isoformat(),
        "registration_closes_at": activity.sign_up.closes_at.isoformat(),
    }


def plan_body(activity: Activity) -> dict[str, Any]:
    """The plan as its form takes it."""
    asked = [each.purpose for each in activity.extra_fields if each.field == "id_number"]
    return {
        "title": activity.title,
        "theme": activity.theme.code,
        "town": activity.town,
        "forms": list(activity.forms),
        "purpose": activity.plan.purpose,
        "agenda": [f"{each.at} {each.title}" for each in activity.agenda],
        "selection": activity.selection.method,
        "hosts": [{"unit_id": each.unit_id, "role": each.role, "credit": each.credit_share} for each in activity.hosts],
        "points": [_point_body(each) for each in activity.points],
        "id_number_reason": asked[0] if asked else None,
    }


def _span(sessions: Sequence[Session]) -> dict[str, str]:
    return {"starts_at": sessions[0].starts_at.isoformat(), "ends_at": sessions[-1].ends_at.isoformat()}


def _point_body(point: OpenPoint) -> dict[str, Any]:
    return {
        "slug": point.slug,
        "unit_id": point.owner_unit_id,
        "name": point.name,
        "place": point.place,
        "cap": point.cap,
        "mix": point.planned.by_category(),
        "cap_reason": point.over_cap.reason if point.over_cap else None,
    }
