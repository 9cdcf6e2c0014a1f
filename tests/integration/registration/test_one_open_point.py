"""One open point through the API of a real service, with real engines behind it."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.collection import Collection

from shared.events.catalogue import CONTRACTS
from shared.events.registration_v1 import RepresentativeCheckInUndone
from tests.integration.registration.people import BASE, POINTS, announced, phone, plan_body
from tests.support.district import Published
from tests.support.service import Runner, Running
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with running("registration") as made:
        yield made


async def test_twenty_sit_and_the_twenty_first_waits_with_a_reason(service: Running) -> None:
    town = await announced(service)
    answers = [await town.register() for _ in range(21)]
    assert [each.json()["status"] for each in answers] == ["confirmed"] * 20 + ["waitlisted"]
    last = answers[-1].json()
    assert (last["reason"], last["position"]) == ("capacity_full", 1)
    assert (await town.view())["confirmed"]["resident_representative"] == 20


async def test_an_open_point_is_opened_once_in_the_words_of_its_facts(service: Running) -> None:
    town = await announced(service)

    async def told() -> list[str]:
        facts = [each for each in await service.district.consume("registration") if town.point in each.envelope.id]
        return [type(each.fact).__name__ for each in facts]

    await eventually(told)
    assert await told() == ["RegistrationOpened"]


async def test_one_person_has_one_place_however_the_number_is_written(service: Running) -> None:
    town = await announced(service)
    number = phone()
    first = await town.register(phone=number)
    again = await town.register(phone=f"+86 {number[:3]}-{number[3:7]} {number[7:]}".replace("-", " "))
    assert (first.status_code, again.status_code) == (201, 409)
    assert again.json()["code"] == "already_registered"
    assert number not in again.text


async def test_a_repeated_click_gets_the_same_answer_and_another_body_is_refused(service: Running) -> None:
    town = await announced(service)
    number = phone()
    key = {"Idempotency-Key": f"click-{number}"}
    answers = [await town.register(phone=number, headers=key) for _ in range(3)]
    assert [each.status_code for each in answers] == [201] * 3
    assert len({each.text for each in answers}) == 1
    other = await town.register("npc_deputy", phone=number, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (await town.view())["composition"]["total"] == 1


async def test_who_cancels_may_come_back_and_the_seat_moves_on(service: Running) -> None:
    town = await announced(service, point={"cap": 1, "mix": {"resident_representative": 1}})
    number = phone()
    first = (await town.register(phone=number)).json()
    waiting = (await town.register()).json()
    place = f"{POINTS}/{town.point}/registrations"
    wrong = await service.http.post(
        f"{place}/{first['registration_id']}/cancellations", headers={"Claim-Code": "ABCDEFGH"}
    )
    assert wrong.status_code == 404
    code = {"Claim-Code": first["claim_code"]}
    assert (await service.http.post(f"{place}/{first['registration_id']}/cancellations", headers=code)).json()[
        "status"
    ] == "cancelled"
    moved = await service.http.get(
        f"{place}/{waiting['registration_id']}", headers={"Claim-Code": waiting["claim_code"]}
    )
    assert moved.json()["status"] == "confirmed"
    back = await town.register(phone=number)
    assert (back.status_code, back.json()["status"]) == (201, "waitlisted")


async def test_a_registration_lost_between_vault_and_roster_does_not_block_the_person(service: Running) -> None:
    """A crash after the claim leaves a place that nobody holds; the next attempt voids it and takes over."""
    town = await announced(service)
    number = phone()
    first = (await town.register(phone=number)).json()
    assert first["status"] == "confirmed"
    forget = {"$set": {"state.registrations": []}, "$inc": {"rev": 1}}
    _collection(service, "roster").update_one({"_id": town.point}, forget)
    again = await town.register(phone=number)
    assert (again.status_code, again.json()["status"]) == (201, "confirmed")


async def test_a_mistaken_check_in_is_taken_back_with_a_reason_that_stays_inside(service: Running) -> None:
    town = await announced(service)
    person = (await town.register()).json()["registration_id"]
    point = f"/open-points/{town.point}"
    mistake = {"registration_id": person, "reason": "把同名的另一位登记成了到场"}
    early = await town.post(f"{point}/check-in-reversals", mistake)
    assert (early.status_code, early.json()["facts"]["state"]) == (409, "open")
    await town.post(f"{point}/closings")
    await town.post(f"{point}/locks")
    await town.post(f"{point}/check-ins", {"registration_id": person})
    stranger = service.bearer("unit_clerk", units=["other"])
    refused = await service.http.post(f"{BASE}{point}/check-in-reversals", json=mistake, headers=stranger)
    assert (refused.status_code, refused.json()["code"]) == (403, "other_unit")
    answers = [
        await town.post(f"{point}/check-in-reversals", mistake, **{"Idempotency-Key": f"u-{person}"}) for _ in "ab"
    ]
    assert [(each.status_code, each.json()["status"]) for each in answers] == [(201, "confirmed")] * 2
    again = await town.post(f"{point}/check-in-reversals", mistake)
    assert (again.status_code, again.json()["code"]) == (409, "not_checked_in")
    roster = (await service.http.get(f"{POINTS}/{town.point}/roster", headers=town.clerk)).json()
    assert [(each["status"], each["undone_because"]) for each in roster["entries"]] == [
        ("confirmed", mistake["reason"])
    ]
    published = await eventually(lambda: _facts_of(service, town.point, 6), 15)
    undone = [each.fact for each in published if isinstance(each.fact, RepresentativeCheckInUndone)]
    assert [each.registration_id for each in undone] == [person]
    assert mistake["reason"] not in "".join(each.fact.model_dump_json() for each in published)


async def test_facts_leave_in_order_and_carry_nobody(service: Running) -> None:
    town = await announced(service)
    number = phone()
    await town.register(phone=number, name="某某某")
    published = await eventually(lambda: _facts_of(service, town.point, 2), 15)
    sequence = [each.envelope.sequence for each in published]
    assert sequence == list(range(1, len(sequence) + 1))
    assert {each.envelope.key for each in published} == {town.activity["id"]}
    everything = json.dumps([each.fact.model_dump(mode="json") for each in published], ensure_ascii=False)
    assert number not in everything
    assert "某某某" not in everything
    assert {each.envelope.type for each in published} <= set(CONTRACTS)


async def test_contact_data_is_unreadable_where_it_is_kept(service: Running) -> None:
    town = await announced(service)
    number = phone()
    registered = (await town.register(phone=number, name="某某某")).json()
    stored = _collection(service, "vault").find_one({"registration_id": registered["registration_id"]})
    assert number not in str(stored)
    assert "某某某" not in str(stored)
    roster = (await service.http.get(f"{POINTS}/{town.point}/roster", headers=town.clerk)).json()
    assert [(each["name"], each["phone"]) for each in roster["entries"]] == [("某*", f"{number[:3]}****{number[-4:]}")]


async def test_a_refused_registration_leaves_no_contact_behind(service: Running) -> None:
    town = await announced(service)
    await town.post(f"/open-points/{town.point}/closings")
    refused = await town.register()
    assert (refused.status_code, refused.json()["code"]) == (409, "registration_closed")
    assert _collection(service, "vault").count_documents({"point_id": town.point}) == 0


async def test_an_id_number_is_taken_only_where_the_plan_says_why(service: Running) -> None:
    plain = await announced(service)
    number = "37131219900101" + "0022"
    assert (await plain.register(id_number=number)).json()["code"] == "id_number"
    secure = await announced(service, id_number_reason="涉密场所，需核验身份")
    assert (await secure.register()).json()["code"] == "id_number"
    assert (await secure.register(id_number=number)).status_code == 201


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"point": {"cap": 21}}, "cap_needs_reason"),
        ({"point": {"mix": {"npc_deputy": 15, "resident_representative": 5}}}, "composition_short"),
        ({"hosts": [{"unit_id": "approvals", "role": "lead", "credit": 900}]}, "credit_sum"),
        ({"title": "长" * 200}, "invalid_request"),
        ({"unheard_of": 1}, "invalid_request"),
    ],
)
async def test_a_plan_that_breaks_a_rule_is_refused(service: Running, change: dict[str, object], code: str) -> None:
    town = await announced(service)
    refused = await town.post("/plans", plan_body(**change))
    assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_another_units_plan_is_out_of_reach(service: Running) -> None:
    town = await announced(service)
    stranger = service.bearer("unit_clerk", units=["other"])
    plan = f"{BASE}/plans/{town.activity['plan_id']}"
    assert (await service.http.get(plan, headers=stranger)).status_code == 403
    assert (await service.http.post(f"{plan}/submissions", headers=stranger)).status_code == 403
    roster = await service.http.get(f"{POINTS}/{town.point}/roster", headers=stranger)
    assert (roster.status_code, roster.json()["code"]) == (403, "other_unit")


async def test_a_stale_form_is_told_so(service: Running) -> None:
    town = await announced(service)
    draft = await town.post("/plans", plan_body())
    path = f"{BASE}/plans/{draft.json()['id']}"
    seen = {"If-Match": draft.headers["ETag"]}
    edited = await service.http.put(path, json=plan_body(title="改过的标题"), headers=town.clerk | seen)
    assert edited.status_code == 200
    stale = await service.http.put(path, json=plan_body(title="再改一次"), headers=town.clerk | seen)
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")


def _collection(service: Running, name: str) -> Collection[dict[str, Any]]:
    """What the service stored, as somebody with the database in hand sees it."""
    client: MongoClient[dict[str, Any]] = MongoClient(service.district.mongo_url)
    return client[service.district.database("registration")][name]


async def _facts_of(service: Running, aggregate: str, at_least: int) -> list[Published]:
    """The facts of one aggregate, once there are enough."""
    published = await service.district.consume("registration")
    found = [each for each in published if each.envelope.aggregate.endswith(f".{aggregate}")]
    return found if len(found) >= at_least else []


async def test_a_reading_role_never_widens_what_a_clerk_may_write(service: Running) -> None:
    """A clerk of another unit who is also an auditor reads everything and writes for their own unit alone."""
    town = await announced(service)
    person = (await town.register()).json()
    both = service.bearer("unit_clerk", "auditor", units=["other"])
    assert (await service.http.get(f"{POINTS}/{town.point}/roster", headers=both)).status_code == 200
    assert (await service.http.post(f"{POINTS}/{town.point}/closings", headers=both)).status_code == 403
    place = f"{POINTS}/{town.point}/registrations/{person['registration_id']}"
    for reader in (both, service.bearer("auditor")):
        assert (await service.http.get(place, headers=reader)).status_code == 200
        assert (await service.http.post(f"{place}/cancellations", headers=reader)).status_code in (403, 404)
    assert (await town.view())["composition"]["total"] == 1


async def test_a_cancellation_cut_short_by_a_crash_is_finished_by_its_repeat(service: Running) -> None:
    """The rosters are called off first, the activity last: nobody is confirmed for what will not take place."""
    town = await announced(service)
    stop = {"$set": {"state.phase": "cancelled", "state.timers": {}, "timer_at": None}, "$inc": {"rev": 1}}
    _collection(service, "roster").update_one({"_id": town.point}, stop)
    assert (await town.register()).json()["code"] == "registration_closed"
    path = f"/activities/{town.activity['id']}/cancellations"
    key = {"Idempotency-Key": f"cancel-{town.point}"}
    first = await town.post(path, {"reason": "weather"}, **key)
    again = await town.post(path, {"reason": "weather"}, **key)
    assert (first.status_code, again.status_code) == (201, 201)
    other = await town.post(path, {"reason": "weather"})
    assert (other.status_code, other.json()["code"]) == (409, "illegal_transition")


async def test_an_answer_that_was_lost_is_given_again(service: Running) -> None:
    """Holding twice with one key is one holding; with another key it is refused."""
    town = await announced(service)
    await town.register()
    for step in ("closings", "locks"):
        assert (await town.post(f"/open-points/{town.point}/{step}")).status_code == 201
    path, key = f"/activities/{town.activity['id']}/holdings", {"Idempotency-Key": f"hold-{town.point}"}
    before = service.district.now
    await service.steer(town.starts_at + timedelta(hours=4))
    first, again = await town.post(path, **key), await town.post(path, **key)
    refused = await town.post(path)
    service.district.steer(before)
    assert (first.status_code, first.text) == (201, again.text)
    assert refused.status_code == 409


async def test_rescheduling_keeps_the_window_before_the_start(service: Running) -> None:
    town = await announced(service)
    path, key = f"/activities/{town.activity['id']}/reschedulings", {"Idempotency-Key": f"move-{town.point}"}
    later = town.starts_at + timedelta(days=1)
    body = {
        "session": {"starts_at": later.isoformat(), "ends_at": (later + timedelta(hours=2)).isoformat()},
        "registration_closes_at": (later + timedelta(hours=1)).isoformat(),
    }
    assert (await town.post(path, body)).json()["code"] == "window_invalid"
    body["registration_closes_at"] = later.isoformat()
    first, again = await town.post(path, body, **key), await town.post(path, body, **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert len(again.json()["earlier_sessions"]) == 1
    assert (await town.view())["closes_at"] == later.isoformat().replace("+00:00", "Z")
