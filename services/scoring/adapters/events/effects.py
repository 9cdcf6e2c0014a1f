"""What scoring does about facts: contracts as its own commands."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from services.scoring.adapters.events.recalled import of_our_own
from services.scoring.application import Application
from services.scoring.application import commands as c
from services.scoring.domain import facts
from services.scoring.domain.roll import Particulars
from shared.commands import SYSTEM
from shared.events import feedback_v1, registration_v1, reporting_v1
from shared.events.contract import Contract
from shared.events.envelope import Envelope
from shared.messaging.runs import Effect, Effects, InRuns, Told


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

    async def note(told: Sequence[Told]) -> None:
        noted = [_noted(fact, envelope) for fact, envelope in told]
        for activity_id, facts_ in groupby(noted, key=itemgetter(0)):
            facts_of_it = tuple(fact for _, fact in facts_)
            await application.handle(c.NoteActivity(actor=SYSTEM, activity_id=activity_id, facts=facts_of_it))

    about_activities: dict[type[Contract], Effect] = dict.fromkeys(_NOTED, InRuns(note))
    return {registration_v1.UnitRegistered: unit_registered, **about_activities}


def _noted(fact: Any, envelope: Envelope) -> tuple[str, facts.ActivityFact]:
    """Of which activity it tells, and what."""
    return fact.activity_id, _NOTED[type(fact)](fact, _proof(envelope))


def _held(fact: registration_v1.ActivityHeld, proof: facts.Proof) -> facts.Held:
    hosts = (facts.Standing(each.unit_id, each.assessed, each.supervising_unit_id) for each in fact.hosts)
    return facts.Held(
        hosts=tuple(hosts),
        starts_at=fact.starts_at,
        held_at=fact.held_at,
        announced_at=fact.announced_at,
        plan_filed_at=fact.plan_filed_at,
        composition_met=fact.composition_met,
        proof=proof,
    )


def _overdue(fact: feedback_v1.AssignmentOverdue, proof: facts.Proof) -> facts.OpinionOverdue:
    return facts.OpinionOverdue(fact.opinion_id, fact.unit_id, fact.reply_by, proof)


def _filed(fact: reporting_v1.MaterialsFiled, proof: facts.Proof) -> facts.Filed:
    return facts.Filed(fact.on_time, fact.days_late, proof)


def _missed(_: reporting_v1.FilingOverdue, proof: facts.Proof) -> facts.FilingMissed:
    return facts.FilingMissed(proof)


def _published(fact: reporting_v1.PublicityRecorded, proof: facts.Proof) -> facts.Published:
    return facts.Published(fact.publicity_id, fact.kind, proof)


_NOTED: Mapping[type[Contract], Callable[[Any, facts.Proof], facts.ActivityFact]] = {
    registration_v1.ActivityHeld: _held,
    feedback_v1.AssignmentOverdue: _overdue,
    reporting_v1.MaterialsFiled: _filed,
    reporting_v1.FilingOverdue: _missed,
    reporting_v1.PublicityRecorded: _published,
}
"""What is noted of an activity."""


def _proof(envelope: Envelope) -> facts.Proof:
    return facts.Proof(envelope.id, envelope.time)
