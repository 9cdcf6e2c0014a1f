"""A joint activity through the API of a real service: asked, accepted, run point by point, credited exactly."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from shared.events.registration_v1 import ActivityAnnounced
from tests.integration.registration.people import BASE, phone, plan_body
from tests.integration.registration.plans import Plan, drafted, guided
from tests.support.service import Runner, Running
from tests.support.waiting import eventually

HOSTS = [
    {"unit_id": "approvals", "role": "lead", "share": "1/3"},
    {"unit_id": "school", "role": "co_host", "share": "2/3"},
]
POINTS = [
    {"slug": slug, "unit_id": unit, "name": slug, "place": "一楼", "cap": 3, "mix": {"resident_representative": 3}}
    for slug, unit in (("hall", "approvals"), ("kitchen", "school"))
]
BODY = {"hosts": HOSTS, "points": POINTS, "rota": {"stay_minutes": 60, "transfer_minutes": 15}}


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with guided(running, "notify") as made:
        yield made


async def invited(service: Running) -> Plan:
    plan = await drafted(service, **BODY)
    (await plan.post("/invitations", deadline(service))).raise_for_status()
    return plan


def deadline(service: Running) -> dict[str, str]:
    return {"answer_by": (service.district.now + timedelta(days=1)).isoformat()}


async def answer(plan: Plan, *, accepts: bool, by: str = "school", **more: Any) -> httpx.Response:
    return await plan.post("/answers", {"unit_id": "school", "accepts": accepts} | more, by=by)


async def announced(service: Running) -> dict[str, Any]:
    plan = await invited(service)
    (await answer(plan, accepts=True)).raise_for_status()
    (await plan.post("/submissions")).raise_for_status()
    starts = service.district.now + timedelta(hours=2)
    body = {
        "plan_id": plan.id,
        "session": {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=3)).isoformat()},
        "registration_opens_at": (starts - timedelta(hours=3)).isoformat(),
        "registration_closes_at": (starts - timedelta(hours=1)).isoformat(),
    }
    made = await service.http.post(f"{BASE}/activities", json=body, headers=plan.headers("approvals"))
    return dict(made.raise_for_status().json())


def clerk(service: Running, unit: str) -> dict[str, str]:
    return service.bearer("unit_clerk", units=[unit], subject=f"clerk-{unit}")


async def test_a_co_host_is_asked_and_asked_anew_when_the_shares_change(service: Running) -> None:
    plan = await invited(service)
    early = await plan.post("/submissions")
    assert (early.status_code, early.json()["code"]) == (409, "co_hosts_pending")
    assert early.json()["facts"]["units"] == {"school": "invited"}
    seen = await service.http.get(f"{BASE}/plans", headers=clerk(service, "school"))
    assert [each["awaits"] for each in seen.json()["plans"] if each["id"] == plan.id] == [["school"]]
    assert [(await answer(plan, accepts=True)).status_code for _ in "ab"] == [201, 201]
    shares = [HOSTS[0] | {"share": "1/2"}, HOSTS[1] | {"share": "1/2"}]
    edited = await plan.edit(plan_body(**(BODY | {"hosts": shares})))
    assert [each["state"] for each in edited.json()["invitations"]] == ["invited"]
    assert (await plan.post("/submissions")).json()["code"] == "co_hosts_pending"
    assert (await answer(plan, accepts=True)).json()["invitations"][0]["state"] == "accepted"
    assert (await plan.post("/submissions")).json()["state"] == "filed"
    late = await answer(plan, accepts=False, reason="来不及准备")
    assert (late.status_code, late.json()["code"]) == (409, "illegal_transition")


async def test_only_the_co_host_answers_and_only_the_lead_invites(service: Running) -> None:
    plan = await invited(service)
    for refused in (await answer(plan, accepts=True, by="approvals"), await answer(plan, accepts=True, by="bureau")):
        assert (refused.status_code, refused.json()["code"]) == (403, "other_unit")
    assert (await plan.post("/invitations", deadline(service), by="school")).status_code == 403
    silent = await answer(plan, accepts=False)
    assert (silent.status_code, silent.json()["code"]) == (422, "reason_needed")
    declined = await answer(plan, accepts=False, reason="当天有校内考试")
    assert declined.json()["invitations"][0]["reason"] == "当天有校内考试"
    past = {"answer_by": (service.district.now - timedelta(days=1)).isoformat()}
    assert (await plan.post("/invitations", past)).json()["code"] == "deadline_past"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"hosts": [HOSTS[0], HOSTS[1] | {"share": "1/3"}]}, "credit_sum"),
        ({"hosts": [HOSTS[0], {"unit_id": "school", "role": "co_host", "credit": 600}]}, "shares_mixed"),
        ({"hosts": [HOSTS[0], HOSTS[1] | {"share": "2/0"}]}, "invalid_request"),
        ({"hosts": [HOSTS[0], HOSTS[1] | {"share": "0.667"}]}, "invalid_request"),
        ({"points": POINTS[:1]}, "rota_needs_points"),
    ],
)
async def test_shares_and_groups_that_do_not_add_up_are_refused(
    service: Running, changes: dict[str, Any], code: str
) -> None:
    body = plan_body(**(BODY | changes))
    refused = await service.http.post(f"{BASE}/plans", json=body, headers=clerk(service, "approvals"))
    assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_an_owner_runs_its_own_point_and_the_lead_all_of_it(service: Running) -> None:
    activity = await announced(service)
    hall, kitchen = (each["id"] for each in activity["open_points"])
    assert [(each["group"], each["point_id"]) for each in activity["visits"]] == [
        (hall, hall),
        (hall, kitchen),
        (kitchen, kitchen),
        (kitchen, hall),
    ]
    for point in (hall, kitchen):
        body = {"category": "resident_representative", "name": "代表", "phone": phone(), "consent": True}
        url = f"{BASE}/open-points/{point}/registrations"
        (await service.http.post(url, json=body)).raise_for_status()
    close = f"{BASE}/open-points/{{}}/closings"
    foreign = await service.http.post(close.format(hall), headers=clerk(service, "school"))
    assert (foreign.status_code, foreign.json()["code"]) == (403, "other_unit")
    assert (await service.http.post(close.format(kitchen), headers=clerk(service, "school"))).status_code == 201
    assert (await service.http.post(close.format(hall), headers=clerk(service, "approvals"))).status_code == 201
    url = f"{BASE}/activities/{activity['id']}/representatives"
    seen = {
        unit: (await service.http.get(url, headers=clerk(service, unit))).json() for unit in ("approvals", "school")
    }
    assert [each["point_id"] for each in seen["approvals"]["representatives"]] == [hall, kitchen]
    assert [each["point_id"] for each in seen["school"]["representatives"]] == [kitchen]
    assert (seen["approvals"]["confirmed"]["resident_representative"], seen["approvals"]["moving"]) == (2, True)
    assert (await service.http.get(url, headers=clerk(service, "bureau"))).status_code == 403
    cancel = f"{BASE}/activities/{activity['id']}/cancellations"
    for unit, status in (("school", 403), ("approvals", 201)):
        answer = await service.http.post(cancel, json={"reason": "weather"}, headers=clerk(service, unit))
        assert answer.status_code == status


async def test_the_shares_are_published_exactly_and_in_thousandths(service: Running) -> None:
    activity = await announced(service)

    async def published() -> list[ActivityAnnounced]:
        facts = [each.fact for each in await service.district.consume("registration")]
        return [each for each in facts if isinstance(each, ActivityAnnounced) and each.activity_id == activity["id"]]

    (fact,) = await eventually(published)
    shares = [(each.share.numerator, each.share.denominator) for each in fact.hosts if each.share]
    assert (shares, [each.credit for each in fact.hosts]) == ([(1, 3), (2, 3)], [333, 667])
    assert [each["share"] for each in activity["hosts"]] == ["1/3", "2/3"]
