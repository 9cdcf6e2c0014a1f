"""A small district as scoring hears it: two assessed units, an institution, and activities by name."""

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.events import feedback_v1, registration_v1, reporting_v1
from shared.time import start_of_day
from tests.support.service import Running

STARTS = datetime(2021, 10, 20, 1, 0, tzinfo=UTC)
UNITS = {"zjj": (True, None), "wjj": (True, None), "gsgs": (False, "zjj")}
ATTENDED = {"npc_deputy": 1, "resident_representative": 3}


async def know_units(scoring: Running) -> None:
    for unit_id, (assessed, supervisor) in UNITS.items():
        fact = registration_v1.UnitRegistered(
            unit_id=unit_id,
            title=f"单位{unit_id}",
            kind="department",
            town="district",
            supervising_unit_id=supervisor,
            assessed=assessed,
            managed_by="district",
            active_from=start_of_day(datetime(2021, 8, 11, tzinfo=UTC).date()),
            active_to=None,
        )
        await scoring.district.produce(fact, unit_id, 1)


async def held(scoring: Running, activity_id: str, *unit_ids: str) -> None:
    fact = registration_v1.ActivityHeld(
        activity_id=activity_id,
        town="district",
        hosts=tuple(_host(each, lead=each == unit_ids[0], count=len(unit_ids)) for each in unit_ids),
        starts_at=STARTS,
        held_at=STARTS + timedelta(hours=2),
        announced_at=STARTS - timedelta(days=9),
        plan_filed_at=STARTS - timedelta(days=12),
        confirmed=ATTENDED,  # type: ignore[arg-type]
        attended=ATTENDED,  # type: ignore[arg-type]
        composition_met=True,
    )
    await scoring.district.produce(fact, activity_id, 1)


async def filed(scoring: Running, activity_id: str, unit_id: str) -> None:
    fact = reporting_v1.MaterialsFiled(
        activity_id=activity_id,
        unit_id=unit_id,
        filed_at=STARTS + timedelta(days=1),
        due_at=STARTS + timedelta(days=2),
        on_time=True,
        days_late=0,
        receipt="r-1",
    )
    await scoring.district.produce(fact, f"dossier-{activity_id}", 1)


async def overdue(scoring: Running, activity_id: str, opinion_id: str, unit_id: str) -> None:
    fact = feedback_v1.AssignmentOverdue(
        activity_id=activity_id, opinion_id=opinion_id, unit_id=unit_id, reply_by=STARTS + timedelta(days=14)
    )
    await scoring.district.produce(fact, opinion_id, 1)


async def scorecard(scoring: Running, unit_id: str, year: int = 2021) -> dict[str, Any]:
    """As the unit sees it."""
    headers = scoring.bearer("unit_clerk", units=[unit_id])
    answer = await scoring.http.get(f"/scoring/v1/units/{unit_id}/scorecard?year={year}", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _host(unit_id: str, *, lead: bool, count: int) -> registration_v1.Host:
    assessed, supervisor = UNITS[unit_id]
    return registration_v1.Host(
        unit_id=unit_id,
        role="lead" if lead else "co_host",
        credit=1000 // count,
        assessed=assessed,
        supervising_unit_id=supervisor,
    )
