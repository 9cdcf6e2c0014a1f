"""The schedule in people's own calendars, downloaded from a real service and read by two libraries."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest

from tests.integration.registration.people import BASE, Town, announced
from tests.support.calendars import Sheet, must_follow, read
from tests.support.service import Runner, Running
from tests.support.waiting import eventually

FEED = f"{BASE}/calendar"


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with running("registration") as made:
        yield made


async def download(town: Town, **headers: str) -> httpx.Response:
    """As anybody: without an account."""
    return await town.service.http.get(f"{BASE}/activities/{town.activity['id']}/calendar", headers=headers)


async def sheet(town: Town) -> Sheet:
    """The activity's file as both libraries read it."""
    answer = (await download(town)).raise_for_status()
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return read(answer.content)


async def followed(
    service: Running, wanted: dict[str, str], states: dict[str, str], seen: dict[str, str] | None = None
) -> httpx.Response:
    """The feed, once it says these states of these activities: it may be some seconds old."""
    feed = await service.http.get(FEED, params=wanted, headers=seen)
    assert feed.status_code == 200
    assert {each.uid: each.status for each in read(feed.content).entries} == states
    return feed


async def reschedule(town: Town, starts_at: datetime) -> None:
    """Another time, registration open until then."""
    body = {
        "session": {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=2)).isoformat()},
        "registration_closes_at": starts_at.isoformat(),
    }
    (await town.post(f"/activities/{town.activity['id']}/reschedulings", body)).raise_for_status()


async def cancel(town: Town) -> None:
    """It will not take place."""
    path = f"/activities/{town.activity['id']}/cancellations"
    (await town.post(path, {"reason": "weather"})).raise_for_status()


async def test_announced_rescheduled_cancelled_in_the_calendars_of_two_libraries(service: Running) -> None:
    town = await announced(service)
    sheets = [await sheet(town)]
    await service.steer(service.district.now + timedelta(minutes=1))
    moved = town.starts_at + timedelta(days=3)
    await reschedule(town, moved)
    sheets.append(await sheet(town))
    await service.steer(service.district.now + timedelta(minutes=1))
    await cancel(town)
    sheets.append(await sheet(town))
    must_follow(sheets)
    assert [each.entry.starts_at for each in sheets] == [town.starts_at, moved, moved]
    assert sheets[1].entry.ends_at == moved + timedelta(hours=2)
    assert [each.method for each in sheets] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert [each.entry.uid for each in sheets] == [town.activity["id"]] * 3
    assert [each.entry.changed_at for each in sheets] == [
        service.district.now - timedelta(minutes=2),
        service.district.now - timedelta(minutes=1),
        service.district.now,
    ]


async def test_a_download_is_the_same_until_the_activity_changes(service: Running) -> None:
    town = await announced(service)
    first = await download(town)
    await town.register()
    await service.steer(service.district.now + timedelta(minutes=1))
    again = await download(town)
    assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])
    assert first.headers["Content-Disposition"] == "attachment; filename=openday-2021-09-01.ics"
    unchanged = await download(town, **{"If-None-Match": f'"another", {first.headers["ETag"]}'})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    await reschedule(town, town.starts_at + timedelta(days=1))
    assert (await download(town, **{"If-None-Match": first.headers["ETag"]})).status_code == 200


async def test_the_schedule_is_a_feed_that_costs_little(service: Running) -> None:
    towns = [await announced(service, town="tanghe", title=title) for title in ("甲, 乙; 丙", "丁")]
    wanted = {"town": "tanghe", "unit_id": "approvals"}
    feed = await eventually(lambda: followed(service, wanted, {each.activity["id"]: "CONFIRMED" for each in towns}))
    assert "X-WR-CALNAME:政府开放日 Government Open Day · 区行政审批服务局".encode() in feed.content.replace(
        b"\r\n ", b""
    )
    assert {each.title for each in read(feed.content).entries} == {"甲, 乙; 丙", "丁"}
    seen = {"If-None-Match": feed.headers["ETag"]}
    assert (await service.http.get(FEED, params=wanted, headers=seen)).status_code == 304
    await cancel(towns[0])
    states = {towns[0].activity["id"]: "CANCELLED", towns[1].activity["id"]: "CONFIRMED"}
    changed = await eventually(lambda: followed(service, wanted, states, seen))
    assert changed.headers["ETag"] != feed.headers["ETag"]


async def test_where_nothing_is_planned_the_schedule_is_empty_and_whole(service: Running) -> None:
    feed = (await service.http.get(FEED, params={"town": "nowhere"})).raise_for_status()
    assert read(feed.content) == Sheet("PUBLISH", ("Asia/Shanghai",), ())


async def test_a_unit_or_an_activity_that_is_not_there_is_said(service: Running) -> None:
    for path in (f"{FEED}?unit_id=nobody", f"{BASE}/activities/00000000-0000-7000-8000-000000000000/calendar"):
        refused = await service.http.get(path)
        assert (refused.status_code, refused.headers["Content-Type"]) == (404, "application/problem+json")
