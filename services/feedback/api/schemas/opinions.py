"""What staff see of opinions, and what a step answers."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.feedback.application.commands import Receipt
from services.feedback.application.queries import Counts
from services.feedback.domain.assignment import Assignment, OnSiteAnswer, ProgressNote, Return, SupervisionOrder
from services.feedback.domain.opinion import Opinion, Rating, Standing
from services.feedback.domain.register import NilReturn, Register
from services.feedback.domain.reply import Reply
from services.feedback.domain.vocabulary import Category, Kind, Source, State


class View(BaseModel):
    """An answer."""

    model_config = ConfigDict(from_attributes=True)


class ReceiptView(View):
    """What the person takes home. The claim code is shown this once; it is stored nowhere."""

    id: str
    serial: str
    claim_code: str

    @classmethod
    def of(cls, receipt: Receipt) -> "ReceiptView":
        """From the application."""
        return cls(id=receipt.opinion_id, serial=receipt.serial, claim_code=receipt.claim_code)


class StandingView(View):
    """Where the opinion stands after a step."""

    id: str
    state: State
    unit_id: str
    accept_by: datetime | None
    reply_by: datetime | None
    overdue: bool

    @classmethod
    def of(cls, standing: Standing) -> "StandingView":
        """From the domain."""
        known = vars(standing)
        return cls(id=standing.opinion_id, **{each: known[each] for each in cls.model_fields if each != "id"})


class OpinionRow(View):
    """An opinion in a list."""

    id: str
    serial: str
    activity_id: str
    unit_id: str
    state: State
    kind: Kind
    received_at: datetime
    triage_by: datetime
    accept_by: datetime | None
    reply_by: datetime | None
    overdue: bool

    @classmethod
    def of(cls, opinion: Opinion) -> "OpinionRow":
        """From the domain."""
        duty = opinion.assignment
        return cls(
            id=opinion.id,
            serial=opinion.serial,
            activity_id=opinion.activity_id,
            unit_id=opinion.unit_id,
            state=opinion.state,
            kind=opinion.said.kind,
            received_at=opinion.received_at,
            triage_by=opinion.triage_by,
            accept_by=duty.accept_by if duty else None,
            reply_by=duty.reply_by if duty else None,
            overdue=bool(opinion.overdue),
        )


class OpinionList(View):
    """A page of opinions, by serial number; `next` is the `after` of the following page."""

    opinions: list[OpinionRow]
    next: str | None


class OpinionView(View):
    """Everything that the responsible unit and the office know. `view` tells it from the holder's."""

    view: Literal["staff"] = "staff"
    id: str
    serial: str
    activity_id: str
    open_point_id: str | None
    town: str
    unit_id: str
    state: State
    kind: Kind
    source: Source
    category: Category | None
    text: str
    complex: bool
    received_at: datetime
    triage_by: datetime
    entered_by: str | None
    on_site: OnSiteAnswer | None
    assignment: Assignment | None
    transfers: int
    returns: list[Return]
    overdue: dict[str, datetime]
    supervisions: list[SupervisionOrder]
    progress: list[ProgressNote]
    reply: Reply | None
    rating: Rating | None

    @classmethod
    def of(cls, opinion: Opinion) -> "OpinionView":
        """From the domain."""
        known = vars(opinion) | vars(opinion.said)
        known |= {"complex": opinion.is_complex, "progress": opinion.notes}
        return cls(**{each: known[each] for each in cls.model_fields if each != "view"})


class NilReturnView(View):
    """The host's declaration; `superseded_at`: an opinion came after all."""

    declared_at: datetime
    superseded_at: datetime | None

    @classmethod
    def of(cls, nil_return: NilReturn) -> "NilReturnView":
        """From the domain."""
        return cls(declared_at=nil_return.declared_at, superseded_at=nil_return.superseded_at)


class RegisterView(View):
    """The register of an activity in figures."""

    activity_id: str
    state: str
    lead_unit_id: str | None
    town: str | None
    counts: Counts
    nil_return: NilReturnView | None

    @classmethod
    def of(cls, register: Register, counts: Counts) -> "RegisterView":
        """From the domain."""
        activity = register.activity
        return cls(
            activity_id=register.id,
            state=register.state,
            lead_unit_id=activity.lead if activity else None,
            town=activity.town if activity else None,
            counts=counts,
            nil_return=NilReturnView.of(register.nil_return) if register.nil_return else None,
        )
