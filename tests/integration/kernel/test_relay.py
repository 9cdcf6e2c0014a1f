"""Outbox to broker: everything, in order per aggregate, at least once, whatever fails in between."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from shared.events.envelope import Envelope
from shared.messaging.kafka import KafkaPublisher
from shared.messaging.ports import Message, Publisher
from shared.metrics import Metrics
from shared.storage import lane, relay
from shared.storage.aggregates import Aggregates
from shared.storage.mongo import MongoDocuments
from shared.storage.ports import Documents
from shared.storage.relay import Relay
from tests.integration.kernel.conftest import Stores
from tests.support.broker import Log
from tests.support.district import District
from tests.support.documents import Watched
from tests.support.tally import Tally
from tests.support.waiting import eventually

Store = Aggregates[Tally]
TOPIC = "t.feedback.events.v1"


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks are not waited for."""
    monkeypatch.setattr(lane, "LAZY_MARK", 0.02)


@asynccontextmanager
async def relaying(store: Store, publisher: Publisher, prefix: str = "t") -> AsyncIterator[Relay]:
    """The relay of one process, stopped in order."""
    made, stop = Relay("feedback", [store], publisher, prefix, store._metrics), asyncio.Event()
    running = asyncio.ensure_future(made.run(stop))
    try:
        yield made
    finally:
        stop.set()
        await asyncio.wait_for(running, 10)
        await store.settle()


async def adding(store: Store, tallies: int, times: int) -> None:
    async def one(id_: str) -> None:
        await store.create(lambda: Tally(id=id_), id_)
        for _ in range(times):
            await store.change(id_, Tally.add)

    await asyncio.gather(*(one(f"t{number}") for number in range(tallies)))


def first_occurrences(log: Log) -> dict[str, list[int]]:
    """Of every aggregate, the sequences in the order in which each came first."""
    found: dict[str, list[int]] = {}
    for record in log.records(TOPIC):
        envelope = Envelope.read(record.headers)
        sequences = found.setdefault(envelope.aggregate.removeprefix("feedback.tally."), [])
        if envelope.sequence not in sequences:
            sequences.append(envelope.sequence)
    return found


def everything_in_order(log: Log, tallies: int, times: int) -> None:
    assert first_occurrences(log) == {f"t{number}": list(range(1, times + 1)) for number in range(tallies)}


async def nothing_pending(documents: Documents) -> bool:
    return not await documents.find({"pending": {"$gt": 0}})


async def test_everything_is_published_in_order_and_then_forgotten(tallies: Stores, documents: Documents) -> None:
    log, store = Log(), tallies()
    async with relaying(store, log) as running:
        await adding(store, tallies=40, times=5)
        await eventually(lambda: running.idle)
    everything_in_order(log, 40, 5)
    assert len(log.records(TOPIC)) == 200, "nothing failed, so nothing is sent twice"
    assert await nothing_pending(documents)
    assert store._metrics.value("published_total", type="openday.feedback.progress-noted.v1") == 200
    assert store._metrics.value("outbox_depth") == 0


async def test_what_a_dead_process_left_is_published_by_the_next(tallies: Stores, documents: Documents) -> None:
    await adding(tallies(), tallies=3, times=4)
    log, store = Log(), tallies()
    async with relaying(store, log) as running:
        await eventually(lambda: len(log.records(TOPIC)) == 12)
        await eventually(lambda: running.idle)
    everything_in_order(log, 3, 4)
    assert await nothing_pending(documents)


async def nothing_is_lost_in_a_crash(tallies: Stores, log: Log) -> None:
    """A process that dies between the broker's acknowledgement and the mark, then another life of it."""
    dying = tallies()
    async with relaying(dying, log) as running:
        await adding(dying, tallies=3, times=4)
        await eventually(lambda: running.idle)
    next_life = tallies()
    async with relaying(next_life, log):
        await eventually(lambda: nothing_pending(next_life._documents))
    everything_in_order(log, 3, 4)


async def test_a_crash_between_acknowledgement_and_mark_repeats_but_loses_nothing(
    tallies: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log()
    with monkeypatch.context() as crash:
        crash.setattr(lane.Lane, "_mark_in", lambda *_: None)  # the mark is never written by the first life
        dying = tallies()
        async with relaying(dying, log) as running:
            await adding(dying, tallies=1, times=1)
            await dying.change("t0", Tally.add)
            await eventually(lambda: running.idle)
    before = len(log.records(TOPIC))
    next_life = tallies()
    async with relaying(next_life, log) as running:
        await eventually(lambda: len(log.records(TOPIC)) > before)
        await eventually(lambda: running.idle)
    everything_in_order(log, 1, 2)


async def test_control_a_mark_before_the_acknowledgement_loses_facts(
    tallies: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hasty(self: Relay, addresses: list[tuple[str, str]]) -> None:
        told = {each: await self._entries(each) for each in addresses}
        for (store, id_), entries in told.items():
            self._waiting.pop((store, id_), None)
            if entries:
                self._stores[store].acknowledge(id_, entries[-1].seq)
        await self._publisher.publish([self._message(each, entry) for each in told for entry in told[each]])

    monkeypatch.setattr(Relay, "_round", hasty)
    with pytest.raises(AssertionError):
        await nothing_is_lost_in_a_crash(tallies, Log(fails=2))


async def test_without_that_haste_nothing_is_lost(tallies: Stores) -> None:
    await nothing_is_lost_in_a_crash(tallies, Log(fails=2))


@pytest.mark.parametrize("log", [Log(fails=4), Log(fails=4, sends_before_failing=True)], ids=["unsent", "sent"])
async def test_a_broker_that_does_not_acknowledge_gets_it_again(tallies: Stores, log: Log) -> None:
    store = tallies()
    async with relaying(store, log) as running:
        await adding(store, tallies=5, times=3)
        await eventually(lambda: running.idle)
    everything_in_order(log, 5, 3)
    assert store._metrics.value("publish_failures_total") >= 1


async def test_commands_are_answered_while_the_broker_is_away(tallies: Stores) -> None:
    log, store = Log(fails=10_000), tallies()
    async with relaying(store, log):
        await adding(store, tallies=2, times=10)
        await eventually(lambda: store._metrics.value("outbox_depth") == 20)
        await eventually(lambda: store._metrics.value("outbox_oldest_seconds") > 0)
        log.fails = 0
    everything_in_order(log, 2, 10)


async def test_two_replicas_lose_nothing_and_keep_the_order(tallies: Stores, documents: Documents) -> None:
    log, one, other = Log(), tallies(), tallies()
    async with relaying(one, log), relaying(other, log):
        await one.create(lambda: Tally(id="t0"), "t0")
        for _ in range(10):
            await asyncio.gather(*(each.change("t0", Tally.add) for each in (one, other)))
    everything_in_order(log, 1, 20)
    assert await nothing_pending(documents)


async def test_a_damaged_document_is_said_and_stops_nobody_else(
    tallies: Stores, documents: MongoDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "SWEEP", 0.05)
    await adding(tallies(), tallies=2, times=2)
    await documents._collection.update_one({"_id": "t0"}, {"$set": {"state": {"total": "much"}}})
    log, store = Log(), tallies()
    async with relaying(store, log):
        await eventually(lambda: len(log.records(TOPIC)) == 2)
    assert first_occurrences(log) == {"t1": [1, 2]}


async def test_a_busy_aggregate_keeps_no_quiet_one_waiting(tallies: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "WORKERS", 1)
    log, store = Log(), tallies()
    async with relaying(store, log):
        await store.create(lambda: Tally(id="busy"), "busy")
        await store.create(lambda: Tally(id="quiet"), "quiet")
        for number in range(60):
            await store.change("busy", Tally.add)
            if number == 20:
                await store.change("quiet", Tally.add)
    places = [Envelope.read(each.headers).aggregate for each in log.records(TOPIC)]
    assert places.index("feedback.tally.quiet") < len(places) - 10


class Holding(Log):
    """A broker of which one partition's leader says nothing for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = asyncio.Event()

    async def publish(self, messages: Sequence[Message]) -> None:
        if any(Envelope.read(each.headers).aggregate.endswith(".slow") for each in messages):
            await self.heard.wait()
        await super().publish(messages)


async def nobody_waits_for_the_slow_one(store: Store) -> None:
    log = Holding()
    async with relaying(store, log) as running:
        await eventually(lambda: running.idle)
        await store.create(lambda: Tally(id="slow"), "slow")
        await store.change("slow", Tally.add)
        await eventually(lambda: running._under_way)
        await adding(store, tallies=5, times=4)
        try:
            await eventually(lambda: len(log.records(TOPIC)) == 20, 3)
            assert not running.idle
        finally:
            log.heard.set()
        await eventually(lambda: running.idle)
    assert first_occurrences(log)["slow"] == [1]


async def test_one_without_an_acknowledgement_keeps_no_other_waiting(tallies: Stores) -> None:
    await nobody_waits_for_the_slow_one(tallies())


async def test_control_with_one_round_at_a_time_everybody_waits_for_the_slowest(
    tallies: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "ROUNDS", 1)
    with pytest.raises(AssertionError):
        await nobody_waits_for_the_slow_one(tallies())


async def test_a_stop_during_the_first_sweep_is_heard(tallies: Stores, documents: Documents) -> None:
    class Slow(Watched):
        async def find(self, *args: Any, **kwargs: Any) -> Any:
            await asyncio.sleep(0.05)
            return await super().find(*args, **kwargs)

    made, stop = Relay("feedback", [store := tallies(Slow(documents))], Log(), "t", store._metrics), asyncio.Event()
    running = asyncio.ensure_future(made.run(stop))
    await asyncio.sleep(0)
    stop.set()
    await asyncio.wait_for(running, 3)


async def test_the_real_broker_has_it_in_order_with_every_attribute(tallies: Stores, district: District) -> None:
    store = tallies()
    publisher = KafkaPublisher(district.kafka, Metrics("feedback"))
    await district.publish([])
    async with relaying(store, publisher, district.name) as running:
        await adding(store, tallies=4, times=25)
        await eventually(lambda: running.idle)
    await publisher.close()
    published = await district.consume("feedback")
    assert len(published) == 100
    for number in range(4):
        of_one = [each for each in published if each.envelope.aggregate == f"feedback.tally.t{number}"]
        assert [each.envelope.sequence for each in of_one] == list(range(1, 26))
        assert [each.fact.model_dump()["unit_id"] for each in of_one] == [f"total-{total}" for total in range(1, 26)]
        assert {each.envelope.key for each in of_one} == {"activity-1"}


async def test_a_producer_that_failed_is_replaced(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = Metrics("feedback")
    publisher = KafkaPublisher(district.kafka, metrics)
    await district.publish([])
    message = Message(f"{district.name}.feedback.events.v1", b"k", b"{}", [])
    await publisher.publish([message])
    first = publisher._producer
    too_big = Message(message.topic, b"k", b"x" * 2_000_000, [])
    with pytest.raises(Exception, match="MessageSizeTooLarge"):
        await publisher.publish([too_big])
    await publisher.publish([message])
    assert publisher._producer is not first
    assert metrics.value("producer_rebuilds_total") == 1
    await publisher.close()
