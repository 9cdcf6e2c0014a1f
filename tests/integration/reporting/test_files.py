"""Real files over HTTP: kept once, whole, under their digest; what is wrong is refused and leaves nothing behind."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest

from services.reporting.domain.material import FileType
from tests.integration.reporting.season import CO_HOST, STRANGER, OneActivity, Season
from tests.support.waiting import eventually
from tests.unit.reporting import samples

CAP = 65536


@pytest.fixture
async def activity(season: Season) -> OneActivity:
    """Announced, so that files may come."""
    activity = season.activity()
    await activity.announced()
    await activity.until(state="not_due")
    return activity


def store(season: Season) -> Path:
    """The folder that reporting keeps its files in."""
    return Path(season.reporting.environment["OPENDAY_STORE_DIR"])


def kept(season: Season, content: bytes) -> Path:
    """Where this content must lie."""
    digest = hashlib.sha256(content).hexdigest()
    return store(season) / "sha256" / digest[:2] / digest


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        pytest.param(samples.PDF, "application/pdf", id="PDF"),
        pytest.param(samples.DOCX, str(FileType.DOCX), id="DOCX"),
        pytest.param(samples.PNG, "image/png", id="PNG"),
        pytest.param(samples.JPEG, "image/jpeg", id="JPEG"),
        pytest.param(samples.TEXT, "text/plain", id="text"),
        pytest.param(samples.MARKDOWN, "text/markdown", id="Markdown"),
    ],
)
async def test_a_file_of_every_allowed_type_comes_back_byte_for_byte(
    season: Season, activity: OneActivity, content: bytes, media_type: str
) -> None:
    headers = {"Content-Type": media_type, "File-Name": quote("活动 方案.bin")}
    answer = await activity.upload("media", content, headers=headers)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    digest = hashlib.sha256(content).hexdigest()
    assert (told["sha256"], told["size"], told["type"], told["name"]) == (
        digest,
        len(content),
        media_type,
        "活动 方案.bin",
    )
    assert kept(season, content).read_bytes() == content
    address = f"/reporting/v1/files/{digest}?activity_id={activity.id}"
    down = await season.reporting.http.get(address, headers=activity.staff(CO_HOST))
    assert down.content == content
    assert down.headers["content-type"].split(";")[0] == media_type
    assert down.headers["content-disposition"] == f"attachment; filename*=UTF-8''{quote('活动 方案.bin')}"


async def test_a_file_is_seen_by_its_hosts_and_the_district_only(season: Season, activity: OneActivity) -> None:
    content = samples.PDF + b"%for hosts"
    await activity.uploaded(plan=content)
    address = f"/reporting/v1/files/{hashlib.sha256(content).hexdigest()}"
    answers = [
        await season.reporting.http.get(address, headers=headers)
        for headers in (
            activity.office,
            season.reporting.bearer("auditor"),
            activity.staff(STRANGER),
            season.reporting.bearer("administrator"),
            {},
        )
    ]
    assert [each.status_code for each in answers] == [200, 200, 404, 403, 401]


async def test_the_same_content_from_many_at_once_is_kept_once(season: Season, activity: OneActivity) -> None:
    content = samples.PDF + b"%" + b"x" * 40_000
    answers = await asyncio.gather(*(activity.upload("media", content) for _ in range(8)))
    assert {each.status_code for each in answers} == {201}
    shown = await activity.until(state="not_due")
    assert len(shown["items"]["media"]) == 1
    assert [each.name for each in kept(season, content).parent.iterdir()] == [kept(season, content).name]
    assert left_behind(season) == []


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        pytest.param(b"", {}, 422, "empty_file", id="empty"),
        pytest.param(b"MZ\x90\x00 a program", {}, 422, "type_not_allowed", id="program"),
        pytest.param(samples.DOCX[:-30], {}, 422, "type_not_allowed", id="cut off"),
        pytest.param(samples.PDF, {"Content-Type": "image/png"}, 422, "type_mismatch", id="contradicted"),
        pytest.param(samples.PDF, {"File-Name": "../../etc/passwd"}, 422, "file_name_invalid", id="path"),
        pytest.param(samples.PDF, {"File-Name": "%2e%2e%2fx"}, 422, "file_name_invalid", id="encoded path"),
        pytest.param(samples.PDF, {"File-Name": "a%00b"}, 422, "file_name_invalid", id="null"),
        pytest.param(samples.PDF, {"File-Name": "%ff%fe"}, 422, "file_name_invalid", id="not UTF-8"),
        pytest.param(samples.PDF, {"File-Name": "x" * 121}, 422, "file_name_invalid", id="long name"),
        pytest.param(samples.PDF, {"File-Name": "x" * 1300}, 422, "invalid_request", id="absurd name"),
        pytest.param(b"%PDF-" + b"x" * CAP, {}, 413, "too_large", id="too large"),
        pytest.param(samples.PDF, {"Content-Encoding": "gzip"}, 413, "too_large", id="compressed"),
    ],
)
async def test_what_is_wrong_is_refused_and_leaves_nothing(
    season: Season, activity: OneActivity, content: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    before = everything(season)
    answer = await activity.upload("plan", content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "passwd" not in answer.text
    assert (await activity.until(state="not_due"))["items"]["plan"] == []
    assert everything(season) == before


async def test_a_file_of_exactly_the_cap_is_taken(activity: OneActivity) -> None:
    assert (await activity.upload("plan", samples.PDF.ljust(CAP))).status_code == 201


async def test_more_than_announced_is_refused_while_it_comes(season: Season, activity: OneActivity) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield samples.PDF
        for _ in range(40):
            yield b"x" * 4096

    before = everything(season)
    answer = await activity.upload("plan", endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert everything(season) == before


async def test_an_upload_that_breaks_off_leaves_nothing(season: Season, activity: OneActivity) -> None:
    before = everything(season)
    url = season.reporting.http.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = (
        f"POST /reporting/v1/activities/{activity.id}/material-set/items/plan/files HTTP/1.1\r\nHost: test\r\n"
        f"Authorization: {activity.staff()['Authorization']}\r\nContent-Length: 50000\r\n\r\n"
    )
    writer.write(head.encode() + samples.PDF + b"x" * 20_000)
    await writer.drain()
    await eventually(lambda: left_behind(season))
    writer.close()
    await writer.wait_closed()
    await eventually(lambda: not left_behind(season))
    assert reader.at_eof() or not await reader.read()
    assert (await activity.until(state="not_due"))["items"]["plan"] == []
    assert everything(season) == before


@pytest.mark.parametrize(
    "path",
    [
        "/reporting/v1/files/..%2F..%2Fetc%2Fpasswd",
        "/reporting/v1/files/%2e%2e",
        "/reporting/v1/files/" + "A" * 64,
        "/reporting/v1/files/" + "a" * 63,
        "/reporting/v1/files/" + "a" * 64,
    ],
)
async def test_only_digests_of_files_that_are_there_lead_anywhere(season: Season, path: str) -> None:
    answer = await season.reporting.http.get(path, headers=season.reporting.bearer("office"))
    assert answer.status_code in {404, 422}
    assert "root:" not in answer.text


async def test_an_unknown_item_an_unknown_activity_and_another_units_set_are_refused(
    season: Season, activity: OneActivity
) -> None:
    before = everything(season)
    answers = [
        await activity.upload("video", samples.PDF),
        await season.activity().upload("plan", samples.PDF),
        await activity.upload("plan", samples.PDF, unit=STRANGER),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [
        (422, "invalid_request"),
        (404, "not_found"),
        (403, "other_unit"),
    ]
    assert everything(season) == before


async def test_a_file_can_be_taken_out_and_is_then_out_of_reach(season: Season, activity: OneActivity) -> None:
    content = samples.PDF + b"%to be removed"
    await activity.uploaded(plan=content)
    digest = hashlib.sha256(content).hexdigest()
    address = f"/reporting/v1/activities/{activity.id}/material-set/items/plan/files/{digest}"
    assert (await season.reporting.http.delete(address, headers=activity.staff(STRANGER))).status_code == 403
    assert (await season.reporting.http.delete(address, headers=activity.staff())).status_code == 204
    assert (await season.reporting.http.delete(address, headers=activity.staff())).status_code == 404
    gone = await season.reporting.http.get(f"/reporting/v1/files/{digest}", headers=activity.staff())
    assert gone.status_code == 404


async def test_a_file_that_changed_on_the_disk_is_not_handed_out(season: Season, activity: OneActivity) -> None:
    content = samples.TEXT * 30
    await activity.uploaded(summary=content)
    place = kept(season, content)
    place.write_bytes(content[:-1])
    answer = await season.reporting.http.get(f"/reporting/v1/files/{place.name}", headers=activity.staff())
    assert (answer.status_code, answer.json()["code"]) == (500, "file_damaged")
    await activity.uploaded(summary=content)
    answer = await season.reporting.http.get(f"/reporting/v1/files/{place.name}", headers=activity.staff())
    assert answer.content == content


def left_behind(season: Season) -> list[Path]:
    """Uploads that are not finished."""
    return list((store(season) / "incoming").iterdir())


def everything(season: Season) -> set[Path]:
    """Every file in the store."""
    return {each for each in store(season).rglob("*") if each.is_file()}
