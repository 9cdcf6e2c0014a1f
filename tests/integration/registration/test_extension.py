"""Extending registration through the API of a real service: who may, what is published, what the clock then does."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from shared.events.registration_v1 import RegistrationClosed, RegistrationExtended
from tests.integration.registration.people import BASE, Town, announced
from tests.support.service import Runner, Running
from tests.support.waiting import eventually

WHY = "群众代表还差几位，再等一天"


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with running("registration") as made:
        yield made


async def extend(town: Town, closes_at: datetime, **headers: str) -> httpx.Response:
    body = {"closes_at": closes_at.isoformat(), "reason": WHY}
    return await town.post(f"/open-points/{town.point}/extensions", body, **headers)


async def phase(town: Town) -> str:
    return str((await town.view())["phase"])


async def told(town: Town) -> list[Any]:
    """What was published about the window."""
    published = await town.service.district.consume("registration")
    mine = [each.fact for each in published if each.envelope.aggregate.endswith(f".{town.point}")]
    return [each for each in mine if isinstance(each, RegistrationClosed | RegistrationExtended)]


async def test_the_earlier_end_passes_and_the_later_one_closes_once(service: Running) -> None:
    town = await announced(service)
    later = town.closes_at + timedelta(minutes=30)
    key = {"Idempotency-Key": f"later-{town.point}"}
    answers = [await extend(town, later, **key) for _ in "ab"]
    assert [(each.status_code, each.json()["phase"]) for each in answers] == [(201, "open")] * 2
    click = await extend(town, later)
    assert (click.status_code, click.json()["code"]) == (409, "not_later")
    await service.steer(town.closes_at + timedelta(minutes=1))
    assert (await phase(town), (await town.register()).status_code) == ("open", 201)
    await service.steer(later)
    assert (await phase(town), (await town.register()).json()["code"]) == ("closed", "registration_closed")
    await eventually(lambda: _as_many(town, 2), 15)
    extended, closed = await told(town)
    assert (extended.closes_at, extended.reopened, closed.closed_at) == (later, False, later)


async def test_a_closed_list_opens_again_for_staff_of_its_unit_and_the_reason_stays_inside(service: Running) -> None:
    town = await announced(service)
    await town.post(f"/open-points/{town.point}/closings")
    stranger = service.bearer("unit_clerk", units=["other"])
    body = {"closes_at": town.starts_at.isoformat(), "reason": WHY}
    path = f"{BASE}/open-points/{town.point}/extensions"
    refused = await service.http.post(path, json=body, headers=stranger)
    assert (refused.status_code, refused.json()["code"]) == (403, "other_unit")
    assert (await extend(town, town.starts_at)).json()["phase"] == "open"
    assert (await town.register()).json()["status"] == "confirmed"
    roster = (await service.http.get(f"{BASE}/open-points/{town.point}/roster", headers=town.clerk)).json()
    kept = [(each["reason"], each["by"], each["reopened"]) for each in roster["extensions"]]
    assert kept == [(WHY, "clerk", True)]
    assert WHY not in str(await town.view())
    await eventually(lambda: _as_many(town, 2), 15)
    facts = await told(town)
    assert [type(each) for each in facts] == [RegistrationClosed, RegistrationExtended]
    assert WHY not in "".join(each.model_dump_json() for each in facts)


async def test_a_locked_list_is_not_extended_and_the_answer_says_what_is_allowed(service: Running) -> None:
    town = await announced(service)
    await town.register()
    for step in ("closings", "locks"):
        await town.post(f"/open-points/{town.point}/{step}")
    refused = await extend(town, town.starts_at)
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_transition")
    facts = refused.json()["facts"]
    assert (facts["state"], "check_in" in facts["allowed"], "extend" in facts["allowed"]) == ("locked", True, False)


async def test_a_list_sealed_for_a_draw_is_not_extended(service: Running) -> None:
    town = await announced(service, selection="random_draw")
    assert (await extend(town, town.closes_at + timedelta(minutes=1))).status_code == 201
    await town.post(f"/open-points/{town.point}/closings")
    refused = await extend(town, town.starts_at)
    assert (refused.status_code, refused.json()["code"]) == (409, "draw_committed")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"closes_at": "2021-08-01T00:00:00Z", "reason": WHY}, "window_invalid"),
        ({"closes_at": "2031-08-01T00:00:00Z", "reason": WHY}, "window_invalid"),
        ({"closes_at": "2021-09-01T00:00:00", "reason": WHY}, "invalid_request"),
        ({"closes_at": "soon", "reason": WHY}, "invalid_request"),
        ({"closes_at": "2021-09-01T00:00:00Z", "reason": " "}, "invalid_request"),
        ({"closes_at": "2021-09-01T00:00:00Z"}, "invalid_request"),
    ],
)
async def test_a_wrong_time_or_no_reason_is_refused(service: Running, body: dict[str, str], code: str) -> None:
    town = await announced(service)
    refused = await town.post(f"/open-points/{town.point}/extensions", body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await town.view())["closes_at"] == town.closes_at.isoformat().replace("+00:00", "Z")


async def _as_many(town: Town, facts: int) -> bool:
    return len(await told(town)) >= facts
