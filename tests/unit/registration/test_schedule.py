"""The schedule is read once for many who follow it, and seldom later than it changes."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from services.registration.application.schedule import LATELY, PAGES, Schedules
from services.registration.domain.activity import Activity
from shared.errors import Unavailable
from shared.repository import Repository
from shared.time import Clock
from tests.support.documents import away
from tests.support.waiting import eventually
from tests.unit.registration.test_plan_and_activity import SESSION, announced


@dataclass
class Shelf:
    """Activities, and how often they were read."""

    activities: list[Activity]
    readings: int = 0
    is_away: bool = False

    async def find(self, where: Mapping[str, Any] | None = None, *, limit: int = 0) -> list[Activity]:
        """Takes a turn of the loop, as a database does."""
        assert where is None
        assert not limit
        self.readings += 1
        await asyncio.sleep(0)
        if self.is_away:
            raise away()
        return list(self.activities)


@dataclass
class Standing:
    """A clock that stands."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def following(shelf: Shelf, at: datetime = SESSION.starts_at, *, fresh: float = 60) -> Schedules:
    return Schedules(cast(Repository[Activity], shelf), cast(Clock, Standing(at)), fresh=fresh)


def made(name: str, town: str = "district", days: int = 0) -> Activity:
    activity = announced()
    activity.id, activity.town = name, town
    starts_at, ends_at = (each + timedelta(days=days) for each in (SESSION.starts_at, SESSION.ends_at))
    activity.session = type(SESSION)(starts_at, ends_at)
    return activity


async def named(schedules: Schedules, town: str | None = None, unit_id: str | None = None) -> list[str]:
    return [each.id for each in (await schedules.of(town, unit_id)).activities]


async def test_it_is_by_start_and_of_one_town_or_host_or_all() -> None:
    schedules = following(Shelf([made("b", days=1), made("c", "bahu"), made("a", days=1)]))
    assert await named(schedules) == ["c", "a", "b"]
    assert await named(schedules, town="bahu") == ["c"]
    assert await named(schedules, unit_id="unit") == ["c", "a", "b"]
    assert await named(schedules, town="bahu", unit_id="other") == []


async def test_what_ended_long_ago_is_left_out() -> None:
    for at, there in ((SESSION.ends_at + LATELY, ["a"]), (SESSION.ends_at + LATELY + timedelta(seconds=1), [])):
        assert await named(following(Shelf([made("a")]), at)) == there


async def test_a_hundred_who_ask_at_once_are_served_by_one_reading() -> None:
    shelf = Shelf([made("a")])
    schedules = following(shelf)
    seen = await asyncio.gather(*(schedules.of(None, None) for _ in range(100)))
    assert (shelf.readings, len(set(map(id, seen)))) == (1, 1)


async def test_the_list_of_all_comes_from_the_same_reading_however_long_ago() -> None:
    shelf = Shelf([made("b", days=1), made("a"), made("old", days=-400)])
    schedules = following(shelf)
    assert await named(schedules) == ["a", "b"]
    pages = [await schedules.page(year, 2, None) for year in (None, SESSION.starts_at.year, SESSION.starts_at.year - 1)]
    assert [[each.id for each in page.activities] for page in pages] == [["a", "b"], ["a", "b"], ["old"]]
    rest = await schedules.page(None, 2, pages[0].next)
    assert [each.id for each in rest.activities] == ["old"]
    assert await schedules.page(None, 2, None) is pages[0]
    assert shelf.readings == 1


async def test_whoever_asks_for_ever_other_pages_is_answered_and_not_remembered() -> None:
    schedules = following(Shelf([made("a")]))
    for limit in range(1, 2 * PAGES):
        assert (await schedules.page(None, limit, None)).activities
    assert await schedules.page(None, 1, None) is await schedules.page(None, 1, None)
    last = 2 * PAGES - 1
    assert await schedules.page(None, last, None) is not await schedules.page(None, last, None)


async def test_a_database_that_is_away_is_asked_once_for_all_who_wait_and_again_later() -> None:
    shelf = Shelf([made("a")], is_away=True)
    schedules = following(shelf)
    refused = await asyncio.gather(*(schedules.of(None, None) for _ in range(100)), return_exceptions=True)
    assert {type(each) for each in refused} == {Unavailable}
    assert shelf.readings == 1
    shelf.is_away = False
    assert await named(schedules) == ["a"]


async def test_who_goes_away_takes_the_reading_from_nobody() -> None:
    schedules = following(Shelf([made("a")]))
    impatient, patient = (asyncio.create_task(schedules.of(None, None)) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    assert [each.id for each in (await patient).activities] == ["a"]
    assert impatient.cancelled()


async def test_a_change_is_seen_once_the_reading_is_no_longer_fresh() -> None:
    shelf = Shelf([made("a")])
    schedules = following(shelf, fresh=0.02)
    assert await named(schedules) == ["a"]
    shelf.activities.append(made("b"))

    async def seen() -> bool:
        return await named(schedules) == ["a", "b"]

    await eventually(seen, 5)
