"""Retention and legal holds through the API of a real service: who may, what is erased when, also across a crash."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from shared.events.registration_v1 import LegalHoldPlaced, PersonalDataErased
from tests.integration.registration.people import BASE, Town, announced
from tests.support.service import Districts, Runner, Running
from tests.support.waiting import eventually

WHY = {"reason": "纪检部门调查，暂缓删除"}
ID_NUMBER = "37131219900101" + "0022"


@pytest.fixture
async def service(running: Runner, new_district: Districts) -> AsyncIterator[Running]:
    async with running("registration", district=new_district()) as made:
        yield made


def contacts(service: Running, town: Town) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](service.district.mongo_url) as client:
        return list(client[service.district.database("registration")]["vault"].find({"point_id": town.point}))


async def test_what_is_due_is_erased_once_also_by_a_service_that_was_killed_meanwhile(service: Running) -> None:
    town = await announced(service, id_number_reason="涉密场所，需核验身份")
    (await town.register(id_number=ID_NUMBER)).raise_for_status()
    gone = (await town.register(id_number=ID_NUMBER)).raise_for_status().json()
    path = f"{BASE}/open-points/{town.point}/registrations/{gone['registration_id']}/cancellations"
    (await service.http.post(path, headers={"Claim-Code": gone["claim_code"]})).raise_for_status()
    ends_at = town.starts_at + timedelta(hours=3)
    await service.steer(ends_at + timedelta(days=6))
    assert [bool(each["id_number"]) for each in contacts(service, town)] == [True, True]
    await service.kill()
    service.district.steer(ends_at + timedelta(days=8))
    await service.restart()
    await eventually(lambda: _all(not each["id_number"] for each in contacts(service, town)), 15)
    assert len(contacts(service, town)) == 2
    await service.steer(ends_at + timedelta(days=31))
    assert len(contacts(service, town)) == 1
    await service.steer(ends_at + timedelta(days=366))
    assert contacts(service, town) == []
    told = [each.fact for each in await service.district.consume("registration")]
    erased = [(each.group, each.erased) for each in told if isinstance(each, PersonalDataErased)]
    assert erased == [("id_number", 2), ("no_place", 1), ("contact", 1)]
    assert await report(service) == (True, [])


async def test_the_office_places_and_lifts_holds_and_others_do_not(service: Running) -> None:
    town = await announced(service)
    (await town.register()).raise_for_status()
    path, office = f"{BASE}/activities/{town.activity['id']}/legal-holds", service.bearer("office", subject="officer")
    for nobody in ({}, town.clerk, service.bearer("auditor")):
        assert (await service.http.post(path, json=WHY, headers=nobody)).status_code in (401, 403)
    again = office | {"Idempotency-Key": f"hold-{town.point}"}
    placed = [(await service.http.post(path, json=WHY, headers=again)).raise_for_status().json() for _ in "ab"]
    assert placed[0] == placed[1]
    await service.steer(town.starts_at + timedelta(days=400))
    assert len(contacts(service, town)) == 1
    clean, left = await report(service)
    assert (clean, [(each["count"], each["on_hold"]) for each in left]) == (True, [(0, 1)])
    lifting = f"{path}/{placed[0]['id']}/liftings"
    lifted = await service.http.post(lifting, json={"reason": "调查已结束"}, headers=office)
    assert (lifted.status_code, lifted.json()["lifted"]["by"]) == (201, "officer")
    await eventually(lambda: _all([not contacts(service, town)]), 15)
    twice = await service.http.post(lifting, json={"reason": "调查已结束"}, headers=office)
    assert (twice.status_code, twice.json()["code"]) == (409, "hold_lifted")
    listed = (await service.http.get(path, headers=service.bearer("auditor"))).json()["holds"]
    assert [(each["reason"], each["by"], bool(each["lifted"])) for each in listed] == [(WHY["reason"], "officer", True)]
    told = [each.fact for each in await service.district.consume("registration")]
    assert [each.hold_id for each in told if isinstance(each, LegalHoldPlaced)] == [placed[0]["id"]]
    assert WHY["reason"] not in "".join(each.model_dump_json() for each in told)


async def test_everybody_may_read_how_long_what_is_kept(service: Running) -> None:
    periods = (await service.http.get(f"{BASE}/retention")).json()["periods"]
    assert {each["group"]: each["days"] for each in periods} == {
        "id_number": 7,
        "no_place": 30,
        "contact": 365,
        "scans": 365,
        "exports": 1095,
    }
    assert (await service.http.get(f"{BASE}/retention/leftovers")).status_code == 401


async def report(service: Running) -> tuple[bool, list[dict[str, Any]]]:
    answer = await service.http.get(f"{BASE}/retention/leftovers", headers=service.bearer("auditor"))
    said = answer.raise_for_status().json()
    return said["clean"], said["leftovers"]


async def _all(found: Any) -> bool:
    return all(found)
