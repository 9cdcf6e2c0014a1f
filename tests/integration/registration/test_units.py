"""The unit tree through the API of a real service: what holds from a day on, as of a day, and what a closing needs."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.integration.registration.people import BASE, UNIT, announced
from tests.integration.registration.plans import guided, put_unit
from tests.support.service import Runner, Running


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with guided(running, "notify") as made:
        yield made


async def get(service: Running, path: str) -> dict[str, Any]:
    """As anybody."""
    return dict((await service.http.get(f"{BASE}{path}")).raise_for_status().json())


async def close(service: Running, unit: str, last_day: str) -> httpx.Response:
    administrator = service.bearer("administrator")
    body = {"last_day": last_day}
    return await service.http.post(f"{BASE}/units/{unit}/closings", json=body, headers=administrator)


async def test_a_unit_that_is_moved_and_renamed_keeps_what_it_was(service: Running) -> None:
    (await put_unit(service, "library", supervising_unit_id="bureau")).raise_for_status()
    changes = {"name": "区图书馆总馆", "supervising_unit_id": "school", "since": "2021-03-01"}
    moved = await put_unit(service, "library", **changes)
    assert moved.json()["name"] == "区图书馆总馆"
    assert (await put_unit(service, "library", **changes)).json() == moved.json()
    before, after = [await get(service, f"/units/library?on={day}") for day in ("2021-02-28", "2021-03-01")]
    assert (before["supervising_unit_id"], after["supervising_unit_id"]) == ("bureau", "school")
    assert [each["since"] for each in after["eras"]] == ["2020-01-01", "2021-03-01"]
    trees = [await get(service, f"/unit-tree?on={day}") for day in ("2021-02-28", "2021-03-01")]
    assert ["library" in guided_by(each, "bureau") for each in trees] == [True, False]
    assert "library" in guided_by(trees[1], "school")


async def test_the_list_is_of_a_day_and_of_a_kind(service: Running) -> None:
    (await put_unit(service, "future", active_from="2090-01-01", kind="town")).raise_for_status()
    assert "future" in ids(await get(service, "/units"))
    assert "future" not in ids(await get(service, "/units?on=2089-12-31"))
    assert ids(await get(service, "/units?on=2090-01-01&kind=town")) == ["future"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"supervising_unit_id": "approvals"}, "supervision_loop"),
        ({"supervising_unit_id": "bureau"}, "supervises_itself"),
        ({"supervising_unit_id": "nobody"}, "supervisor_unknown"),
        ({"active_from": "0001-01-01"}, "invalid_request"),
        ({"active_to": "9999-12-31"}, "invalid_request"),
        ({"active_to": "2019-12-31"}, "dates_reversed"),
    ],
)
async def test_a_circle_and_other_wrong_input_is_refused_in_words(
    service: Running, changes: dict[str, Any], code: str
) -> None:
    refused = await put_unit(service, "bureau", **changes)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert refused.json()["detail"]


async def test_a_unit_ceases_when_it_guides_nobody_and_hosts_nothing_after(service: Running) -> None:
    today = service.district.now.date()
    guiding = await close(service, "bureau", today.isoformat())
    assert (guiding.status_code, guiding.json()["code"]) == (409, "guides_units")
    town = await announced(service)
    hosting = await close(service, "approvals", (today - timedelta(days=1)).isoformat())
    assert (hosting.status_code, hosting.json()["code"]) == (409, "activities_ahead")
    assert hosting.json()["facts"]["activities"] == [town.activity["id"]]
    (await put_unit(service, "pop-up")).raise_for_status()
    over = (today - timedelta(days=9)).isoformat()
    assert [(await close(service, "pop-up", over)).status_code for _ in "ab"] == [201, 201]
    again = await close(service, "pop-up", today.isoformat())
    assert (again.status_code, again.json()["code"]) == (409, "unit_closed")
    assert (await close(service, "nobody", over)).status_code == 404


async def test_an_activity_shows_its_hosts_as_they_are_on_its_day(service: Running) -> None:
    town = await announced(service)
    assert [each["name"] for each in town.activity["hosts"]] == [UNIT["name"]]
    day = (town.starts_at + timedelta(days=30)).date()
    renamed = {"name": "区数据局", "since": (day - timedelta(days=1)).isoformat()}
    (await put_unit(service, "approvals", **renamed)).raise_for_status()
    starts = town.starts_at + timedelta(days=30)
    moved = await town.post(
        f"/activities/{town.activity['id']}/reschedulings",
        {
            "session": {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=3)).isoformat()},
            "registration_closes_at": town.closes_at.isoformat(),
        },
    )
    assert [each["name"] for each in moved.json()["hosts"]] == ["区数据局"]


def ids(found: dict[str, Any]) -> list[str]:
    return [each["id"] for each in found["units"]]


def guided_by(tree: dict[str, Any], unit: str) -> list[str]:
    return [below["id"] for each in tree["units"] if each["id"] == unit for below in each["guided"]]
