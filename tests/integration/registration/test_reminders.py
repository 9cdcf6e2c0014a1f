"""Reminders and quiet hours by the district's clock: who has a place, once; nobody at night without need."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.time import SHANGHAI
from tests.integration.registration.mail import counted, kinds, told
from tests.integration.registration.people import POINTS, Town, announced
from tests.support.service import Runner, Running

ONE_SEAT = {"cap": 1, "mix": {"resident_representative": 1}}
DAY = timedelta(days=1)


@pytest.fixture
async def service(running: Runner) -> AsyncIterator[Running]:
    async with running("registration") as made:
        yield made


async def put_off(town: Town, starts_at: datetime) -> None:
    """With registration until an hour before. A minute later: who registers then knows of it."""
    session = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=2)).isoformat()}
    body = {"session": session, "registration_closes_at": (starts_at - timedelta(hours=1)).isoformat()}
    (await town.post(f"/activities/{town.activity['id']}/reschedulings", body)).raise_for_status()
    await town.service.steer(town.service.district.now + timedelta(minutes=1))


async def leave(town: Town, person: dict[str, Any]) -> None:
    path = f"{POINTS}/{town.point}/registrations/{person['registration_id']}/cancellations"
    (await town.service.http.post(path, headers={"Claim-Code": person["claim_code"]})).raise_for_status()


async def test_whoever_has_a_place_is_reminded_three_days_and_one_day_before_and_nobody_twice(
    service: Running,
) -> None:
    town = await announced(service, point={"cap": 2, "mix": {"resident_representative": 2}})
    starts_at = service.district.now + 5 * DAY
    await put_off(town, starts_at)
    stays, goes, waits = [(await town.register()).json() for _ in "abc"]
    ids = [each["registration_id"] for each in (stays, goes, waits)]
    await told(service, ids[2], "waitlisted")
    await service.steer(starts_at - 3 * DAY)
    for each in ids[:2]:
        await told(service, each, "confirmed", "reminder_3d")
    await leave(town, goes)
    await told(service, ids[2], "waitlisted", "promoted")
    await put_off(town, starts_at + timedelta(hours=1))
    await told(service, ids[0], "confirmed", "reminder_3d", "changed")
    await service.kill()
    service.district.steer(starts_at - DAY + timedelta(hours=1, minutes=5))
    await service.restart()
    await service.settled()
    await told(service, ids[0], "confirmed", "reminder_3d", "changed", "reminder_1d")
    await told(service, ids[2], "waitlisted", "promoted", "changed", "reminder_1d")
    assert kinds(service, ids[1]) == ["confirmed", "reminder_3d"]
    await counted(town, "reminder_1d", sent=2)


async def test_a_cancelled_activity_is_not_reminded_of(service: Running) -> None:
    town = await announced(service)
    starts_at = service.district.now + 5 * DAY
    await put_off(town, starts_at)
    mine = (await town.register()).json()["registration_id"]
    await told(service, mine, "confirmed")
    (await town.post(f"/activities/{town.activity['id']}/cancellations", {"reason": "weather"})).raise_for_status()
    await told(service, mine, "confirmed", "called_off")
    await service.steer(starts_at - DAY)
    assert (await service.http.get("/progress")).json()["outbox_empty"]
    await counted(town, "called_off", sent=1)
    assert kinds(service, mine) == ["called_off", "confirmed"]


async def test_at_night_only_what_presses_goes_and_what_is_overtaken_by_morning_never_does(service: Running) -> None:
    town = await announced(service, point=ONE_SEAT)
    tonight = datetime(2021, 9, 1, 23, 30, tzinfo=SHANGHAI)
    await put_off(town, tonight + 6 * DAY)
    first, second, third = [(await town.register()).json() for _ in "abc"]
    ids = [each["registration_id"] for each in (first, second, third)]
    await told(service, ids[2], "waitlisted")
    await service.steer(tonight)
    await leave(town, first)
    await counted(town, "promoted", queued=1)
    await leave(town, second)
    await counted(town, "promoted", withdrawn=1, queued=1)
    await service.steer(datetime(2021, 9, 2, 6, 59, tzinfo=SHANGHAI))
    await counted(town, "promoted", withdrawn=1, queued=1)
    await service.steer(datetime(2021, 9, 2, 7, tzinfo=SHANGHAI))
    await told(service, ids[2], "waitlisted", "promoted")
    assert kinds(service, ids[1]) == ["waitlisted"]
    await service.steer(tonight + 5 * DAY + timedelta(hours=3))  # in the night before
    await counted(town, "reminder_1d", queued=1)
    (await town.post(f"/activities/{town.activity['id']}/cancellations", {"reason": "weather"})).raise_for_status()
    await counted(town, "called_off", sent=1)
    await counted(town, "reminder_1d", withdrawn=1)
