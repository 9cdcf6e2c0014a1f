"""Reporting's facts as contracts, and other services' contracts as commands: the only user of shared.events here."""

from functools import singledispatch

from services.reporting.application import Application
from services.reporting.application import commands as c
from services.reporting.domain import facts
from services.reporting.domain.activity import Activity, Holding
from shared.aggregate import Fact
from shared.commands import SYSTEM, Command
from shared.events import feedback_v1 as feedback
from shared.events import registration_v1 as registration
from shared.events import reporting_v1 as v1
from shared.events.contract import Contract
from shared.events.envelope import Envelope
from shared.messaging.runs import Effects


@singledispatch
def published(fact: Fact) -> Contract:
    """The contract that tells others of a fact."""
    raise TypeError(f"{type(fact).__name__} has no contract")


@published.register
def _(fact: facts.FilingDueSet) -> Contract:
    deadline = fact.deadline
    return v1.FilingDueSet(
        activity_id=fact.activity_id, unit_id=fact.unit_id, due_at=deadline.due_at, reading=deadline.reading
    )


@published.register
def _(fact: facts.FilingOverdue) -> Contract:
    return v1.FilingOverdue(activity_id=fact.activity_id, unit_id=fact.unit_id, due_at=fact.due_at)


@published.register
def _(fact: facts.MaterialsFiled) -> Contract:
    return v1.MaterialsFiled(activity_id=fact.activity_id, unit_id=fact.unit_id, **vars(fact.filing))


@published.register
def _(fact: facts.MaterialsReturned) -> Contract:
    return v1.MaterialsReturned(activity_id=fact.activity_id, unit_id=fact.unit_id, returned_at=fact.returned_at)


@published.register
def _(fact: facts.MaterialsAccepted) -> Contract:
    return v1.MaterialsAccepted(activity_id=fact.activity_id, unit_id=fact.unit_id, accepted_at=fact.accepted_at)


@published.register
def _(fact: facts.PublicityRecorded) -> Contract:
    what = fact.publicity
    return v1.PublicityRecorded(
        activity_id=fact.activity_id,
        unit_id=what.unit_id,
        publicity_id=what.id,
        kind=what.kind.value,
        channel=what.channel,
        url=what.url,
        published_at=what.published_at,
    )


@singledispatch
def heard(fact: Contract, sequence: int) -> Command[None]:
    """The command that another service's fact gives rise to."""
    raise TypeError(f"{type(fact).__name__} means nothing here")


@heard.register
def _(fact: registration.ActivityAnnounced, sequence: int) -> Command[None]:
    activity = Activity(fact.title, fact.town, _lead_first(fact.hosts), fact.starts_at, fact.announced_at)
    return c.OpenDossier(actor=SYSTEM, activity_id=fact.activity_id, sequence=sequence, activity=activity)


@heard.register
def _(fact: registration.ActivityRescheduled, sequence: int) -> Command[None]:
    return c.MoveActivity(actor=SYSTEM, activity_id=fact.activity_id, sequence=sequence, starts_at=fact.starts_at)


@heard.register
def _(fact: registration.ActivityCancelled, _sequence: int) -> Command[None]:
    return c.CancelDossier(actor=SYSTEM, activity_id=fact.activity_id, cancelled_at=fact.cancelled_at)


@heard.register
def _(fact: registration.ActivityHeld, sequence: int) -> Command[None]:
    activity = Activity(None, fact.town, _lead_first(fact.hosts), fact.starts_at, fact.announced_at)
    holding = Holding(fact.held_at, {str(category): count for category, count in fact.attended.items()})
    return c.StartClock(
        actor=SYSTEM, activity_id=fact.activity_id, sequence=sequence, activity=activity, holding=holding
    )


@heard.register
def _(fact: feedback.OpinionReceived, _sequence: int) -> Command[None]:
    return c.NoteOpinion(actor=SYSTEM, activity_id=fact.activity_id)


@heard.register
def _(fact: feedback.NilReturnDeclared, _sequence: int) -> Command[None]:
    return c.NoteNilReturn(actor=SYSTEM, activity_id=fact.activity_id)


HEARD: tuple[type[Contract], ...] = (
    registration.ActivityAnnounced,
    registration.ActivityRescheduled,
    registration.ActivityCancelled,
    registration.ActivityHeld,
    feedback.OpinionReceived,
    feedback.NilReturnDeclared,
)


def effects(application: Application) -> Effects:
    """What reporting does about the facts it cares for; each may come twice, and late."""

    async def effect(fact: Contract, envelope: Envelope) -> None:
        await application.handle(heard(fact, envelope.sequence))

    return dict.fromkeys(HEARD, effect)


def _lead_first(hosts: tuple[registration.Host, ...]) -> tuple[str, ...]:
    return tuple(each.unit_id for each in sorted(hosts, key=lambda each: each.role != "lead"))
