"""F9, F10, F11, F17: the ways between services and engines are cut in the middle of an answer, slow, or one-way."""

import asyncio

from tests.faults.lab.stage import Stage
from tests.faults.lab.toxiproxy import Toxic
from tests.faults.lab.trial import Row

SESSION = 6.0  # seconds after which a silent member of a group has gone


async def replies_lost(stage: Stage) -> None:
    """F9: connections to the database break in the middle of answers, then by resets."""
    victims = ("registration", "feedback", "reporting")
    limits = {each: stage.chance.randint(3_000, 20_000) for each in victims}
    for service, limit in limits.items():
        await stage.network.harm(service, "mongo", Toxic("limit_data", "downstream", {"bytes": limit}))
    stage.did(f"answers of the database cut after so many bytes of each connection: {limits}")
    await asyncio.sleep(4)
    await stage.network.heal()
    for service in victims:
        wait = stage.chance.randint(50, 300)
        await stage.network.harm(service, "mongo", Toxic("reset_peer", "downstream", {"timeout": wait}))
    stage.did("connections to the database reset after some milliseconds")
    await asyncio.sleep(2)


async def slow(stage: Stage) -> None:
    """F10: 500 ± 400 ms to the broker and to one database, and 1 KB/s; nobody is thrown out of a group for it."""
    before = {each: stage.lab.engines.rebalances(stage.site.group(each)) for each in stage.site.services}
    latency = {"latency": 500, "jitter": 400}
    for service in ("registration", "scoring"):
        await stage.network.harm(service, "kafka", Toxic("latency", "downstream", latency))
    await stage.network.harm("feedback", "mongo", Toxic("latency", "upstream", latency))
    await stage.network.harm("reporting", "kafka", Toxic("bandwidth", "downstream", {"rate": 1}))
    stage.did("latency 500 ± 400 ms (registration, scoring: broker; feedback: database), 1 KB/s (reporting: broker)")
    await asyncio.sleep(8)
    formed = {
        each: stage.lab.engines.rebalances(stage.site.group(each)) - times for each, times in before.items() if times
    }
    stage.expect(all(times <= 1 for times in formed.values()), f"groups formed anew under latency: {formed}")


async def one_way(stage: Stage) -> None:
    """F11: what is said does not arrive, or what is answered; longer than a session, so a reader is put out."""
    await stage.network.harm("scoring", "kafka", Toxic("timeout", "upstream", {"timeout": 0}))
    await stage.network.harm("reporting", "kafka", Toxic("timeout", "downstream", {"timeout": 0}))
    await stage.network.harm("registration", "mongo", Toxic("timeout", "downstream", {"timeout": 0}))
    stage.did("scoring → broker, broker → reporting, database → registration: nothing passes")
    await asyncio.sleep(SESSION + 2)
    alive = {name: await each.status("/livez") for name, each in stage.site.services.items()}
    stage.expect(set(alive.values()) == {200}, f"alive behind a one-way network: {alive}")


async def slow_reader(stage: Stage) -> None:
    """F17: one reader needs a second for each event, another stands still longer than its session; others go on."""
    await stage.network.harm("scoring", "mongo", Toxic("latency", "upstream", {"latency": 300}))
    stage.service("reporting").freeze()
    stage.did("scoring's database 300 ms away, reporting stopped")
    await asyncio.sleep(SESSION + 3)
    stage.service("reporting").thaw()
    stage.did("reporting goes on")
    lag = stage.service("scoring").metric
    await stage.expect_soon(lambda: _positive(lag), 6, "scoring is slow, and its lag is not shown")
    refused = [
        each for each in stage.traffic.moments if each.service in ("registration", "feedback") and _bad(each.status)
    ]
    stage.expect(not refused, f"{len(refused)} people at other services saw an error")


async def _positive(lag: object) -> bool:
    return bool(await lag("openday_consumer_lag") > 0)  # type: ignore[operator]


def _bad(status: int) -> bool:
    return status == 0 or status >= 500


F9 = Row(name="F9", title="answers of the database lost after the write", inject=replies_lost, proxied=True)
F10 = Row(name="F10", title="latency and a narrow way", inject=slow, proxied=True)
F11 = Row(name="F11", title="one-way network", inject=one_way, proxied=True)
F17 = Row(name="F17", title="a slow reader and one that stands still", inject=slow_reader, proxied=True)
