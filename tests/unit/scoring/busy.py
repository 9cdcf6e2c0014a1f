"""A unit that opens its doors again and again: the facts of as many activities as are asked for, with some faults."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from shared.events import feedback_v1, registration_v1, reporting_v1
from shared.time import start_of_year
from tests.unit.scoring.season import Told

UNIT = "scjgj"
NEW_YEAR = start_of_year(2021)


def busy_year(activities: int) -> list[Told]:
    """In the order of time; ids as long as real ones."""
    return [_known(), *(each for number in range(activities) for each in _activity(number))]


def _known() -> Told:
    fact = registration_v1.UnitRegistered(
        unit_id=UNIT,
        title="市场监管局",
        kind="department",
        town="district",
        supervising_unit_id=None,
        assessed=True,
        managed_by="district",
        active_from=NEW_YEAR,
        active_to=None,
    )
    return Told(fact, f"registration.unit.{UNIT}", 1, NEW_YEAR)


def _activity(number: int) -> Iterator[Told]:
    """Every fifth is filed late, every seventh announced late, every tenth has an opinion that becomes overdue."""
    id_, ends = str(UUID(int=(number + 1) << 64)), NEW_YEAR + timedelta(days=20, hours=30 * number)
    about = {"activity_id": id_, "unit_id": UNIT}
    yield _held(id_, number, ends)
    yield from _filed(about, ends, late=number % 5 == 4)
    for place, kind in enumerate(("notice", "outcome"), start=5):
        at = ends + timedelta(hours=place)
        shown = {"publicity_id": f"{id_}.p{place}", "kind": kind, "channel": "web", "url": "https://news.example/a"}
        fact = reporting_v1.PublicityRecorded.model_validate({**about, **shown, "published_at": at})
        yield Told(fact, f"reporting.dossier.{id_}", place, at)
    if number % 10 == 9:
        at = ends + timedelta(hours=8)
        overdue = feedback_v1.AssignmentOverdue.model_validate({**about, "opinion_id": f"{id_}.o1", "reply_by": at})
        yield Told(overdue, f"feedback.opinion.{id_}.o1", 4, at)


def _held(id_: str, number: int, ends: datetime) -> Told:
    host = registration_v1.Host(unit_id=UNIT, role="lead", credit=1000, assessed=True, supervising_unit_id=None)
    fact = registration_v1.ActivityHeld(
        activity_id=id_,
        town="district",
        hosts=(host,),
        starts_at=ends - timedelta(hours=3),
        held_at=ends,
        announced_at=ends - timedelta(days=3 if number % 7 == 6 else 9),
        plan_filed_at=ends - timedelta(days=12),
        confirmed={"resident_representative": 12},
        attended={"resident_representative": 12},
        composition_met=True,
    )
    return Told(fact, f"registration.activity.{id_}", 2, ends)


def _filed(about: dict[str, str], ends: datetime, *, late: bool) -> Iterator[Told]:
    due, dossier = ends + timedelta(hours=3), f"reporting.dossier.{about['activity_id']}"
    if late:
        missed = reporting_v1.FilingOverdue.model_validate({**about, "due_at": due})
        yield Told(missed, dossier, 2, due)
    at = ends + timedelta(hours=4 if late else 2)
    filing = {"filed_at": at, "due_at": due, "on_time": not late, "days_late": int(late), "receipt": "mf-1"}
    yield Told(reporting_v1.MaterialsFiled.model_validate({**about, **filing}), dossier, 3, at)
