"""One activity of the season as a driver plays it through the public interfaces, moment by moment."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from deploy.data.models.activity_parts import (
    WHOLE,
    ActivityId,
    AgendaItem,
    Cancellation,
    ExtraField,
    Form,
    Host,
    Plan,
    Rescheduling,
    Session,
    SignUp,
    Theme,
)
from deploy.data.models.base import DataModel, Finding, LocalTime, Slug, Text, refuse, repeated
from deploy.data.models.dossier import BonusClaim, Materials, Publicity
from deploy.data.models.opinions import NilReturn, Opinion
from deploy.data.models.points import Mix, OpenPoint, Selection


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
    def _coherent(self) -> Self:
        refuse([*self._host_findings(), *self._ledger_findings(), *self._order_findings()])
        return self

    def _host_findings(self) -> Iterator[Finding]:
        if sum(host.credit_share for host in self.hosts) != WHOLE:
            yield ("hosts",), f"the credit shares of the hosts do not add up to {WHOLE}"
        if [host.role for host in self.hosts].count("lead") != 1:
            yield ("hosts",), "exactly one host is the lead"
        for number, unit_id in repeated([host.unit_id for host in self.hosts]):
            yield ("hosts", number, "unit_id"), f"the host {unit_id} stands twice"
        for number, slug in repeated([point.slug for point in self.points]):
            yield ("points", number, "slug"), f"the open point {slug} stands twice"

    def _ledger_findings(self) -> Iterator[Finding]:
        if self.held != (self.materials is not None):
            yield ("materials",), "materials belong to an activity held, and only to that"
        if self.held != (self.sign_up.locked_at is not None):
            yield ("sign_up", "locked_at"), "a locked roster belongs to an activity held, and only to that"
        if [bool(self.opinions), self.nil_return is not None].count(True) != int(self.held):
            yield ("opinions",), "an activity held has opinions or a nil return, one cancelled has neither"
        for number, opinion in enumerate(self.opinions):
            if opinion.point not in [point.slug for point in self.points]:
                yield ("opinions", number, "point"), f"unknown open point {opinion.point}"
            if not opinion.id.startswith(f"{self.id}-"):
                yield ("opinions", number, "id"), f"{opinion.id} is the number of another activity's opinion"
        for number, opinion_id in repeated([opinion.id for opinion in self.opinions]):
            yield ("opinions", number, "id"), f"the opinion {opinion_id} stands twice"

    def _order_findings(self) -> Iterator[Finding]:
        begins = self.sessions[0].starts_at
        story = [
            (("plan", "submitted_at"), self.plan.submitted_at),
            (("announced_at",), self.announced_at),
            (("sign_up", "opens_at"), self.sign_up.opens_at),
            (("sign_up", "closes_at"), self.sign_up.closes_at),
            (("selection", "drawn_at"), self.selection.drawn_at or self.sign_up.closes_at),
            (("sign_up", "locked_at"), self.sign_up.locked_at or begins),
            (("sessions",), begins),
        ]
        for (earlier, before), (later, after) in pairwise(story):
            if after < before:
                yield later, f"{'.'.join(later)} is before {'.'.join(earlier)}"
