"""Feedback's facts as contracts, registration's contracts as commands: the only user of shared.events here."""

from services.feedback.application import Application
from services.feedback.application import commands as c
from services.feedback.domain import facts
from services.feedback.domain.register import Activity
from shared.aggregate import Fact
from shared.commands import SYSTEM
from shared.events import feedback_v1 as v1
from shared.events import registration_v1
from shared.events.contract import Contract
from shared.events.envelope import Envelope
from shared.messaging.runs import Effects
from shared.time import day_of

CONTRACTS: dict[type[Fact], type[Contract]] = {
    facts.OpinionReceived: v1.OpinionReceived,
    facts.OpinionAnsweredOnSite: v1.OpinionAnsweredOnSite,
    facts.OpinionAssigned: v1.OpinionAssigned,
    facts.OpinionTransferred: v1.OpinionTransferred,
    facts.AssignmentAccepted: v1.AssignmentAccepted,
    facts.AssignmentReturned: v1.AssignmentReturned,
    facts.AssignmentDueSoon: v1.AssignmentDueSoon,
    facts.AssignmentOverdue: v1.AssignmentOverdue,
    facts.SupervisionIssued: v1.SupervisionIssued,
    facts.ProgressNoted: v1.ProgressNoted,
    facts.ReplyPublished: v1.ReplyPublished,
    facts.OpinionRated: v1.OpinionRated,
    facts.NilReturnDeclared: v1.NilReturnDeclared,
}
"""Every fact has a contract of the same name and the same fields."""


def published(fact: Fact) -> Contract:
    """The contract that tells others of a fact."""
    return CONTRACTS[type(fact)](**vars(fact))


def effects(application: Application) -> Effects:
    """What feedback does about registration's facts. Each sets what the fact says, so a repeat changes nothing."""

    async def announced(fact: registration_v1.ActivityAnnounced, _: Envelope) -> None:
        await application.handle(
            c.AnnounceActivity(actor=SYSTEM, activity_id=fact.activity_id, activity=_activity(fact))
        )

    async def held(fact: registration_v1.ActivityHeld, _: Envelope) -> None:
        await application.handle(c.HoldActivity(actor=SYSTEM, activity_id=fact.activity_id, held_at=fact.held_at))

    async def cancelled(fact: registration_v1.ActivityCancelled, _: Envelope) -> None:
        await application.handle(
            c.CancelActivity(actor=SYSTEM, activity_id=fact.activity_id, cancelled_at=fact.cancelled_at)
        )

    return {
        registration_v1.ActivityAnnounced: announced,
        registration_v1.ActivityHeld: held,
        registration_v1.ActivityCancelled: cancelled,
    }


def _activity(fact: registration_v1.ActivityAnnounced) -> Activity:
    return Activity(
        lead=next(each.unit_id for each in fact.hosts if each.role == "lead"),
        hosts=tuple(each.unit_id for each in fact.hosts),
        points=tuple((each.open_point_id, each.unit_id) for each in fact.open_points),
        town=fact.town,
        year=day_of(fact.starts_at).year,
    )
