"""What an activity is made of: hosts, theme, plan, sign-up, sessions, agenda, and what may upset it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StrictInt, StringConstraints, model_validator

from deploy.data.models.base import DataModel, LocalTime, Slug, Text, UnitId

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
    """The activity plan (活动方案). In mode notify its submission files it: the office learns of it, no more."""

    submitted_at: LocalTime
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
