"""After a rescheduling: asked again by claim code, kept, given up or left unanswered, through a real service."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.integration.registration.people import BASE, POINTS, Town, announced
from tests.integration.registration.plans import guided
from tests.support.service import Runner, Running


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with guided(running, "notify") as made:
        yield made


async def reschedule(town: Town, days: int = 7, **more: Any) -> httpx.Response:
    starts = town.starts_at + timedelta(days=days)
    session = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=3)).isoformat()}
    closes = (starts - timedelta(hours=1)).isoformat()
    body = {"session": session, "registration_closes_at": closes} | more
    return await town.post(f"/activities/{town.activity['id']}/reschedulings", body)


async def full(service: Running) -> tuple[Town, list[dict[str, Any]]]:
    """A point of two seats, both taken, and one person who waits."""
    point = {"cap": 2, "mix": {"resident_representative": 2}}
    town = await announced(service, point=point)
    return town, [(await town.register()).json() for _ in "abc"]


async def mine(town: Town, person: dict[str, Any], method: str = "GET", what: str = "reconfirmation") -> httpx.Response:
    url = f"{POINTS}/{town.point}/registrations/{person['registration_id']}/{what}"
    return await town.service.http.request(method, url, headers={"Claim-Code": person["claim_code"]})


async def listed(town: Town) -> dict[str, Any]:
    found = await town.service.http.get(f"{POINTS}/{town.point}/reconfirmation", headers=town.clerk)
    return dict(found.raise_for_status().json())


async def test_who_has_a_place_is_asked_and_a_place_given_up_goes_to_who_waits(service: Running) -> None:
    town, (keeps, leaves, waits) = await full(service)
    assert (await mine(town, keeps)).status_code == 404
    moved = await reschedule(town)
    assert len(moved.json()["earlier_sessions"]) == 1
    assert (await mine(town, keeps)).json()["answer"] == "unanswered"
    assert (await mine(town, waits)).status_code == 404
    assert [(await mine(town, keeps, "POST")).json()["answer"] for _ in "ab"] == ["kept", "kept"]
    (await mine(town, leaves, "POST", "cancellations")).raise_for_status()
    refused = await mine(town, leaves, "POST")
    assert (refused.status_code, refused.json()["code"]) == (409, "place_given_up")
    view = await listed(town)
    assert view["counts"] == {"kept": 1, "given_up": 1, "unanswered": 0}
    seat = await service.http.get(
        f"{POINTS}/{town.point}/registrations/{waits['registration_id']}", headers={"Claim-Code": waits["claim_code"]}
    )
    assert seat.json()["status"] == "confirmed"


async def test_silence_keeps_the_place_and_another_change_asks_anew(service: Running) -> None:
    town, (first, _, _) = await full(service)
    (await reschedule(town)).raise_for_status()
    (await mine(town, first, "POST")).raise_for_status()
    (await reschedule(town, 14)).raise_for_status()
    view = await listed(town)
    assert (view["counts"]["unanswered"], view["overdue"]) == (2, False)
    assert (await town.view())["confirmed"]["resident_representative"] == 2


async def test_nobody_answers_for_others_and_wrong_input_is_refused(service: Running) -> None:
    town, (first, second, _) = await full(service)
    late = await reschedule(town, answer_by=(town.starts_at + timedelta(days=30)).isoformat())
    assert (late.status_code, late.json()["code"]) == (422, "answer_by_invalid")
    (await reschedule(town, answer_by=(town.starts_at + timedelta(days=2)).isoformat())).raise_for_status()
    forged = await mine(town, first | {"claim_code": second["claim_code"]}, "POST")
    assert (forged.status_code, forged.json()["code"]) == (404, "not_found")
    foreign = service.bearer("unit_clerk", units=["school"])
    for method, path in (("GET", ""), ("POST", f"/registrations/{first['registration_id']}")):
        url = f"{POINTS}/{town.point}{path}/reconfirmation"
        assert (await service.http.request(method, url, headers=foreign)).status_code == 403
    url = f"{BASE}/open-points/{town.point}/registrations/{first['registration_id']}/reconfirmation"
    assert (await service.http.post(url, headers=town.clerk)).json()["answer"] == "kept"


async def test_nobody_is_asked_where_nobody_has_a_place(service: Running) -> None:
    town = await announced(service)
    (await reschedule(town)).raise_for_status()
    found = await service.http.get(f"{POINTS}/{town.point}/reconfirmation", headers=town.clerk)
    assert (found.status_code, found.json()["code"]) == (404, "not_found")
