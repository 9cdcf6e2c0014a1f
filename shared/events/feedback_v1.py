"""Facts of feedback: what was said on an open day and what became of it. Source: policy clause five (4)."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.events.contract import Code, Contract, Id, Instant


class Feedback(Contract):
    """What all facts of this owner have in common."""

    OWNER: ClassVar[str] = "feedback"


class OpinionFact(Feedback):
    """`unit_id` is the unit responsible at that time."""

    activity_id: Id
    opinion_id: Id
    unit_id: Id


class OpinionReceived(OpinionFact):
    serial: Code
    kind: Code
    source: Code
    town: Code
    received_at: Instant


class OpinionAnsweredOnSite(OpinionFact):
    answered_at: Instant


class OpinionAssigned(OpinionFact):
    assigned_at: Instant
    accept_by: Instant
    reply_by: Instant


class OpinionTransferred(OpinionFact):
    """Moved to another unit by the office; `unit_id` is the new one."""

    previous_unit_id: Id
    transferred_at: Instant
    accept_by: Instant
    reply_by: Instant


class AssignmentAccepted(OpinionFact):
    accepted_at: Instant


class AssignmentReturned(OpinionFact):
    returned_at: Instant
    returns: Annotated[int, Field(ge=1, le=2)]


class AssignmentDueSoon(OpinionFact):
    reply_by: Instant


class AssignmentOverdue(OpinionFact):
    reply_by: Instant


class SupervisionIssued(OpinionFact):
    issued_at: Instant
    automatic: bool


class ProgressNoted(OpinionFact):
    noted_at: Instant


class ReplyPublished(OpinionFact):
    published_at: Instant
    adoption: Code
    on_time: bool


class OpinionRated(OpinionFact):
    stars: Annotated[int, Field(ge=1, le=5)]
    rated_at: Instant


class NilReturnDeclared(Feedback):
    """The host declares that nobody had an opinion; an empty ledger is not enough."""

    activity_id: Id
    unit_id: Id
    declared_at: Instant


CONTRACTS: tuple[type[Contract], ...] = (
    OpinionReceived,
    OpinionAnsweredOnSite,
    OpinionAssigned,
    OpinionTransferred,
    AssignmentAccepted,
    AssignmentReturned,
    AssignmentDueSoon,
    AssignmentOverdue,
    SupervisionIssued,
    ProgressNoted,
    ReplyPublished,
    OpinionRated,
    NilReturnDeclared,
)
