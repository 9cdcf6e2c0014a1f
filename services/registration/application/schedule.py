"""The schedule (活动安排): what is announced, for those who follow or read it. Asked for often, seldom different."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.registration.application.listing import Mark, Page, page
from services.registration.domain.activity import Activity
from shared.repository import Repository
from shared.time import SHANGHAI, Clock, elapsed

LATELY = timedelta(days=90)  # so long an activity stays in the schedule after its end
PAGES = 50  # kept of one reading; most people ask for the first
FRESH = 3.0  # seconds for which one reading serves all who ask; calendars look every hour


@dataclass(frozen=True, eq=False)
class Schedule:
    """Activities by start, as they stood at one moment. The same object until they are read again."""

    activities: tuple[Activity, ...]


@dataclass(frozen=True)
class _Reading:
    """What was read at one moment, by start, and what was chosen from it since."""

    begun: float
    at: datetime
    whole: tuple[Activity, ...]
    chosen: dict[tuple[str | None, str | None], Schedule] = field(default_factory=dict)
    pages: dict[tuple[int | None, str | None, int, Mark | None], Page] = field(default_factory=dict)


class Schedules:
    """Reads every activity at most once in FRESH seconds, however many ask: reading 400 takes 60 ms of a core."""

    def __init__(self, activities: Repository[Activity], clock: Clock, *, fresh: float = FRESH) -> None:
        self._activities = activities
        self._clock = clock
        self._fresh = fresh
        self._reading: asyncio.Task[_Reading] | None = None

    async def of(self, town: str | None, unit_id: str | None) -> Schedule:
        """What lies ahead and what ended lately, cancelled ones too: of one town, one host, both, or all.

        Raises Unavailable when the database is away: to all who wait for the same reading, and nobody waits twice.
        """
        reading = await self._lately()
        if (town, unit_id) not in reading.chosen:
            reading.chosen[town, unit_id] = _chosen(reading, town, unit_id)
        return reading.chosen[town, unit_id]

    async def page(self, year: int | None, limit: int, after: Mark | None, programme_id: str | None = None) -> Page:
        """Of every activity of a year, a programme, or all, however long ago: from the same reading, refused alike."""
        reading, asked = await self._lately(), (year, programme_id, limit, after)
        if (kept := reading.pages.get(asked)) is not None:
            return kept
        chosen = (each for each in reading.whole if year in (None, each.session.starts_at.astimezone(SHANGHAI).year))
        of_one = (each for each in chosen if programme_id in (None, each.programme_id))
        made = page(of_one, limit, reading.at, after)
        if len(reading.pages) < PAGES:
            reading.pages[asked] = made
        return made

    async def _lately(self) -> _Reading:
        if self._reading is None or self._is_over(self._reading):
            self._reading = asyncio.create_task(self._read())
        return await asyncio.shield(self._reading)

    def _is_over(self, reading: asyncio.Task[_Reading]) -> bool:
        if not reading.done():
            return False
        failed = reading.cancelled() or reading.exception() is not None
        return failed or elapsed() - reading.result().begun >= self._fresh

    async def _read(self) -> _Reading:
        begun = elapsed()
        found = await self._activities.find()
        by_start = sorted(found, key=lambda each: (each.session.starts_at, each.id))
        return _Reading(begun, self._clock.now(), tuple(by_start))


def _chosen(reading: _Reading, town: str | None, unit_id: str | None) -> Schedule:
    recent = (each for each in reading.whole if each.session.ends_at >= reading.at - LATELY)
    of_town = [each for each in recent if town in (None, each.town)]
    return Schedule(tuple(each for each in of_town if unit_id is None or unit_id in each.unit_ids))
