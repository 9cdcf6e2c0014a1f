"""A service as a process: refused starts, an orderly stop, dependencies that go away, crashes that are said."""

import asyncio
import json
import time
from datetime import datetime
from typing import Any

import httpx
import psutil

from shared.events.registration_v1 import UnitRegistered
from tests.support.district import District
from tests.support.proxy import proxied
from tests.support.service import Districts, Runner, Running
from tests.support.waiting import eventually

UNITS = "/registration/v1/units"
UNIT: dict[str, Any] = {
    "name": "教育局",
    "name_en": "Education Bureau",
    "kind": "department",
    "town": "hexi",
    "assessed": True,
    "active_from": "2020-01-01",
}


async def put(registration: Running, unit: str) -> httpx.Response:
    return await registration.http.put(f"{UNITS}/{unit}", json=UNIT, headers=registration.bearer("administrator"))


async def published(district: District) -> list[str]:
    facts = [each.fact for each in await district.consume("registration")]
    return [each.unit_id for each in facts if isinstance(each, UnitRegistered)]


def log_of(service: Running) -> list[dict[str, Any]]:
    """Every line of it; a line that is not JSON fails the test."""
    return [json.loads(each) for each in service.log.read_text().splitlines()]


async def test_a_refused_start_ends_with_two_and_one_line_that_says_why(running: Runner) -> None:
    async with running("registration", wait=False, OPENDAY_HTTP__PROT="1") as refused:
        assert await asyncio.wait_for(refused.process.wait(), 20) == 2
        line = log_of(refused)[-1]
        assert line["event"] == "configuration_refused"
        assert "did you mean OPENDAY_HTTP__PORT" in line["why"]


# an orderly life


async def test_what_was_answered_before_a_stop_is_there_and_published_after_it(running: Runner) -> None:
    async with running("registration") as registration:
        district = registration.district
        requests = [asyncio.ensure_future(put(registration, f"unit-{number}")) for number in range(60)]
        await eventually(lambda: sum(each.done() for each in requests) >= 10)
        begun = time.monotonic()
        assert await registration.stop() == 0, registration.tail()
        assert time.monotonic() - begun < 20
        answers = await asyncio.gather(*requests, return_exceptions=True)
        kept = [
            f"unit-{number}"
            for number, each in enumerate(answers)
            if isinstance(each, httpx.Response) and each.status_code == 200
        ]
        assert len(kept) >= 10
        events = [each["event"] for each in log_of(registration)]
        assert events.index("stopping") < events.index("stopped")
        assert log_of(registration)[-1]["outbox_empty"] is True
        assert set(await published(district)) >= set(kept)
        before = len(await published(district))
        await registration.restart()
        listed = (await registration.http.get(UNITS)).json()["units"]
        assert {each["id"] for each in listed} >= set(kept)
        await registration.settled()
        assert len(await published(district)) == before, "the marks were written, so nothing is sent twice"


async def test_while_it_stops_it_is_not_ready_and_finishes_what_it_has_begun(running: Runner) -> None:
    async with running("feedback") as feedback:
        stopping = asyncio.ensure_future(feedback.stop())
        seen = set()
        while not stopping.done():
            try:
                seen.add((await feedback.http.get("/readyz", timeout=1)).status_code)
            except httpx.TransportError:
                break
        assert await stopping == 0
        assert seen <= {200, 503}


async def test_logs_hold_no_secret_no_token_and_nothing_that_was_sent(running: Runner, new_district: Districts) -> None:
    district = new_district()
    url = f"{district.mongo_url}/?appname=topsecret-of-the-database"
    async with running("registration", district=district, OPENDAY_MONGO__URL=url) as registration:
        headers = registration.bearer("administrator")
        await registration.http.put(f"{UNITS}/jyj", json={**UNIT, "name": "张三13800001111"}, headers=headers)
        await registration.http.put(f"{UNITS}/jyj", json={"nonsense": "13800001111"}, headers=headers)
        await registration.stop()
        text = registration.log.read_text()
        for secret in ("topsecret", headers["Authorization"].split(".")[-1], "13800001111", "张三"):
            assert secret not in text
        settings = next(each for each in log_of(registration) if each["event"] == "settings")
        assert settings["http"]["port"] == int(registration.environment["OPENDAY_HTTP__PORT"])


async def test_it_idles_cheaply(running: Runner) -> None:
    async with running("scoring") as scoring:
        process = psutil.Process(scoring.process.pid)
        before, begun = sum(process.cpu_times()[:2]), time.monotonic()
        await eventually(lambda: time.monotonic() - begun > 3)
        assert sum(process.cpu_times()[:2]) - before < 0.3, "a tenth of a core at most, with everything waiting"


# the database goes away


async def test_without_the_database_it_lives_says_so_within_seconds_and_comes_back(
    running: Runner, new_district: Districts
) -> None:
    district = new_district()
    async with proxied(district.mongo_url) as proxy:
        through = f"mongodb://127.0.0.1:{proxy.port}"
        async with running("registration", district=district, OPENDAY_MONGO__URL=through) as registration:
            assert (await put(registration, "before")).status_code == 200
            await proxy.cut()
            for _ in range(2):
                begun = time.monotonic()
                answer = await put(registration, "during")
                assert time.monotonic() - begun < 3.5
                assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
                assert int(answer.headers["retry-after"]) > 0
            ready = await registration.http.get("/readyz")
            assert (ready.status_code, list(ready.json()["failing"])) == (503, ["database"])
            assert (await registration.http.get("/livez")).status_code == 200
            await proxy.heal()
            await eventually(registration.ready, 20)
            assert (await put(registration, "during")).status_code == 200
            await registration.settled()
            assert set(await published(district)) == {"before", "during"}


async def test_a_database_that_hangs_does_not_hang_the_probe(running: Runner, new_district: Districts) -> None:
    district = new_district()
    async with proxied(district.mongo_url) as proxy:
        through = f"mongodb://127.0.0.1:{proxy.port}"
        async with running("registration", district=district, OPENDAY_MONGO__URL=through) as registration:
            proxy.freeze()
            begun = time.monotonic()
            ready = await registration.http.get("/readyz")
            assert time.monotonic() - begun < 3.5
            assert (ready.status_code, "database" in ready.json()["failing"]) == (503, True)


async def test_a_database_that_hangs_does_not_hang_the_stop(running: Runner, new_district: Districts) -> None:
    district = new_district()
    async with proxied(district.mongo_url) as proxy:
        through = f"mongodb://127.0.0.1:{proxy.port}"
        async with running("registration", district=district, OPENDAY_MONGO__URL=through) as registration:
            proxy.freeze()
            hanging = asyncio.ensure_future(put(registration, "during"))  # until the silence is noticed
            await eventually(lambda: _under_way(registration, 2))  # it, and the question itself
            begun = time.monotonic()
            assert await registration.stop() == 0
            assert time.monotonic() - begun < 20
            await asyncio.gather(hanging, return_exceptions=True)


async def test_a_reader_waits_for_its_database_and_sets_nothing_aside(running: Runner, new_district: Districts) -> None:
    district = new_district()
    async with proxied(district.mongo_url) as proxy:
        through = f"mongodb://127.0.0.1:{proxy.port}"
        async with running("scoring", district=district, OPENDAY_MONGO__URL=through) as scoring:
            await proxy.cut()
            for number in range(3):
                await district.produce(unit(f"unit-{number}"), f"unit-{number}", 1)

            async def retried() -> bool:
                return await scoring.metric("openday_consumer_retries_total") >= 1

            await eventually(retried, 20)
            await proxy.heal()
            await eventually(lambda: consumed(scoring, 3), 30)
            assert await scoring.metric("openday_dead_letters_total") == 0


def unit(id_: str) -> UnitRegistered:
    since = datetime.fromisoformat("2020-01-01T00:00:00+08:00")
    return UnitRegistered(
        unit_id=id_,
        title="教育局",
        kind="department",
        town="hexi",
        supervising_unit_id=None,
        assessed=True,
        managed_by="district",
        active_from=since,
        active_to=None,
    )


async def _under_way(service: Running, requests: int) -> bool:
    return await service.metric("openday_http_requests_in_progress") >= requests


async def consumed(service: Running, count: int) -> bool:
    return await service.metric("openday_consumed_total", outcome="applied") >= count
