"""What people try before and on the day although the rules forbid it. Each has one right answer and changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from deploy.data.models import Activity, Season
from deploy.demo.api import Answer
from deploy.demo.people import Person
from deploy.demo.scenes.access import point_of, roster_of
from deploy.demo.scenes.plans import announcement_body, plan_body
from deploy.demo.scenes.sign_up import registration_body
from deploy.demo.staff import clerk
from deploy.demo.stage import Stage
from deploy.demo.timeline import Play, Step

STRANGER = clerk("kjj")  # of a unit that hosts nothing all year
_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True)
class ForbiddenBefore:
    """Attempts on plans, rosters and at the door; each at an activity whose data fit."""

    season: Season

    def steps(self) -> Iterable[Step]:
        """At times that the season has, or a minute after."""
        sign_up = self._at("a01").sign_up.opens_at
        yield self._step("a01", self._at("a01").plan.submitted_at, "a stranger's hand on a plan", self.foreign_plan)
        yield self._step("a03", self._at("a03").plan.submitted_at, "more than 20, just so", self.larger_cap)
        yield self._step("a01", sign_up, "the 21st, the same again, too much asked", self.one_too_many)
        yield self._step("a09", self._at("a09").sign_up.opens_at, "without the ID number", self.without_id_number)
        yield self._step("a10", self._at("a10").sign_up.opens_at, "one person, two points", self.second_point)
        yield self._step("a02", self._at("a02").sign_up.closes_at + _MOMENT, "a minute too late", self.too_late)
        yield self._step("a08", self._at("a08").sign_up.closes_at + _MOMENT, "locked before the draw", self.early_lock)
        yield self._step("a04", self._at("a04").sessions[0].starts_at, "waiting, at the door", self.waiting_at_door)
        yield self._step("a01", self._at("a01").sessions[0].starts_at, "held before it is over", self.early_holding)

    async def foreign_plan(self, stage: Stage) -> None:
        """Policy, part 6 (一): each unit submits its own plan."""
        path = f"/plans/{stage.activities['a01'].plan_id}/submissions"
        answer = await stage.api.attempt("registration", path, STRANGER, "a01.foreign-submission")
        stage.refused("a01: another unit submits the plan", answer, 403, "other_unit")
        answer = await stage.api.attempt("registration", path, None, "a01.nameless-submission")
        stage.refused("a01: nobody in particular submits the plan", answer, 401, "token_missing")

    async def larger_cap(self, stage: Stage) -> None:
        """Policy, part 3: more than 20 needs a reason and an approval."""
        activity = self._at("a03")
        body = plan_body(activity)
        body["points"][0]["cap_reason"] = None
        lead = clerk(activity.lead.unit_id)
        answer = await stage.api.attempt("registration", "/plans", lead, "a03.no-reason", body)
        stage.refused("a03: 24 at a point without a reason", answer, 422, "cap_needs_reason")
        announcement = announcement_body(activity, stage)
        answer = await stage.api.attempt("registration", "/activities", lead, "a03.unapproved", announcement)
        stage.refused("a03: announced before the larger cap is approved", answer, 409, "cap_unapproved")

    async def one_too_many(self, stage: Stage) -> None:
        """The 21st waits, is told so, and gives up; a second registration and a needless ID number are refused."""
        activity, point = self._at("a01"), point_of(stage, self._at("a01"), "hall")
        late = await self._register(stage, activity, "hall", stage.person(), "a01.21st")
        outcome = f"{late.body.get('status')} {late.body.get('reason')}"
        stage.found("a01: the 21st at a point for 20", "waitlisted capacity_full", outcome)
        if late.status < 400:
            path = f"/open-points/{point.id}/registrations/{late.body['registration_id']}/cancellations"
            code = late.body["claim_code"]
            await stage.api.post("registration", path, None, "a01.21st.withdrawal", claim_code=code)
        again = await self._register(stage, activity, "hall", point.registered[0].person, "a01.again")
        stage.refused("a01: the same person twice", again, 409, "already_registered")
        asked = {"id_number": stage.person().id_number}
        told = await self._register(stage, activity, "hall", stage.person(), "a01.id-number", asked)
        stage.refused("a01: an ID number where none is asked for", told, 422, "id_number")

    async def without_id_number(self, stage: Stage) -> None:
        """The secure site asks for it, with a reason."""
        activity = self._at("a09")
        told = await self._register(
            stage, activity, activity.points[0].slug, stage.person(), "a09.bare", {"id_number": None}
        )
        stage.refused("a09: no ID number where one is asked for", told, 422, "id_number")

    async def second_point(self, stage: Stage) -> None:
        """One person has one place at an activity, whichever point it is."""
        activity = self._at("a10")
        first, second = activity.points[0].slug, activity.points[1].slug
        person = point_of(stage, activity, first).registered[0].person
        told = await self._register(stage, activity, second, person, "a10.two-points")
        stage.refused("a10: the same person at a second point", told, 409, "already_registered")

    async def too_late(self, stage: Stage) -> None:
        """A timer closed the list."""
        activity = self._at("a02")
        told = await self._register(stage, activity, activity.points[0].slug, stage.person(), "a02.late")
        stage.refused("a02: registration after the deadline", told, 409, "registration_closed")

    async def early_lock(self, stage: Stage) -> None:
        """First the draw, then the list."""
        activity = self._at("a08")
        point = activity.points[0]
        path = f"/open-points/{point_of(stage, activity, point.slug).id}/locks"
        answer = await stage.api.attempt("registration", path, clerk(point.owner_unit_id), "a08.early-lock")
        stage.refused("a08: the list is locked before the draw", answer, 409, "draw_pending")

    async def waiting_at_door(self, stage: Stage) -> None:
        """Who waits has no place."""
        activity = self._at("a04")
        point = activity.points[0]
        roster = await roster_of(stage, activity, point)
        waiting = next(each["registration_id"] for each in roster if each["status"] == "waitlisted")
        path = f"/open-points/{point_of(stage, activity, point.slug).id}/check-ins"
        shown = {"registration_id": waiting}
        answer = await stage.api.attempt("registration", path, clerk(point.owner_unit_id), "a04.no-place", shown)
        stage.refused("a04: somebody who waits is at the door", answer, 409, "not_confirmed")

    async def early_holding(self, stage: Stage) -> None:
        """Nobody is done before the end."""
        path = f"/activities/{stage.activities['a01'].id}/holdings"
        lead = clerk(self._at("a01").lead.unit_id)
        answer = await stage.api.attempt("registration", path, lead, "a01.early-holding")
        stage.refused("a01: held before it is over", answer, 409, "not_over")

    def _at(self, activity_id: str) -> Activity:
        return next(each for each in self.season.activities if each.id == activity_id)

    def _step(self, activity_id: str, at: datetime, what: str, play: Play) -> Step:
        return Step(at, activity_id, "registration", f"attempt: {what}", play)

    async def _register(
        self, stage: Stage, activity: Activity, slug: str, person: Person, key: str, other: dict[str, Any] | None = None
    ) -> Answer:
        path = f"/open-points/{point_of(stage, activity, slug).id}/registrations"
        body = registration_body(activity, "resident_representative", person) | (other or {})
        return await stage.api.attempt("registration", path, None, key, body)
