"""What scoring does about facts: contracts as its own commands."""

from services.scoring.adapters.events.recalled import of_our_own
from services.scoring.application import Application
from services.scoring.application import commands as c
from services.scoring.domain import facts
from services.scoring.domain.roll import Particulars
from shared.commands import SYSTEM
from shared.events import feedback_v1, registration_v1, reporting_v1
from shared.events.envelope import Envelope
from shared.messaging.consumer import Effects


def effects(application: Application) -> Effects:
    """What scoring does about the facts of others, and about its own."""
    return {**_of_others(application), **of_our_own(application)}


def _of_others(application: Application) -> Effects:
    async def unit_registered(fact: registration_v1.UnitRegistered, envelope: Envelope) -> None:
        particulars = Particulars(
            title=fact.title,
            assessed=fact.assessed,
            supervising_unit_id=fact.supervising_unit_id,
            active_from=fact.active_from,
            active_to=fact.active_to,
            sequence=envelope.sequence,
            recorded_at=envelope.time,
            known_since=envelope.time,
        )
        await application.handle(
            c.EnterUnit(actor=SYSTEM, unit_id=fact.unit_id, event=envelope.id, particulars=particulars)
        )

    async def note(activity_id: str, fact: facts.ActivityFact) -> None:
        await application.handle(c.NoteActivity(actor=SYSTEM, activity_id=activity_id, fact=fact))

    async def activity_held(fact: registration_v1.ActivityHeld, envelope: Envelope) -> None:
        await note(
            fact.activity_id,
            facts.Held(
                hosts=tuple(
                    facts.Standing(each.unit_id, each.assessed, each.supervising_unit_id) for each in fact.hosts
                ),
                starts_at=fact.starts_at,
                held_at=fact.held_at,
                announced_at=fact.announced_at,
                plan_filed_at=fact.plan_filed_at,
                composition_met=fact.composition_met,
                proof=_proof(envelope),
            ),
        )

    async def opinion_overdue(fact: feedback_v1.AssignmentOverdue, envelope: Envelope) -> None:
        overdue = facts.OpinionOverdue(fact.opinion_id, fact.unit_id, fact.reply_by, _proof(envelope))
        await note(fact.activity_id, overdue)

    async def materials_filed(fact: reporting_v1.MaterialsFiled, envelope: Envelope) -> None:
        await note(fact.activity_id, facts.Filed(fact.on_time, fact.days_late, _proof(envelope)))

    async def filing_overdue(fact: reporting_v1.FilingOverdue, envelope: Envelope) -> None:
        await note(fact.activity_id, facts.FilingMissed(_proof(envelope)))

    async def publicity_recorded(fact: reporting_v1.PublicityRecorded, envelope: Envelope) -> None:
        await note(fact.activity_id, facts.Published(fact.publicity_id, fact.kind, _proof(envelope)))

    return {
        registration_v1.UnitRegistered: unit_registered,
        registration_v1.ActivityHeld: activity_held,
        feedback_v1.AssignmentOverdue: opinion_overdue,
        reporting_v1.MaterialsFiled: materials_filed,
        reporting_v1.FilingOverdue: filing_overdue,
        reporting_v1.PublicityRecorded: publicity_recorded,
    }


def _proof(envelope: Envelope) -> facts.Proof:
    return facts.Proof(envelope.id, envelope.time)
