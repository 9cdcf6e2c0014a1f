"""Programmes through the API of a real service: opened by the office, joined by plans, looked at by all staff."""

from collections.abc import AsyncIterator
from typing import Any, TypeVar

import httpx
import pytest

from services.registration.domain.programme import year_programme_id
from shared.events.contract import Contract
from shared.events.registration_v1 import PlanSubmitted, ProgrammeClosed, ProgrammeOpened
from tests.integration.registration.people import BASE, plan_body
from tests.integration.registration.plans import drafted, guided
from tests.support.service import Runner, Running
from tests.support.waiting import eventually

Told = TypeVar("Told", bound=Contract)
PROGRAMMES = f"{BASE}/programmes"
MONTH = {"title": "政府开放月", "year": 2021, "open_months": [9], "review_mode": "approve"}


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with guided(running, "notify") as made:
        yield made


async def office(service: Running, method: str, path: str, body: Any = None, **more: str) -> httpx.Response:
    headers = service.bearer("office") | more
    return await service.http.request(method, f"{PROGRAMMES}{path}", json=body, headers=headers)


async def opened(service: Running, **changes: Any) -> str:
    """A programme that takes plans; its id."""
    made = (await office(service, "POST", "", MONTH | changes)).raise_for_status().json()
    (await office(service, "POST", f"/{made['id']}/openings")).raise_for_status()
    return str(made["id"])


async def told(service: Running, kind: type[Told]) -> list[Told]:
    """Every fact of a kind so far."""
    return [each.fact for each in await service.district.consume("registration") if isinstance(each.fact, kind)]


async def test_whoever_names_no_programme_joins_that_of_the_year(service: Running) -> None:
    plan, year = await drafted(service), service.district.now.year
    assert (await plan.get()).json()["programme_id"] == year_programme_id(year)
    assert (await plan.post("/submissions")).json()["state"] == "filed"
    there = (await office(service, "GET", f"?year={year}")).json()["programmes"]
    assert [(each["id"], each["state"]) for each in there if not each["open_months"]] == [
        (year_programme_id(year), "open")
    ]
    again = await office(service, "POST", "", {"title": "全年", "year": year})
    assert (again.status_code, again.json()["code"]) == (409, "year_has_programme")
    assert again.json()["facts"]["programme_id"] == year_programme_id(year)


async def test_a_plan_goes_its_programmes_way_and_is_found_by_it(service: Running) -> None:
    programme = await opened(service)
    plan = await drafted(service, programme_id=programme)
    assert (await plan.post("/submissions")).json()["state"] == "submitted"
    assert (await plan.post("/approvals", by="office")).json()["state"] == "filed"
    listed = await service.http.get(f"{BASE}/plans?programme_id={programme}", headers=plan.headers("approvals"))
    assert [each["id"] for each in listed.json()["plans"]] == [plan.id]
    moved = await plan.edit(plan_body(programme_id=year_programme_id(2021)))
    assert (moved.status_code, moved.json()["code"]) == (409, "illegal_transition")
    copy = await plan.post("/copies", {"programme_id": programme})
    assert copy.json()["programme_id"] == programme
    assert (await plan.post("/copies")).json()["programme_id"] != programme


async def test_the_second_click_opens_nothing_twice_and_is_told_where_it_stands(service: Running) -> None:
    made = (await office(service, "POST", "", MONTH)).json()
    key = {"Idempotency-Key": f"open-{made['id']}"}
    first, second = [await office(service, "POST", f"/{made['id']}/openings", **key) for _ in "ab"]
    assert (first.status_code, second.status_code) == (201, 201)
    third = await office(service, "POST", f"/{made['id']}/openings")
    assert (third.status_code, third.json()["code"]) == (409, "illegal_transition")
    assert third.json()["facts"]["state"] == "open"

    async def published() -> bool:
        return [each.programme_id for each in await told(service, ProgrammeOpened)].count(made["id"]) == 1

    await eventually(published)


async def test_a_draft_is_the_offices_and_takes_no_plans(service: Running) -> None:
    made = (await office(service, "POST", "", MONTH)).json()
    plan = await drafted(service)
    for path, found in (("", False), (f"/{made['id']}", False), (f"/{made['id']}/progress", False)):
        seen = await service.http.get(f"{PROGRAMMES}{path}", headers=plan.headers("approvals"))
        assert (made["id"] in seen.text) is found
    refused = await plan.edit(plan_body(programme_id=made["id"]))
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_transition")
    assert made["id"] in (await office(service, "GET", "")).text


async def test_a_plan_after_the_last_day_is_refused_in_words_and_a_later_day_lets_it_in(service: Running) -> None:
    today = service.district.now.date().isoformat()
    programme = await opened(service, plans_from="2021-01-01")
    plan = await drafted(service, programme_id=programme)
    assert (await office(service, "POST", f"/{programme}/runnings")).json()["state"] == "running"
    late = await plan.post("/submissions")
    assert (late.status_code, late.json()["code"]) == (409, "plans_not_taken")
    seen = await office(service, "GET", f"/{programme}")
    stale = await office(service, "PUT", f"/{programme}", MONTH, **{"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
    body = MONTH | {"plans_from": today, "plans_until": today}
    edited = await office(service, "PUT", f"/{programme}", body, **{"If-Match": seen.headers["etag"]})
    assert edited.json()["plans_until"] == today
    (await office(service, "POST", f"/{programme}/openings")).raise_for_status()
    assert (await plan.post("/submissions")).status_code == 201


async def test_the_progress_shows_each_unit_its_part_and_the_office_all(service: Running) -> None:
    programme = await opened(service)
    before = (await office(service, "GET", f"/{programme}/progress")).json()
    assert set(before["missing"]) == {"approvals", "bureau", "school"}
    plan = await drafted(service, programme_id=programme)
    (await plan.post("/submissions")).raise_for_status()
    after = (await office(service, "GET", f"/{programme}/progress")).json()
    assert (set(after["missing"]), after["plans"]) == ({"bureau", "school"}, {"submitted": 1})
    own = await service.http.get(f"{PROGRAMMES}/{programme}/progress", headers=plan.headers("bureau"))
    assert [each["unit_id"] for each in own.json()["units"]] == ["approvals", "bureau"]


@pytest.mark.parametrize(
    "changes",
    [{"year": 1999}, {"open_months": [13]}, {"plans_from": "0001-01-01"}, {"plans_until": "9999-12-31"}, {"x": 1}],
)
async def test_wrong_input_is_refused(service: Running, changes: dict[str, Any]) -> None:
    refused = await office(service, "POST", "", MONTH | changes)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")


async def test_only_the_office_opens_programmes_and_a_closed_one_is_over(service: Running) -> None:
    clerk = service.bearer("unit_clerk", units=["approvals"])
    assert (await service.http.post(PROGRAMMES, json=MONTH, headers=clerk)).status_code == 403
    programme = await opened(service)
    plan = await drafted(service, programme_id=programme)
    assert (await office(service, "POST", f"/{programme}/closings")).json()["state"] == "closed"
    refused = await plan.post("/submissions")
    assert (refused.status_code, refused.json()["facts"]["state"]) == (409, "closed")

    async def published() -> bool:
        return programme in [each.programme_id for each in await told(service, ProgrammeClosed)]

    await eventually(published)


async def test_a_plan_says_in_its_facts_of_which_programme_it_is(service: Running) -> None:
    plan = await drafted(service)
    (await plan.post("/submissions")).raise_for_status()

    async def programmes() -> list[str | None]:
        return [each.programme_id for each in await told(service, PlanSubmitted) if each.plan_id == plan.id]

    assert await eventually(programmes) == [year_programme_id(service.district.now.year)]
