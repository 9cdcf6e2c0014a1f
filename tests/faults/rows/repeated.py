"""F12, F14: records come again that came long ago; records of one entity come in the wrong order."""

import asyncio
from typing import Any

from pymongo import MongoClient

from shared.events.catalogue import events_topic
from shared.events.envelope import Envelope
from tests.faults.lab.raw import Raw, send, some_old
from tests.faults.lab.stage import Stage
from tests.faults.lab.trial import Row
from tests.faults.oracle.quiet import OWNERS

OLD, TIMES = 25, (2, 5)
WAITING = 15.0  # seconds


async def twice_and_more(stage: Stage) -> None:
    """F12: old records again, two to five times each, byte for byte."""
    topics = [stage.site.where.topic(each) for each in OWNERS]
    chosen = await asyncio.to_thread(some_old, stage.site.where.kafka, topics, OLD, stage.chance)
    repeats = [each for each in chosen for _ in range(stage.chance.randint(*TIMES))]
    stage.chance.shuffle(repeats)
    dropped = await _dropped(stage)
    places = await asyncio.to_thread(send, stage.site.where.kafka, [Raw.again(each) for each in repeats])
    _put_in(stage, places)
    stage.did(f"{len(chosen)} old records sent again, {len(repeats)} times in all")

    async def counted() -> None:
        now = await _dropped(stage)
        stage.expect(now - dropped >= len(repeats), f"{len(repeats)} repeats, {now - dropped:g} were counted as such")

    stage.later.append(counted)


async def later_before_earlier(stage: Stage) -> None:
    """F14: while an owner's relay is cut off, its second waiting fact is sent before the first."""
    await stage.network.cut("registration", "kafka")
    client: MongoClient[dict[str, Any]] = MongoClient(
        stage.site.where.mongo, serverSelectionTimeoutMS=3000, tz_aware=True
    )
    try:
        await asyncio.sleep(2)
        rosters = client[stage.site.where.databases["registration"]]["roster"]
        waiting = [each for each in rosters.find({"pending": {"$gt": 1}}) if isinstance(each["outbox"], list)]
    finally:
        client.close()
    stage.expect(waiting, "no roster had two facts waiting")
    early = [_record(stage, each["_id"], each["outbox"][1]) for each in waiting[:4]]
    _put_in(stage, await asyncio.to_thread(send, stage.site.where.kafka, early))
    stage.did(f"{len(early)} facts sent before the one that goes before them")
    await stage.expect_soon(lambda: _parked(stage), WAITING, "nothing was parked")
    await stage.network.renew("registration", "kafka")


def _record(stage: Stage, id_: str, entry: dict[str, Any]) -> Raw:
    """As the relay would send it."""
    aggregate = f"registration.roster.{id_}"
    envelope = Envelope(
        id=f"{aggregate}-{entry['seq']}",
        source="/openday/registration",
        type=entry["type"],
        aggregate=aggregate,
        sequence=entry["seq"],
        time=entry["time"],
        key=entry["key"],
        chain=entry["chain"],
        traceparent=entry["traceparent"],
    )
    topic = events_topic("registration", stage.site.where.prefix)
    return Raw(topic, entry["key"].encode(), entry["body"], envelope.headers())


def _put_in(stage: Stage, places: list[tuple[str, int, int]]) -> None:
    for topic, partition, offset in places:
        stage.expected.injected.setdefault(topic, []).append([partition, offset])


async def _dropped(stage: Stage) -> float:
    return sum([await each.metric("openday_duplicates_total") for each in stage.site.services.values()])


async def _parked(stage: Stage) -> bool:
    readers = ("feedback", "reporting", "scoring")
    return all([await stage.service(each).metric("openday_parked_events") > 0 for each in readers])


F12 = Row(name="F12", title="old records come again", inject=twice_and_more)
F14 = Row(
    name="F14", title="later facts of an entity come before earlier ones", inject=later_before_earlier, proxied=True
)
