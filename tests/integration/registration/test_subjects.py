"""What people ask about their own data, through the API of a real service."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.integration.registration.people import BASE, POINTS, Town, announced, phone
from tests.support.service import Runner, Running
from tests.support.waiting import eventually

ONE = {"point": {"cap": 1, "mix": {"resident_representative": 1}}}


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with running("registration") as made:
        yield made


async def asked(town: Town, person: dict[str, Any], what: str, body: Any = None, **headers: str) -> httpx.Response:
    """With the claim code unless other headers are given; GET for what is shown, POST for what is done."""
    path = f"{POINTS}/{town.point}/registrations/{person['registration_id']}/{what}"
    headers = headers or {"Claim-Code": person["claim_code"]}
    method = "GET" if what.startswith("personal-data") else "POST"
    return await town.service.http.request(method, path, json=body, headers=headers)


async def contacts(town: Town) -> list[str]:
    roster = await town.service.http.get(f"{POINTS}/{town.point}/roster", headers=town.clerk)
    return [each["name"] for each in roster.raise_for_status().json()["entries"] if each["name"]]


async def test_everything_is_shown_to_whoever_has_the_code_in_two_forms_and_to_nobody_else(service: Running) -> None:
    town, number = await announced(service), phone()
    person = (await town.register(name="某某甲", phone=number, email="jia@example.org")).json()
    other = (await town.register(name="某某乙")).json()
    data = (await asked(town, person, "personal-data")).raise_for_status()
    said = data.json()
    assert said["contact"] == {"name": "某某甲", "phone": number, "id_number": None, "email": "jia@example.org"}
    assert said["turn"] is None
    assert (said["registration"]["status"], said["on_legal_hold"], said["erased"]) == ("confirmed", False, None)
    assert [each["group"] for each in said["erased_by_itself"]] == ["contact"]
    await eventually(lambda: _told(town, person), 15)
    text = (await asked(town, person, "personal-data.txt")).raise_for_status()
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert all(each in text.text for each in ("某某甲", number, "jia@example.org", said["activity_title"]))
    assert "某某乙" not in data.text + text.text
    assert {each.headers["cache-control"] for each in (data, text)} == {"no-store"}
    for headers in ({"Claim-Code": other["claim_code"]}, town.clerk, service.bearer("auditor")):
        refused = await asked(town, person, "personal-data", **headers)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")


async def _told(town: Town, person: dict[str, Any]) -> bool:
    """Whether what they were told stands there, too."""
    return [each["kind"] for each in (await asked(town, person, "personal-data")).json()["notices"]] == ["confirmed"]


@pytest.mark.parametrize(("act", "cause"), [("erasures", "request"), ("consent-withdrawals", "consent_withdrawn")])
async def test_who_asks_is_forgotten_their_seat_moves_on_and_a_second_click_hears_the_same(
    service: Running, act: str, cause: str
) -> None:
    town, number = await announced(service, **ONE), phone()
    person = (await town.register(name="某某甲", phone=number)).json()
    waiting = (await town.register(name="候补某")).json()
    answers = await asyncio.gather(*(asked(town, person, act) for _ in range(3)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.text for each in answers}) == 1
    assert (answers[0].json()["gave_up_place"], answers[0].json()["cause"]) == (True, cause)
    assert await contacts(town) == ["候*"]
    moved = await service.http.get(
        f"{POINTS}/{town.point}/registrations/{waiting['registration_id']}",
        headers={"Claim-Code": waiting["claim_code"]},
    )
    assert moved.json()["status"] == "confirmed"
    left = (await asked(town, person, "personal-data")).json()
    assert (left["contact"], left["erased"]["cause"], left["registration"]["status"]) == (None, cause, "cancelled")
    again = await town.register(name="某某甲", phone=number)
    assert again.status_code == 201, "who was forgotten may come again, as anybody"


async def test_staff_do_it_for_somebody_with_a_reason_and_not_for_other_units(service: Running) -> None:
    town = await announced(service)
    person = (await town.register()).json()
    bare = await asked(town, person, "erasures", **town.clerk)
    assert (bare.status_code, bare.json()["code"]) == (422, "reason_required")
    stranger = service.bearer("unit_clerk", units=["other"])
    refused = await asked(town, person, "erasures", {"reason": "本人来电要求删除"}, **stranger)
    assert (refused.status_code, refused.json()["code"]) == (403, "other_unit")
    done = await asked(town, person, "erasures", {"reason": "本人来电要求删除"}, **town.clerk)
    assert (done.status_code, done.json()["by"]) == (201, "staff")
    assert "来电" not in done.text
    assert await contacts(town) == []


async def test_a_wrong_code_erases_nothing_and_a_hold_is_said(service: Running) -> None:
    town = await announced(service)
    person = (await town.register()).json()
    assert (await asked(town, person, "erasures", **{"Claim-Code": "ABCDEFGH"})).status_code == 404
    hold = f"{BASE}/activities/{town.activity['id']}/legal-holds"
    (
        await service.http.post(hold, json={"reason": "纪检调查留存"}, headers=service.bearer("office"))
    ).raise_for_status()
    held = await asked(town, person, "erasures")
    assert (held.status_code, held.json()["code"]) == (409, "on_legal_hold")
    assert len(await contacts(town)) == 1


async def test_who_left_under_a_hold_is_sent_to_the_host_when_they_register_again(service: Running) -> None:
    town, number = await announced(service), phone()
    person = (await town.register(name="某某甲", phone=number)).json()
    holds, office = f"{BASE}/activities/{town.activity['id']}/legal-holds", service.bearer("office")
    placed = await service.http.post(holds, json={"reason": "纪检调查留存"}, headers=office)
    (await asked(town, person, "cancellations")).raise_for_status()
    refused = await town.register(name="某某乙", phone=number)
    assert (refused.status_code, refused.json()["code"]) == (409, "legal_hold")
    assert "主办单位" in refused.text
    assert (await asked(town, person, "personal-data")).json()["contact"]["name"] == "某某甲"
    lifting = f"{holds}/{placed.json()['id']}/liftings"
    (await service.http.post(lifting, json={"reason": "调查已结束"}, headers=office)).raise_for_status()
    assert (await town.register(name="某某乙", phone=number)).status_code == 201


async def test_nobody_is_erased_or_shown_by_way_of_another_open_point(service: Running) -> None:
    """Not by themselves, not by the other point's clerk, and not past a legal hold on their own activity."""
    town, elsewhere, number = await announced(service), await announced(service), phone()
    person = (await town.register(name="某某甲", phone=number)).json()
    reason = {"reason": "本人来电要求删除"}

    async def refused() -> None:
        for what in ("erasures", "consent-withdrawals", "personal-data"):
            assert (await asked(elsewhere, person, what)).status_code == 404
        assert (await asked(elsewhere, person, "erasures", reason, **elsewhere.clerk)).status_code == 404
        assert len(await contacts(town)) == 1

    await refused()
    hold = f"{BASE}/activities/{town.activity['id']}/legal-holds"
    (await service.http.post(hold, json=reason, headers=service.bearer("office"))).raise_for_status()
    await refused()
    assert (await town.register(phone=number)).json()["code"] == "already_registered"


async def test_what_was_erased_is_told_at_its_own_open_point_alone(service: Running) -> None:
    town, elsewhere = await announced(service), await announced(service)
    person = (await town.register()).json()
    assert (await asked(town, person, "erasures")).status_code == 201
    for what in ("erasures", "personal-data"):
        assert (await asked(elsewhere, person, what)).status_code == 404
