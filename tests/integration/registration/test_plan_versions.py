"""Versions of a plan through the API of a real service, in a district where plans are filed before they are public."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.integration.registration.people import BASE, UNIT, plan_body
from tests.support.service import Runner, Running

EDITED = {"title": "走进政务服务大厅（二稿）", "agenda": ["签到", "观看短片", "参观"]}


@dataclass
class Plan:
    """A plan of `approvals`, which `bureau` guides."""

    service: Running
    id: str

    def headers(self, unit: str) -> dict[str, str]:
        """Of a unit's clerk."""
        return self.service.bearer("unit_clerk", units=[unit], subject=f"clerk-{unit}")

    async def post(self, path: str, body: Any = None, *, by: str = "approvals", **more: str) -> httpx.Response:
        """As a unit's clerk, or as the office."""
        who = self.service.bearer("office") if by == "office" else self.headers(by)
        return await self.service.http.post(f"{BASE}/plans/{self.id}{path}", json=body, headers=who | more)

    async def edit(self, body: dict[str, Any], **more: str) -> httpx.Response:
        """As the host's clerk."""
        headers = self.headers("approvals") | more
        return await self.service.http.put(f"{BASE}/plans/{self.id}", json=body, headers=headers)

    async def get(self, path: str = "", *, by: str = "approvals", **more: str) -> httpx.Response:
        """As a unit's clerk."""
        return await self.service.http.get(f"{BASE}/plans/{self.id}{path}", headers=self.headers(by) | more)


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with running("registration", OPENDAY_PLAN_REVIEW_MODE="file_before_publish") as made:
        for unit, changes in (("bureau", {}), ("approvals", {"supervising_unit_id": "bureau"}), ("school", {})):
            administrator = made.bearer("administrator")
            answer = await made.http.put(f"{BASE}/units/{unit}", json=UNIT | changes, headers=administrator)
            answer.raise_for_status()
        yield made


async def drafted(service: Running) -> Plan:
    headers = service.bearer("unit_clerk", units=["approvals"], subject="clerk-approvals")
    answer = await service.http.post(f"{BASE}/plans", json=plan_body(), headers=headers)
    return Plan(service, answer.raise_for_status().json()["id"])


async def returned(service: Running) -> Plan:
    plan = await drafted(service)
    (await plan.post("/submissions")).raise_for_status()
    (await plan.post("/returns", {"reason": "请补充安全预案"}, by="office")).raise_for_status()
    return plan


async def test_every_submission_is_a_version_that_stays_and_a_second_click_makes_none(service: Running) -> None:
    plan = await returned(service)
    assert (await plan.edit(plan_body(**EDITED))).status_code == 200
    key = {"Idempotency-Key": f"submit-{plan.id}"}
    assert [(await plan.post("/submissions", **key)).status_code for _ in "ab"] == [201, 201]
    versions = (await plan.get("/versions")).json()["versions"]
    assert [(each["edition"], each["unit_id"]) for each in versions] == [(1, "approvals"), (2, "approvals")]
    titles = [(await plan.get(f"/versions/{each}")).json()["content"]["title"] for each in (1, 2)]
    assert titles == [plan_body()["title"], EDITED["title"]]


async def test_what_changed_is_said_in_the_readers_language(service: Running) -> None:
    plan = await returned(service)
    await plan.edit(plan_body(**EDITED))
    await plan.post("/submissions")
    told = (await plan.get("/versions/2/diff?against=1")).json()
    assert [(each["field"], each["label"]) for each in told["changes"]] == [
        ("title", "活动名称"),
        ("agenda.2", "活动流程第2项"),
    ]
    assert (told["changes"][1]["before"], told["changes"][1]["after"]) == (None, "观看短片")
    english = (await plan.get("/versions/2/diff", **{"Accept-Language": "en"})).json()
    assert (english["against"], english["changes"][0]["label"]) == (1, "Title")
    back = (await plan.get("/versions/1/diff?against=2")).json()["changes"]
    assert back[0]["after"] == plan_body()["title"]
    assert (await plan.get("/versions/1/diff")).json()["changes"] == []


async def test_versions_are_for_the_host_those_who_guide_it_and_the_office(service: Running) -> None:
    plan = await returned(service)
    office = service.bearer("office")
    for path in ("/versions", "/versions/1", "/versions/1/diff"):
        assert (await plan.get(path, by="bureau")).status_code == 200
        assert (await service.http.get(f"{BASE}/plans/{plan.id}{path}", headers=office)).status_code == 200
        refused = await plan.get(path, by="school")
        assert (refused.status_code, refused.json()["code"]) == (403, "other_unit")
    for path in ("/versions/2", "/versions/2/diff", "/versions/1/diff?against=2"):
        assert (await plan.get(path)).status_code == 404
    for path in ("/versions/0", "/versions/one", "/versions/1/diff?against=0"):
        assert (await plan.get(path)).status_code == 422


async def test_a_form_that_is_out_of_date_changes_nothing_and_a_draft_has_no_version(service: Running) -> None:
    plan = await drafted(service)
    assert (await plan.get("/versions")).json()["versions"] == []
    stale = (await plan.get()).headers["etag"]
    assert (await plan.edit(plan_body(title="先到"), **{"If-Match": stale})).status_code == 200
    refused = await plan.edit(plan_body(title="后到"), **{"If-Match": stale})
    assert (refused.status_code, refused.json()["code"]) == (412, "changed_meanwhile")
    await plan.post("/submissions")
    assert (await plan.get("/versions/1")).json()["content"]["title"] == "先到"
