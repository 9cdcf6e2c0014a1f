"""What happened, for others to know. No words of a person: ids, codes and instants only."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from shared.aggregate import Fact


class About(TypedDict):
    """Which opinion a fact is about."""

    activity_id: str
    opinion_id: str
    unit_id: str


@dataclass(frozen=True, kw_only=True)
class OpinionFact(Fact):
    """`unit_id` is the unit responsible at that time."""

    activity_id: str
    opinion_id: str
    unit_id: str


@dataclass(frozen=True, kw_only=True)
class OpinionReceived(OpinionFact):
    """The opinion stands in the activity's register."""

    serial: str
    kind: str
    source: str
    town: str
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class OpinionAnsweredOnSite(OpinionFact):
    """Answered at once; nothing is left to do."""

    answered_at: datetime


@dataclass(frozen=True, kw_only=True)
class OpinionAssigned(OpinionFact):
    """The office handed it to a unit (交办)."""

    assigned_at: datetime
    accept_by: datetime
    reply_by: datetime


@dataclass(frozen=True, kw_only=True)
class OpinionTransferred(OpinionFact):
    """The office moved it to another unit (转办); the clocks start anew."""

    previous_unit_id: str
    transferred_at: datetime
    accept_by: datetime
    reply_by: datetime


@dataclass(frozen=True, kw_only=True)
class AssignmentAccepted(OpinionFact):
    """The unit takes it."""

    accepted_at: datetime


@dataclass(frozen=True, kw_only=True)
class AssignmentReturned(OpinionFact):
    """The unit gave it back to the office as not its own (退办); `returns` counts this one."""

    returned_at: datetime
    returns: int


@dataclass(frozen=True, kw_only=True)
class AssignmentDueSoon(OpinionFact):
    """A reminder before the reply is due (催办)."""

    reply_by: datetime


@dataclass(frozen=True, kw_only=True)
class AssignmentOverdue(OpinionFact):
    """The reply was due and is not public."""

    reply_by: datetime


@dataclass(frozen=True, kw_only=True)
class SupervisionIssued(OpinionFact):
    """A supervision order (督办单), by the office or, when it waits too long, by the clock."""

    issued_at: datetime
    automatic: bool


@dataclass(frozen=True, kw_only=True)
class ProgressNoted(OpinionFact):
    """The unit said how far it is."""

    noted_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReplyPublished(OpinionFact):
    """The reviewed reply is public."""

    published_at: datetime
    adoption: str
    on_time: bool


@dataclass(frozen=True, kw_only=True)
class OpinionRated(OpinionFact):
    """The holder of the claim code said how satisfied they are."""

    stars: int
    rated_at: datetime


@dataclass(frozen=True, kw_only=True)
class NilReturnDeclared(Fact):
    """The host declares that nobody had an opinion (零报告)."""

    activity_id: str
    unit_id: str
    declared_at: datetime
