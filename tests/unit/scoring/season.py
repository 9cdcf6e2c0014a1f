"""The season of 2021 as scoring hears it: facts of the others, from the district's data and expected outcomes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from deploy.data.load import load_expected, load_season, load_units
from deploy.data.models.activity import Activity
from deploy.data.models.activity_parts import Host
from deploy.data.models.expected import ExpectedActivity, ExpectedScorecard
from shared.events import feedback_v1, registration_v1, reporting_v1
from shared.events.contract import Contract
from shared.time import start_of_day

UNITS, SEASON, EXPECTED = load_units(), load_season(), load_expected()
OVERDUE = {"a07-o9": ("lkjjq", datetime.fromisoformat("2021-11-27T00:00:00+08:00"))}
CLAIM = ("qzfbgs", "superior_publication", "city", "a10")


@dataclass(frozen=True)
class Told:
    """A fact with its place in its aggregate."""

    fact: Contract
    aggregate: str
    sequence: int
    at: datetime

    @property
    def id(self) -> str:
        return f"{self.aggregate}-{self.sequence}"


def everything() -> list[Told]:
    """Every fact of the season that scoring cares for, in the order of time."""
    told = [*_units(), *(each for activity in SEASON.activities for each in _activity(activity))]
    return sorted(told, key=lambda each: (each.at, each.id))


def about(facts: list[Told], activities: set[str], units: set[str]) -> list[Told]:
    """Only what concerns these activities, and what these units are."""
    return [
        each
        for each in facts
        if getattr(each.fact, "activity_id", None) in activities
        or (isinstance(each.fact, registration_v1.UnitRegistered) and each.fact.unit_id in units)
    ]


def expected_scorecards() -> dict[str, ExpectedScorecard]:
    """Of every assessed unit, from the outcomes that were written by hand."""
    assessed = (each.id for each in UNITS.assessed_on(UNITS.as_of))
    return {each: EXPECTED.scorecards.get(each, EXPECTED.absent.scorecard) for each in assessed}


def _units() -> Iterator[Told]:
    for unit in UNITS.units:
        fact = registration_v1.UnitRegistered(
            unit_id=unit.id,
            title=unit.name,
            kind=unit.kind,
            town=unit.town,
            supervising_unit_id=unit.supervising_unit_id,
            assessed=unit.assessed,
            managed_by=unit.managed_by,
            active_from=start_of_day(unit.active_from),
            active_to=start_of_day(unit.active_to) if unit.active_to else None,
        )
        yield Told(fact, unit.id, 1, start_of_day(unit.active_from))


def _activity(activity: Activity) -> Iterator[Told]:
    outcome = EXPECTED.activities[activity.id]
    if outcome.attended is None:
        return
    yield _held(activity, outcome)
    yield from _filed(activity, outcome)
    for number, each in enumerate(activity.publicity, start=1):
        fact = reporting_v1.PublicityRecorded(
            activity_id=activity.id,
            unit_id=activity.lead.unit_id,
            publicity_id=f"{activity.id}-p{number}",
            kind=each.kind,
            channel=each.channel,
            url=each.url,
            published_at=each.published_at,
        )
        yield Told(fact, f"publicity-{activity.id}-{number}", 1, each.published_at)
    for opinion in activity.opinions:
        if opinion.id in OVERDUE:
            unit_id, reply_by = OVERDUE[opinion.id]
            overdue = feedback_v1.AssignmentOverdue(
                activity_id=activity.id, opinion_id=opinion.id, unit_id=unit_id, reply_by=reply_by
            )
            yield Told(overdue, opinion.id, 1, reply_by)


def _held(activity: Activity, outcome: ExpectedActivity) -> Told:
    ends = activity.sessions[-1].ends_at
    attended = outcome.attended.by_category() if outcome.attended else {}
    confirmed = outcome.confirmed.by_category() if outcome.confirmed else {}
    fact = registration_v1.ActivityHeld(
        activity_id=activity.id,
        town=activity.town,
        hosts=tuple(_host(each) for each in activity.hosts),
        starts_at=activity.sessions[0].starts_at,
        held_at=ends,
        announced_at=activity.announced_at,
        plan_filed_at=activity.plan.submitted_at,
        confirmed=confirmed,
        attended=attended,
        composition_met=outcome.composition_at_door == "met",
    )
    return Told(fact, activity.id, 1, ends)


def _host(host: Host) -> registration_v1.Host:
    unit = UNITS.unit(host.unit_id)
    assert unit
    return registration_v1.Host(
        unit_id=unit.id,
        role=host.role,
        credit=host.credit_share,
        assessed=unit.assessed,
        supervising_unit_id=unit.supervising_unit_id,
    )


def _filed(activity: Activity, outcome: ExpectedActivity) -> Iterator[Told]:
    filing, lead, dossier = outcome.filing, activity.lead.unit_id, f"dossier-{activity.id}"
    assert filing
    if not filing.on_time:
        missed = reporting_v1.FilingOverdue(activity_id=activity.id, unit_id=lead, due_at=filing.due)
        yield Told(missed, dossier, 1, filing.due + timedelta(seconds=1))
    fact = reporting_v1.MaterialsFiled(
        activity_id=activity.id,
        unit_id=lead,
        filed_at=filing.filed_at,
        due_at=filing.due,
        on_time=filing.on_time,
        days_late=filing.days_late,
        receipt=f"r-{activity.id}",
    )
    yield Told(fact, dossier, 1 if filing.on_time else 2, filing.filed_at)
