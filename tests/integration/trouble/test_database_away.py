"""The database dies or hangs: everybody is told within three seconds, and all goes on within five of its return."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import httpx
import pytest

from shared.events.catalogue import OWNERS
from shared.http.problems import MEDIA_TYPE
from shared.security.permissions import ROLES
from tests.contracts.test_role_matrix import OPERATIONS, Operation
from tests.integration.kernel.test_process import consumed, log_of, put, unit
from tests.support.proxy import Proxy, proxied
from tests.support.service import Districts, Runner, Running
from tests.support.waiting import eventually

YEAR = "2021"
HEADERS = {"Idempotency-Key": "one-and-only"}
MORE = {"POST /registration/v1/open-points/{point_id}/check-ins": {"code": "ABCD-1234"}}
WITHOUT_DATABASE = {  # a file; settings; no gateway is connected; a list without columns; a code that cannot be right
    "GET /scoring/v1/rulebooks/{year}",
    "GET /registration/v1/retention",
    "POST /registration/v1/notice-receipts",
    "POST /registration/v1/open-points/{point_id}/registration-lists",
    "POST /feedback/v1/opinions/{opinion_id}/ratings",
}
PROMISED = 3.0  # seconds until an answer, and until a probe is red
RETURN = 5.0  # seconds from its return until everything works


@asynccontextmanager
async def four(running: Runner, new_district: Districts) -> AsyncIterator[tuple[dict[str, Running], Proxy]]:
    """Four services, and what stands between them and their database."""
    district = new_district()
    async with proxied(district.mongo_url) as proxy, AsyncExitStack() as stack:
        through = f"mongodb://127.0.0.1:{proxy.port}"
        entered = (
            stack.enter_async_context(running(name, district=district, OPENDAY_MONGO__URL=through)) for name in OWNERS
        )
        yield dict(zip(OWNERS, await asyncio.gather(*entered), strict=True)), proxy
        await proxy.heal()


async def kill(proxy: Proxy) -> None:
    """Connections break, and none is taken."""
    await proxy.cut()


async def hang(proxy: Proxy) -> None:
    """Connections stay, and nothing comes."""
    proxy.freeze()


async def asked(service: Running, operation: Operation) -> tuple[Operation, httpx.Response, float]:
    """Something that needs the database, from somebody who may do everything; with how long it took."""
    path = operation.path.replace("{year}", YEAR).replace("{unit_id}", "jyj")
    request = replace(operation, path=path).request()
    if "year" in request["params"]:
        request["params"]["year"] = YEAR
    if more := MORE.get(str(operation)):
        request["json"] |= more
    headers = {**service.bearer(*ROLES, units=["jyj"]), **HEADERS, **request.pop("headers", {})}
    begun = time.monotonic()
    answer = await service.http.request(operation.method, headers=headers, **request)
    return operation, answer, time.monotonic() - begun


async def everybody_is_told(services: dict[str, Running]) -> None:
    """Every operation of every service, two dozen at a time: more would measure this machine, not the promise."""
    free = asyncio.Semaphore(24)

    async def one(operation: Operation) -> tuple[Operation, httpx.Response, float]:
        async with free:
            return await asked(services[operation.service], operation)

    answers = await asyncio.gather(*map(one, OPERATIONS))
    wrong = [f"{each}: {took:.1f} s, {answer.text[:200]}" for each, answer, took in answers if not _told(each, answer)]
    late = [f"{each}: {took:.1f} s" for each, _, took in answers if took >= PROMISED]
    assert (wrong, late) == ([], [])


def _told(operation: Operation, answer: httpx.Response) -> bool:
    """Whether this says that the database is away, and when to come back."""
    if str(operation) in WITHOUT_DATABASE:
        return answer.status_code < 500
    if (answer.status_code, answer.headers["content-type"]) != (503, MEDIA_TYPE):
        return False
    return answer.json()["code"] == "database_away" and int(answer.headers["retry-after"]) > 0


async def probed(service: Running) -> None:
    """Not ready, and says why; alive."""
    begun = time.monotonic()
    ready = await service.http.get("/readyz")
    assert time.monotonic() - begun < PROMISED
    assert (ready.status_code, ready.json()["failing"]["database"]) == (503, "database_away")
    assert (await service.http.get("/livez")).status_code == 200


def events(service: Running) -> Counter[str]:
    """How often each event stands in its log."""
    return Counter(each["event"] for each in log_of(service))


@pytest.mark.parametrize("goes", [kill, hang])
async def test_everybody_is_told_in_time_whatever_they_ask_for_and_it_comes_back(
    running: Runner, new_district: Districts, goes: Callable[[Proxy], Awaitable[None]]
) -> None:
    async with four(running, new_district) as (services, proxy):
        registration, scoring = services["registration"], services["scoring"]
        assert (await put(registration, "before")).status_code == 200
        await eventually(lambda: consumed(scoring, 1), 20)
        await goes(proxy)
        await asyncio.gather(*(probed(each) for each in services.values()))
        await everybody_is_told(services)
        await scoring.district.produce(unit("meanwhile"), "meanwhile", 1)
        await eventually(lambda: retried(scoring), 10)
        await eventually(lambda: known_to_be_away(registration))

        await proxy.heal()
        begun = time.monotonic()
        await eventually(lambda: all_ready(services), RETURN)
        assert (await put(registration, "after")).status_code == 200
        await eventually(lambda: consumed(scoring, 3), RETURN)
        assert time.monotonic() - begun < RETURN
        assert await scoring.metric("openday_dead_letters_total") == 0
        await eventually(lambda: known_to_be_back(registration))
        for each in services.values():
            told = events(each)
            assert (told["database_away"], told["database_back"]) == (1, 1), each.name


@pytest.mark.parametrize("goes", [kill, hang])
async def test_the_first_to_ask_and_those_behind_them_in_the_lane_are_told_in_time(
    running: Runner, new_district: Districts, goes: Callable[[Proxy], Awaitable[None]]
) -> None:
    district = new_district()
    async with proxied(district.mongo_url) as proxy:
        through = f"mongodb://127.0.0.1:{proxy.port}"
        async with running("registration", district=district, OPENDAY_MONGO__URL=through) as registration:
            assert (await put(registration, "hot")).status_code == 200
            await goes(proxy)
            waits = [asyncio.ensure_future(timed(registration, "hot", number * 0.02)) for number in range(100)]
            waits += [asyncio.ensure_future(timed(registration, f"cold-{number}", 0)) for number in range(40)]
            for answer, took in await asyncio.gather(*waits):
                assert (answer.status_code, took < PROMISED) == (503, True), f"{answer.text} after {took:.1f} s"
            await proxy.heal()
            await eventually(registration.ready, RETURN)


async def timed(registration: Running, unit_id: str, after: float) -> tuple[httpx.Response, float]:
    """One of a stream of commands, and how long it took."""
    await asyncio.sleep(after)
    begun = time.monotonic()
    return await put(registration, unit_id), time.monotonic() - begun


async def retried(service: Running) -> bool:
    """Its consumer waits for the database."""
    return await service.metric("openday_consumer_retries_total") >= 1


async def known_to_be_away(service: Running) -> bool:
    """Its gauge says so; it is set every second."""
    return await service.metric("openday_database_away_seconds") > 0


async def known_to_be_back(service: Running) -> bool:
    """Its gauge says so; it is set every second."""
    return await service.metric("openday_database_away_seconds") == 0


async def all_ready(services: dict[str, Running]) -> bool:
    """All of them take traffic."""
    return all(await asyncio.gather(*(each.ready() for each in services.values())))
