"""What a season has come to, as the public interfaces tell it at the end."""

import asyncio
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from deploy.data.models import Activity, Mix, Season
from deploy.data.models.base import DataModel
from deploy.data.models.expected import ExpectedOpinions
from deploy.demo.staff import AUDITOR
from deploy.demo.stage import Stage


class Filing(DataModel):
    """What counts for lateness: the first complete submission. `filed_at` is None when there was none."""

    state: str
    due: datetime
    filed_at: datetime | None
    on_time: bool | None
    days_late: int | None
    receipt: str | None


class ActivityOutcome(DataModel):
    """One activity. `confirmed` and `waiting` are those at the roster's lock, over all points."""

    id: str
    title: str
    starts_at: datetime
    state: str
    points: int
    cap: int
    confirmed: Mix | None
    waiting: Mix | None
    attended: Mix | None
    composition_at_door: Literal["met", "not_met"] | None
    filing: Filing | None
    opinions: ExpectedOpinions
    nil_return: bool


class Outcome(DataModel):
    """The whole season. `scorecards` are exactly as scoring shows them, by unit; `names` the season's names of ids."""

    year: int
    state: str
    activities: tuple[ActivityOutcome, ...]
    scorecards: tuple[dict[str, Any], ...]
    names: dict[str, str]

    def canonical_scorecards(self) -> bytes:
        """Equal outcomes give equal bytes."""
        return json.dumps(self.scorecards, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


async def gather(stage: Stage, season: Season) -> Outcome:
    """Ask all four services. Raises Unexpected."""
    api, year = stage.api, season.year
    period = await api.get("scoring", f"/periods/{year}")
    cards = await api.get("scoring", "/scorecards", AUDITOR, year=year)
    activities = await asyncio.gather(
        *(_activity(stage, each) for each in season.activities if each.id in stage.activities)
    )
    return Outcome(
        year=year,
        state=period["state"],
        activities=tuple(activities),
        scorecards=tuple(cards["scorecards"]),
        names={each.id: name for name, each in stage.activities.items()}
        | {each.id: name for name, each in stage.opinions.items()},
    )


async def _activity(stage: Stage, data: Activity) -> ActivityOutcome:
    known = stage.activities[data.id]
    shown, register, materials = await asyncio.gather(
        stage.api.get("registration", f"/activities/{known.id}"),
        stage.api.get("feedback", f"/activities/{known.id}/register", AUDITOR),
        stage.api.get("reporting", f"/activities/{known.id}/material-set", AUDITOR),
    )
    attendance = shown["attendance"]
    return ActivityOutcome(
        id=data.id,
        title=shown["title"],
        starts_at=shown["session"]["starts_at"],
        state=shown["state"],
        points=len(shown["open_points"]),
        cap=sum(each["cap"] for each in shown["open_points"]),
        confirmed=total(point.confirmed for point in known.points.values()),
        waiting=total(point.waiting for point in known.points.values()),
        attended=Mix.model_validate(attendance["attended"]) if attendance else None,
        composition_at_door=("met" if attendance["composition_met"] else "not_met") if attendance else None,
        filing=_filing(materials),
        opinions=ExpectedOpinions.model_validate(register["counts"]),
        nil_return=register["nil_return"] is not None,
    )


def _filing(materials: Any) -> Filing | None:
    """None where no clock ever started."""
    if materials["due_at"] is None:
        return None
    filed = materials["filing"] or {}
    return Filing(
        state=materials["state"],
        due=materials["due_at"],
        filed_at=filed.get("filed_at"),
        on_time=filed.get("on_time"),
        days_late=filed.get("days_late"),
        receipt=filed.get("receipt"),
    )


def total(mixes: Iterable[Mix | None]) -> Mix | None:
    """Heads over several points; None when one of them has none."""
    known = list(mixes)
    if not known or any(each is None for each in known):
        return None
    counts = [each.by_category() for each in known if each]
    return Mix.model_validate({category: sum(each[category] for each in counts) for category in counts[0]})
