"""Joint activities: co-hosts that are asked, groups that move, everybody on one list."""

from typing import Annotated

from pydantic import Field, StringConstraints

from services.registration.api.schemas.common import Id, Mix, Moment, Reason, Request, UnitId, View
from services.registration.application.joint import Representatives
from services.registration.domain.composition import Category
from services.registration.domain.invitation import MOST_REASON, Invitation, InvitationState
from services.registration.domain.place import Status
from services.registration.domain.rota import Rota, Visit


class RotaBody(Request):
    """Groups move over the points, in the plan's order: minutes until the first visit, at each, in between."""

    stay_minutes: Annotated[int, Field(ge=5, le=480)]
    transfer_minutes: Annotated[int, Field(ge=0, le=240)] = 0
    begins_after_minutes: Annotated[int, Field(ge=0, le=480)] = 0

    def rota(self) -> Rota:
        """As the domain knows it."""
        return Rota(**self.model_dump())


class InvitationBody(Request):
    """Until when co-hosts are to answer; without `units` all that have not accepted."""

    units: Annotated[list[UnitId], Field(min_length=1, max_length=20)] | None = None
    answer_by: Moment


class AnswerBody(Request):
    """A co-host accepts or declines; who declines says why."""

    unit_id: UnitId
    accepts: bool
    reason: Annotated[Reason, StringConstraints(max_length=MOST_REASON)] | None = None


class InvitationView(View):
    """What a co-host was asked, and said."""

    unit_id: str
    state: InvitationState
    invited_at: Moment
    answer_by: Moment
    answered_at: Moment | None
    answered_by: str | None
    reason: str | None

    @classmethod
    def of(cls, invitation: Invitation) -> "InvitationView":
        """From the domain."""
        return cls.model_validate(invitation)


class VisitView(View):
    """A group is at a point; a group has the id of the point where it begins."""

    group: Id
    point_id: Id
    starts_at: Moment
    ends_at: Moment

    @classmethod
    def of(cls, visit: Visit) -> "VisitView":
        """From the domain."""
        return cls.model_validate(visit)


class RepresentativeView(View):
    """Somebody with a place: by the point that they registered for, which is also where their group begins."""

    registration_id: Id
    point_id: Id
    category: Category
    grassroots: bool
    status: Status


class RepresentativeList(View):
    """Everybody with a place at an activity, and how many residents are missing from all of them together.

    `moving`: whether they move over the points in groups.
    """

    activity_id: Id
    moving: bool
    confirmed: Mix
    short_by: Annotated[int, Field(ge=0)]
    waiting: Annotated[int, Field(ge=0)]
    representatives: list[RepresentativeView]

    @classmethod
    def of(cls, found: Representatives) -> "RepresentativeList":
        """From the application."""
        people = [
            RepresentativeView(
                registration_id=each.id,
                point_id=point_id,
                category=each.category,
                grassroots=each.grassroots,
                status=each.status,
            )
            for point_id, each in found.seated
        ]
        return cls(
            activity_id=found.activity.id,
            moving=found.activity.rota is not None,
            confirmed=found.confirmed,
            short_by=found.composition.short_by,
            waiting=found.waiting,
            representatives=people,
        )
