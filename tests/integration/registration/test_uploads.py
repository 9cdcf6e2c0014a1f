"""Lists of people from staff, through the API of a real service: all or nobody, ordinary places, a killed upload."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from tests.integration.registration.histories import checked
from tests.integration.registration.people import POINTS, Town, announced, phone
from tests.support.service import Runner, Running
from tests.support.waiting import eventually

PEOPLE = 120
PATIENCE = 60  # seconds: row by row, on a machine that does much else
HEAD = "类别,姓名,手机号,已同意"
CSV = {"Content-Type": "text/csv", "Idempotency-Key": "list-of-the-phone-desk"}


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with running("registration") as made:
        yield made


async def upload(town: Town, content: bytes, **headers: str) -> httpx.Response:
    """As the clerk, unless other headers are given."""
    place = f"{POINTS}/{town.point}/registration-lists"
    return await town.service.http.post(place, content=content, headers=CSV | town.clerk | headers, timeout=PATIENCE)


def lines(people: int, bad: tuple[int, ...] = ()) -> bytes:
    """A list; the numbers in the `bad` rows are none."""
    rows = [f"群众代表,代表,{'not a number' if row in bad else phone()},是" for row in range(2, people + 2)]
    return "\n".join((HEAD, *rows)).encode("gb18030")


async def waiting(town: Town) -> int:
    return int((await town.view())["waiting"])


async def test_an_upload_that_is_killed_is_finished_by_its_repeat(service: Running) -> None:
    town, content = await announced(service), lines(PEOPLE)
    under_way = asyncio.create_task(upload(town, content))

    async def well_begun() -> bool:
        return await waiting(town) > 0

    await eventually(well_begun, PATIENCE)
    await service.kill()
    with suppress(httpx.TransportError):
        await under_way
    await service.restart()
    begun = await waiting(town)
    done = (await upload(town, content)).raise_for_status().json()
    assert begun < PEOPLE - 20  # it was killed on its way
    assert list(done) == ["counts", "rows"]
    assert done["counts"] == {"confirmed": 20, "waitlisted": PEOPLE - 20}
    assert [(each["row"], each["position"]) for each in done["rows"][20:]] == [
        (21 + place, place) for place in range(1, PEOPLE - 19)
    ]
    assert (await upload(town, content)).json() == done
    roster = (await service.http.get(f"{POINTS}/{town.point}/roster", headers=town.clerk)).json()["entries"]
    assert [each["registration_id"] for each in roster] == [each["registration_id"] for each in done["rows"]]
    last = done["rows"][-1]
    mine = await service.http.get(
        f"{POINTS}/{town.point}/registrations/{last['registration_id']}", headers={"Claim-Code": last["claim_code"]}
    )
    assert (mine.json()["status"], mine.json()["position"]) == ("waitlisted", PEOPLE - 20)
    verdict = await checked(service, activity=town.activity["id"])
    assert verdict.word == "sound", str(verdict)


async def test_of_5000_rows_with_37_bad_ones_all_37_are_named_and_nobody_is_registered(service: Running) -> None:
    town, bad = await announced(service), tuple(range(131, 4900, 131))
    refused = await upload(town, lines(5000, bad), **{"Accept-Language": "en"})
    said: dict[str, Any] = refused.json()
    assert (refused.status_code, said["code"], said["facts"]["bad_rows"]) == (422, "list_has_bad_rows", 37)
    assert [(each["row"], each["code"]) for each in said["facts"]["rows"]] == [(row, "phone_wrong") for row in bad]
    assert "not a number" not in refused.text
    view = await town.view()
    assert (sum(view["confirmed"].values()), view["waiting"]) == (0, 0)


async def test_what_is_no_list_or_not_theirs_is_refused(service: Running) -> None:
    town, content = await announced(service), lines(2)
    stranger = service.bearer("unit_clerk", units=["water"], subject="stranger")
    answers = [
        await upload(town, content, **stranger),
        await upload(town, content, Authorization=""),
        await upload(town, content, **service.bearer("auditor")),
        await upload(town, b"x" * (2 * 1024 * 1024 + 1)),
        await upload(town, b"\xff\xfe\x00"),
        await upload(town, HEAD.encode()),
    ]
    told = [(each.status_code, each.json()["code"]) for each in answers]
    assert [status for status, _ in told] == [403, 401, 403, 413, 422, 422]
    assert [code for _, code in told[3:]] == ["too_large", "list_encoding", "list_empty"]
    assert "13900000" not in service.log.read_text(encoding="utf-8")  # how every number here begins
