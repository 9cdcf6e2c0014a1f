"""What people ask of feedback: one frozen dataclass per command, with the type of its answer."""

from dataclasses import dataclass, field
from datetime import datetime

from services.feedback.domain.opinion import Standing
from services.feedback.domain.register import Activity, NilReturn
from services.feedback.domain.reply import Draft
from services.feedback.domain.vocabulary import Category, Decision, Kind, Source
from shared.commands import Command


@dataclass(frozen=True)
class Receipt:
    """What the person takes home: with id and code the opinion can be followed and its reply rated."""

    opinion_id: str
    serial: str
    claim_code: str


@dataclass(frozen=True, kw_only=True)
class AnnounceActivity(Command[None]):
    """Registration announced an activity: its register may take opinions."""

    activity_id: str
    activity: Activity


@dataclass(frozen=True, kw_only=True)
class HoldActivity(Command[None]):
    """The activity took place: opinions or a nil return are owed."""

    activity_id: str
    held_at: datetime


@dataclass(frozen=True, kw_only=True)
class CancelActivity(Command[None]):
    """The activity will not take place."""

    activity_id: str
    cancelled_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeclareNilReturn(Command[NilReturn]):
    """The lead host declares that nobody had an opinion."""

    activity_id: str


@dataclass(frozen=True, kw_only=True)
class ReceiveOpinion(Command[Receipt]):
    """Somebody has something to say, or staff write it down for them."""

    activity_id: str
    open_point_id: str | None
    kind: Kind
    source: Source
    text: str = field(repr=False)
    category: Category | None


@dataclass(frozen=True, kw_only=True)
class StepCommand(Command[Standing]):
    """A step with one opinion. `version` is that of If-Match."""

    opinion_id: str
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerOnSite(StepCommand):
    """Answered at once."""

    text: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class AssignOpinion(StepCommand):
    """The office hands it to a unit, or moves it to another one."""

    unit_id: str
    is_complex: bool


@dataclass(frozen=True, kw_only=True)
class AcceptAssignment(StepCommand):
    """The unit takes it."""


@dataclass(frozen=True, kw_only=True)
class ReturnAssignment(StepCommand):
    """Not the unit's own."""

    reason: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class NoteProgress(StepCommand):
    """How far the unit is."""

    text: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class DraftReply(StepCommand):
    """A reply for review."""

    draft: Draft = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class ReviewReply(StepCommand):
    """The reviewer passes the reply, or returns it with a reason."""

    decision: Decision
    reason: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class PublishReply(StepCommand):
    """Summary and reply become public."""


@dataclass(frozen=True, kw_only=True)
class RateReply(StepCommand):
    """The holder of the claim code says how satisfied they are."""

    claim_code: str = field(repr=False)
    stars: int


@dataclass(frozen=True, kw_only=True)
class IssueSupervision(StepCommand):
    """The office presses an overdue unit."""

    text: str = field(repr=False)
