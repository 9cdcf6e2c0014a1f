"""The supervising unit and its child's plan, through the API of a real service."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.integration.registration.people import BASE, plan_body
from tests.integration.registration.plans import Plan, drafted, guided, returned
from tests.support.service import Runner, Running

REMARK = {"text": "请补充雨天预案"}


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with guided(running) as made:
        yield made


async def test_the_supervising_unit_sees_comments_and_countersigns_and_edits_nothing(service: Running) -> None:
    plan = await drafted(service)
    assert (await plan.get(by="bureau")).status_code == 200
    refused = await service.http.put(f"{BASE}/plans/{plan.id}", json=plan_body(), headers=plan.headers("bureau"))
    assert (refused.status_code, refused.json()["code"]) == (403, "other_unit")
    assert (await plan.get("/comments")).json()["comments"] == []
    stale = (await plan.get()).headers["etag"]
    said = await plan.post("/comments", REMARK, by="bureau")
    assert (said.status_code, said.json()["comments"][0]["edition"]) == (201, 0)
    assert (await plan.edit(plan_body(), **{"If-Match": stale})).status_code == 200
    await plan.post("/submissions")
    answer = await plan.post("/countersignatures", {"edition": 1}, by="bureau")
    assert (answer.status_code, answer.headers["etag"]) == (201, (await plan.get()).headers["etag"])
    (signature,) = answer.json()["countersignatures"]
    assert (signature["edition"], signature["unit_id"], signature["by"]) == (1, "bureau", "clerk-bureau")
    (comment,) = (await plan.get("/comments", by="bureau")).json()["comments"]
    assert (comment["text"], comment["by"]) == (REMARK["text"], "clerk-bureau")


@pytest.mark.parametrize(("path", "body"), [("/comments", REMARK), ("/countersignatures", {"edition": 1})])
async def test_whoever_does_not_guide_the_lead_is_refused(service: Running, path: str, body: dict[str, object]) -> None:
    plan = await drafted(service)
    await plan.post("/submissions")
    codes = {by: (await plan.post(path, body, by=by)).json()["code"] for by in ("approvals", "school", "office")}
    assert codes == {"approvals": "other_unit", "school": "other_unit", "office": "role_missing"}
    assert (await plan.get("/comments", by="school")).status_code == 403
    headers = service.bearer("unit_clerk", units=["school"])
    own = plan_body(hosts=[{"unit_id": "school", "role": "lead", "credit": 1000}])
    alone = (await service.http.post(f"{BASE}/plans", json=own, headers=headers)).json()["id"]
    nobody = await service.http.post(f"{BASE}/plans/{alone}{path}", json=body, headers=plan.headers("bureau"))
    assert (nobody.status_code, nobody.json()["code"]) == (403, "no_supervising_unit")


async def test_a_second_click_signs_once_and_a_new_version_waits_for_a_new_signature(service: Running) -> None:
    plan = await drafted(service)
    early = await plan.post("/countersignatures", {"edition": 1}, by="bureau")
    assert (early.status_code, early.json()["facts"]["state"]) == (409, "draft")
    await plan.post("/submissions")
    key = {"Idempotency-Key": f"countersign-{plan.id}"}
    for more in (key, key, {}):
        assert (await plan.post("/countersignatures", {"edition": 1}, by="bureau", **more)).status_code == 201
    await plan.post("/returns", {"reason": "请补充安全预案"}, by="office")
    wrong = await plan.post("/countersignatures", {"edition": 1}, by="bureau")
    assert (wrong.status_code, wrong.json()["facts"]["state"]) == (409, "returned")
    await plan.post("/submissions")
    old = await plan.post("/countersignatures", {"edition": 1}, by="bureau")
    assert (old.status_code, old.json()["code"]) == (409, "edition_superseded")
    assert (await plan.post("/countersignatures", {"edition": 2}, by="bureau")).status_code == 201
    shown = (await plan.get()).json()
    assert [each["edition"] for each in shown["countersignatures"]] == [1, 2]


async def test_a_comment_is_said_once_however_often_it_is_sent_and_never_published(service: Running) -> None:
    plan = await returned(service)
    key = {"Idempotency-Key": f"comment-{plan.id}"}
    for more in (key, key, {}):
        said = await plan.post("/comments", REMARK, by="bureau", **more)
        assert (said.status_code, len(said.json()["comments"])) == (201, 1)
    for bad in ({"text": "  "}, {"text": "言" * 501}, {}, REMARK | {"by": "somebody"}):
        refused = await plan.post("/comments", bad, by="bureau")
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
    await service.settled()
    facts = [each.fact.model_dump_json() for each in await service.district.consume("registration")]
    assert [each for each in facts if plan.id in each]
    assert not [each for each in facts if REMARK["text"] in each or "clerk-bureau" in each]


async def test_who_may_see_a_plan_finds_it_in_a_list_and_nobody_else_does(service: Running) -> None:
    plan = await drafted(service)
    await plan.post("/submissions")

    async def listed(headers: dict[str, str], **query: str) -> list[str]:
        answer = await service.http.get(f"{BASE}/plans", params=query, headers=headers)
        return [each["id"] for each in answer.raise_for_status().json()["plans"]]

    for headers in (plan.headers("approvals"), plan.headers("bureau"), service.bearer("office")):
        assert plan.id in await listed(headers, state="submitted")
        assert plan.id not in await listed(headers, state="filed")
    assert plan.id not in await listed(plan.headers("school"))
    assert await listed(plan.headers("nobody")) == []
    await plan.post("/countersignatures", {"edition": 1}, by="bureau")
    found = (await service.http.get(f"{BASE}/plans", params={"limit": 1}, headers=plan.headers("bureau"))).json()
    whole = await listed(plan.headers("bureau"))
    assert [each["id"] for each in found["plans"]] == whole[:1]
    assert await listed(plan.headers("bureau"), after=found["next"]) == whole[1:]
    summary = next(each for each in await _summaries(plan) if each["id"] == plan.id)
    assert (summary["lead"], summary["edition"], summary["countersigned"]) == ("approvals", 1, True)
    for query, status in (({"limit": "0"}, 422), ({"state": "lost"}, 422), ({"after": plan.id[:-4] + "0000"}, 404)):
        refused = await service.http.get(f"{BASE}/plans", params=query, headers=plan.headers("bureau"))
        assert refused.status_code == status
    foreign = await service.http.get(f"{BASE}/plans", params={"after": plan.id}, headers=plan.headers("school"))
    assert (foreign.status_code, foreign.json()["code"]) == (403, "other_unit")


async def _summaries(plan: Plan) -> list[dict[str, Any]]:
    answer = await plan.service.http.get(f"{BASE}/plans", headers=plan.headers("bureau"))
    return list(answer.json()["plans"])
