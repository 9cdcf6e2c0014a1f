"""Last year's plan as the beginning of this year's, through the API of a real service."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.registration.people import BASE, plan_body
from tests.integration.registration.plans import Plan, drafted, guided, put_unit
from tests.support.service import Runner, Running


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with guided(running) as made:
        yield made


async def test_a_filed_plan_is_copied_once_however_often_it_is_asked_for(service: Running) -> None:
    plan = await drafted(service)
    await plan.post("/submissions")
    receipt = (await plan.post("/filings", by="office")).json()["receipt"]
    key = {"Idempotency-Key": f"copy-{plan.id}"}
    answers = [await plan.post("/copies", **key) for _ in "ab"]
    assert [each.status_code for each in answers] == [201, 201]
    made, again = (each.json() for each in answers)
    assert (made["id"], made["copied_from"]) == (again["id"], {"plan_id": plan.id, "receipt": receipt})
    assert (made["state"], made["edition"], made["content"]) == ("draft", 0, (await plan.get()).json()["content"])
    assert len({made["id"], plan.id}) == len({made["activity_id"], (await plan.get()).json()["activity_id"]}) == 2
    copy = Plan(service, made["id"])
    assert (await copy.get()).headers["etag"] == answers[0].headers["etag"]
    assert (await copy.edit(plan_body(title="新的一年"))).status_code == 200
    assert (await copy.post("/submissions")).json()["state"] == "submitted"
    assert (await plan.get()).json()["content"]["title"] == plan_body()["title"]


async def test_another_unit_copies_nothing(service: Running) -> None:
    plan = await drafted(service)
    for by in ("school", "bureau"):
        refused = await plan.post("/copies", by=by)
        assert (refused.status_code, refused.json()["code"]) == (403, "other_unit")
    missing = await Plan(service, plan.id[:-4] + "0000").post("/copies")
    assert missing.status_code == 404


async def test_a_unit_that_has_ceased_is_named_when_the_copy_is_submitted(service: Running) -> None:
    (await put_unit(service, "old-school")).raise_for_status()
    hosts = [
        {"unit_id": "approvals", "role": "lead", "credit": 600},
        {"unit_id": "old-school", "role": "co_host", "credit": 400},
    ]
    plan = await drafted(service, hosts=hosts)
    (await put_unit(service, "old-school", active_to="2021-08-31")).raise_for_status()
    copy = Plan(service, (await plan.post("/copies")).json()["id"])
    refused = await copy.post("/submissions")
    assert (refused.status_code, refused.json()["code"]) == (409, "units_inactive")
    assert refused.json()["facts"]["units"] == ["old-school"]
    assert (await copy.get()).json()["state"] == "draft"
    assert (await copy.edit(plan_body())).status_code == 200
    submitted = await copy.post("/submissions")
    assert (submitted.status_code, submitted.json()["edition"]) == (201, 1)
    assert (await service.http.get(f"{BASE}/plans/{copy.id}/versions", headers=copy.headers("bureau"))).is_success
