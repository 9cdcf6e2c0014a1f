"""One activity of the season as a driver plays it through the public interfaces, moment by moment."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, StrictInt, StringConstraints, model_validator

from deploy.data.models.base import DataModel, LocalTime, Slug, Text, UnitId, repeated
from deploy.data.models.dossier import BonusClaim, Materials, Publicity
from deploy.data.models.opinions import NilReturn, Opinion
from deploy.data.models.points import Mix, OpenPoint, Selection

WHOLE = 1000  # thousandths

ActivityId = Annotated[str, StringConstraints(pattern=r"^a\d{2}$")]
AgendaTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Form = Literal["office_visit", "site_visit", "public_dialogue"]


class Host(DataModel):
    """A unit that hosts; `credit_share` in thousandths, the shares of one activity add up to 1000."""

    unit_id: UnitId
    role: Literal["lead", "co_host"]
    credit_share: Annotated[StrictInt, Field(gt=0, le=WHOLE)]


class Theme(DataModel):
    """What the activity is about: a code for statistics and the words that people read."""

    code: Slug
    name: Text


class Session(DataModel):
    """One meeting of an activity; the last one's end starts the filing clock."""

    starts_at: LocalTime
    ends_at: LocalTime

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("a session must end after it starts")
        return self


class Plan(DataModel):
    """The activity plan (活动方案). In mode notify the office records it; it does not approve it."""

    submitted_at: LocalTime
    filed_at: LocalTime
    purpose: Text


class SignUp(DataModel):
    """When registration is open, and when the roster is locked (absent when that day was never reached)."""

    opens_at: LocalTime
    closes_at: LocalTime
    locked_at: LocalTime | None = None


class ExtraField(DataModel):
    """Something that this activity asks beyond the usual form, and why: each activity asks only what it needs."""

    field: Literal["id_number", "health_declaration"]
    purpose: Text


class AgendaItem(DataModel):
    """`at` is the local time of day."""

    at: AgendaTime
    title: Text


class Rescheduling(DataModel):
    """A later version of the time. Places that were given stay given; the earlier version stays in the history."""

    at: LocalTime
    reason: Text
    sessions: Annotated[tuple[Session, ...], Field(min_length=1)]


class Cancellation(DataModel):
    """The activity will not take place: no roster is locked, no clock starts, nothing is credited."""

    at: LocalTime
    reason_code: Slug
    reason: Text


class Activity(DataModel):
    """One activity with everything that happens to it until the year is closed."""

    id: ActivityId
    title: Text
    hosts: Annotated[tuple[Host, ...], Field(min_length=1)]
    forms: Annotated[tuple[Form, ...], Field(min_length=1)]
    theme: Theme
    town: Slug
    plan: Plan
    announced_at: LocalTime
    admission_conditions: Text | None = None
    extra_fields: tuple[ExtraField, ...] = ()
    selection: Selection
    sign_up: SignUp
    sessions: Annotated[tuple[Session, ...], Field(min_length=1)]
    agenda: Annotated[tuple[AgendaItem, ...], Field(min_length=1)]
    points: Annotated[tuple[OpenPoint, ...], Field(min_length=1)]
    rescheduling: Rescheduling | None = None
    cancellation: Cancellation | None = None
    opinions: tuple[Opinion, ...] = ()
    nil_return: NilReturn | None = None
    materials: Materials | None = None
    publicity: tuple[Publicity, ...] = ()
    bonus_claims: tuple[BonusClaim, ...] = ()

    @property
    def lead(self) -> Host:
        return next(host for host in self.hosts if host.role == "lead")

    @property
    def held(self) -> bool:
        return self.cancellation is None

    def planned(self) -> Mix:
        """The planned mix of all points together."""
        mixes = [point.planned.by_category() for point in self.points]
        return Mix.model_validate({category: sum(mix[category] for mix in mixes) for category in mixes[0]})

    @model_validator(mode="after")
    def _hosted(self) -> Self:
        if sum(host.credit_share for host in self.hosts) != WHOLE:
            raise ValueError(f"{self.id}: the credit shares of the hosts do not add up to {WHOLE}")
        if [host.role for host in self.hosts].count("lead") != 1:
            raise ValueError(f"{self.id}: exactly one host is the lead")
        doubles = repeated([host.unit_id for host in self.hosts]) + repeated([point.slug for point in self.points])
        if doubles:
            raise ValueError(f"{self.id}: stands twice: {', '.join(doubles)}")
        return self

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.held != (self.materials is not None) or self.held != (self.sign_up.locked_at is not None):
            raise ValueError(f"{self.id}: materials and a locked roster belong to an activity held, and only to that")
        ledgers = int(bool(self.opinions)) + int(self.nil_return is not None)
        if ledgers != int(self.held):
            raise ValueError(f"{self.id}: an activity held has opinions or a nil return, one cancelled has neither")
        unknown = {opinion.point for opinion in self.opinions} - {point.slug for point in self.points}
        if unknown:
            raise ValueError(f"{self.id}: opinions name unknown points: {', '.join(sorted(unknown))}")
        strangers = [opinion.id for opinion in self.opinions if not opinion.id.startswith(f"{self.id}-")]
        if strangers:
            raise ValueError(f"{self.id}: opinions of another activity: {', '.join(strangers)}")
        return self

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        story = [
            ("plan.submitted_at", self.plan.submitted_at),
            ("plan.filed_at", self.plan.filed_at),
            ("announced_at", self.announced_at),
            ("sign_up.closes_at", self.sign_up.closes_at),
            ("sign_up.locked_at", self.sign_up.locked_at or self.sessions[0].starts_at),
            ("sessions.0.starts_at", self.sessions[0].starts_at),
        ]
        for (earlier, before), (later, after) in pairwise(story):
            if after < before:
                raise ValueError(f"{self.id}: {later} is before {earlier}")
        if not self.announced_at <= self.sign_up.opens_at < self.sign_up.closes_at:
            raise ValueError(f"{self.id}: registration must open after the announcement and before it closes")
        return self
