"""Lists of people as files, through the API of a real service: who gets which, for how long, and what is remembered."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.integration.registration.people import BASE, POINTS, Town, announced, phone
from tests.support.service import Runner, Running
from tests.support.sheets import everything, read_csv, read_xlsx

NAMES = ["某某甲", "某某乙", "=某某丙"]
MEDIA = {"csv": "text/csv; charset=utf-8", "xlsx": "spreadsheetml.sheet", "pdf": "application/pdf"}
REASON = "逐一电话通知集合地点"
ROSTER = {"kind": "roster", "format": "csv"}
WHOLE = ROSTER | {"masked": False, "reason": REASON}


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with running("registration") as made:
        yield made


async def filled(service: Running, **changes: Any) -> tuple[Town, list[str]]:
    """A point with three people, and everything that nobody should find in a masked file."""
    town = await announced(service, **changes)
    secrets = []
    for name in NAMES:
        number = phone()
        person = (await town.register(name=name, phone=number)).raise_for_status().json()
        secrets += [name, number, person["claim_code"], person["registration_id"]]
    return town, secrets


async def export(town: Town, body: dict[str, Any], **headers: str) -> httpx.Response:
    """As the clerk, unless other headers are given."""
    return await town.post(f"/open-points/{town.point}/exports", body, **headers)


async def fetched(town: Town, made: httpx.Response, **headers: str) -> httpx.Response:
    """The file of an export."""
    assert made.status_code == 201, made.text
    return await town.service.http.get(made.json()["file"], headers=town.clerk | headers)


async def log(town: Town) -> list[dict[str, Any]]:
    """Who took what, as an auditor reads it."""
    answer = await town.service.http.get(f"{POINTS}/{town.point}/exports", headers=town.service.bearer("auditor"))
    return list(answer.raise_for_status().json()["exports"])


async def test_a_masked_list_in_every_form_holds_nobody(service: Running) -> None:
    town, secrets = await filled(service)
    asked = [
        ("roster", "csv"),
        ("roster", "xlsx"),
        ("sign_in_sheet", "xlsx"),
        ("sign_in_sheet", "pdf"),
        ("badges", "pdf"),
    ]
    for kind, form in asked:
        made = await export(town, {"kind": kind, "format": form})
        said = made.json()
        assert (said["masked"], said["rows"], said["state"], said["by"]) == (True, 3, "ready", "clerk")
        file = await fetched(town, made)
        assert file.headers["content-type"].endswith(MEDIA[form])
        assert file.headers["cache-control"] == "no-store"
        assert "masked" in file.headers["content-disposition"]
        text = everything(file.content)
        assert [each for each in secrets if each in text] == []
        assert "某*" in text
    assert sorted((each["kind"], each["format"]) for each in await log(town)) == sorted(asked)
    refused = await export(town, {"kind": "roster", "format": "pdf"})
    assert (refused.status_code, refused.json()["facts"]) == (422, {"formats": ["csv", "xlsx"]})


async def test_whole_names_need_a_reason_are_remembered_counted_and_warned_of_by_id(service: Running) -> None:
    town, secrets = await filled(service)
    before = await service.metric("openday_exports_total", kind="roster", masked="false")
    refused = await export(town, ROSTER | {"masked": False})
    assert (refused.status_code, refused.json()["code"]) == (422, "reason_required")
    assert (await export(town, WHOLE | {"reason": " 急 "})).status_code == 422
    made = await export(town, WHOLE)
    file = await fetched(town, made)
    rows = read_csv(file.content)
    assert [row[1] for row in rows[1:]] == ["某某甲", "某某乙", "'=某某丙"]
    assert [row[2] for row in rows[1:]] == [each for each in secrets if each.startswith("139") and each.isdigit()]
    (line,) = await log(town)
    assert (line["id"], line["reason"], line["by"], line["masked"]) == (made.json()["id"], REASON, "clerk", False)
    assert await service.metric("openday_exports_total", kind="roster", masked="false") == before + 1
    lines = [json.loads(each) for each in service.tail(400).splitlines() if town.point in each]
    warned = [each for each in lines if each["event"].startswith("unmasked_export")]
    assert [(each["event"], each["level"], each["export"], each["subject"]) for each in warned] == [
        (event, "warning", made.json()["id"], "clerk") for event in ("unmasked_export", "unmasked_export_fetched")
    ]
    whole_log = service.log.read_text()
    assert [each for each in [*secrets, REASON] if each in whole_log and "-" not in each] == []


async def test_an_unmasked_file_is_for_whom_it_was_made(service: Running) -> None:
    town, _ = await filled(service)
    made = await export(town, WHOLE)
    for headers in (
        service.bearer("unit_clerk", units=["approvals"], subject="colleague"),
        service.bearer("office", subject="office"),
        service.bearer("unit_reviewer", units=["approvals"], subject="clerk"),
    ):
        refused = await fetched(town, made, **headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "export_of_another")
    reviewer = service.bearer("unit_reviewer", units=["approvals"], subject="reviewer")
    refused = await export(town, WHOLE, **reviewer)
    assert (refused.status_code, refused.json()["code"]) == (403, "unmasked_not_allowed")
    masked = await export(town, ROSTER, **reviewer)
    assert (await fetched(town, masked)).status_code == 200


async def test_another_unit_and_another_point_get_nothing(service: Running) -> None:
    town, _ = await filled(service)
    other, _ = await filled(service)
    made = await export(town, ROSTER)
    stranger = service.bearer("unit_clerk", units=["other"])
    for refused in (
        await export(town, ROSTER, **stranger),
        await fetched(town, made, **stranger),
        await service.http.get(f"{POINTS}/{town.point}/exports", headers=stranger),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "other_unit")
    elsewhere = f"{POINTS}/{other.point}/exports/{made.json()['id']}/file"
    assert (await service.http.get(elsewhere, headers=town.clerk)).status_code == 404
    nowhere = f"{BASE}/open-points/00000000-0000-7000-8000-000000000000/exports"
    assert (await service.http.post(nowhere, json=ROSTER, headers=town.clerk)).status_code == 404


async def test_impatient_clicks_are_one_export_and_another_wish_with_its_key_is_refused(service: Running) -> None:
    town, _ = await filled(service)
    key = {"Idempotency-Key": f"export-{town.point}"}
    answers = await asyncio.gather(*(export(town, ROSTER, **key) for _ in range(4)))
    assert {(each.status_code, each.text) for each in answers} == {(201, answers[0].text)}
    other = await export(town, ROSTER | {"format": "xlsx"}, **key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(await log(town)) == 1


async def test_a_file_shows_the_list_as_it_is_and_is_gone_after_a_day(service: Running) -> None:
    town = await announced(service)
    made = await export(town, {"kind": "sign_in_sheet", "format": "xlsx"})
    empty = read_xlsx((await fetched(town, made)).content)
    assert empty.below("序号 No.") == []
    await town.register(name="某某丁")
    assert len(read_xlsx((await fetched(town, made)).content).below("序号 No.")) == 1
    assert (await log(town))[0]["rows"] == 0, "as many as there were when it was asked for"
    await service.steer(service.district.now + timedelta(hours=24))
    gone = await fetched(town, made)
    assert (gone.status_code, gone.json()["code"]) == (410, "export_expired")
    assert gone.headers["content-type"] == "application/problem+json"
    assert [(each["state"], each["id"]) for each in await log(town)] == [("expired", made.json()["id"])]


@pytest.mark.parametrize(
    "change", [{"kind": "everything"}, {"format": "exe"}, {"order": "random"}, {"columns": ["id_number"]}]
)
async def test_what_is_not_known_is_refused(service: Running, change: dict[str, Any]) -> None:
    town = await announced(service)
    assert (await export(town, ROSTER | change)).status_code == 422
