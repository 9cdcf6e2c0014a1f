"""Versions of a plan through the API of a real service, in a district where plans are filed before they are public."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.registration.people import BASE, plan_body
from tests.integration.registration.plans import drafted, guided, returned
from tests.support.service import Runner, Running

EDITED = {"title": "走进政务服务大厅（二稿）", "agenda": ["签到", "观看短片", "参观"]}


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with guided(running) as made:
        yield made


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


async def test_sections_and_a_vague_time_are_kept_as_they_were_written_and_wrong_ones_are_refused(
    service: Running,
) -> None:
    said = {"planned_time": {"said": "10月上旬，另行通知", "earliest": "2021-10-01", "latest": None}}
    plan = await drafted(service, sections={"safety": "雨天改期"}, **said)
    content = (await plan.get()).json()["content"]
    assert (content["planned_time"], content["sections"]["safety"]) == (said["planned_time"], "雨天改期")
    assert content["sections"]["publicity"] is None
    for wrong, code in (
        ({"planned_time": {}}, "time_empty"),
        ({"planned_time": {"earliest": "2021-10-02", "latest": "2021-10-01"}}, "dates_reversed"),
        ({"planned_time": {"earliest": "十月"}}, "invalid_request"),
        ({"sections": {"safety": "雨" * 2001}}, "invalid_request"),
        ({"sections": {"weather": "雨"}}, "invalid_request"),
    ):
        refused = await plan.edit(plan_body(**wrong))
        assert (refused.status_code, refused.json()["code"]) == (422, code)
