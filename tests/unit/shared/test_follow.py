"""What a service does about its own facts: all of them, in order, at least once, not behind the broker."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from shared.metrics import Metrics
from shared.storage import lane, relay
from shared.storage.aggregates import Aggregates
from shared.storage.document import Entry
from shared.storage.relay import Relay
from tests.support.broker import Log
from tests.support.collection import MemoryDocuments
from tests.support.documents import away
from tests.support.tally import HandClock, Tally, published
from tests.support.waiting import eventually

TOPIC = "t.feedback.events.v1"


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks and rests are short."""
    monkeypatch.setattr(lane, "LAZY_MARK", 0.02)
    monkeypatch.setattr(relay, "FIRST_PAUSE", 0.01)


@dataclass
class Life:
    """One process that follows itself; `fails` are raised in turn, one for each call."""

    documents: MemoryDocuments = field(default_factory=MemoryDocuments)
    log: Log = field(default_factory=Log)
    fails: list[Exception] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.metrics = Metrics("feedback")
        self.store = Aggregates("tally", Tally, self.documents, published, HandClock(), self.metrics)

    async def follow(self, entries: Sequence[Entry]) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.heard += [each.seq for each in entries]

    async def say(self, times: int) -> None:
        """So many facts of one aggregate."""
        await self.store.change_or_create("t", lambda: Tally(id="t"), lambda each: each.limit)
        for _ in range(times):
            await self.store.change("t", Tally.add)

    @asynccontextmanager
    async def relaying(self) -> AsyncIterator[Relay]:
        made = Relay("feedback", [self.store], self.log, "t", self.metrics, self.follow)
        stop = asyncio.Event()
        running = asyncio.ensure_future(made.run(stop))
        try:
            yield made
            await eventually(lambda: made.idle)
        finally:
            stop.set()
            await asyncio.wait_for(running, 10)
            await self.store.settle()

    @property
    def published(self) -> int:
        return len(self.log.records(TOPIC))


async def test_every_fact_is_followed_in_order_and_published() -> None:
    life = Life()
    async with life.relaying():
        await life.say(20)
    assert life.heard == list(range(1, 21))
    assert life.published == 20


async def test_a_broker_that_is_away_keeps_nobody_from_following_and_nothing_is_followed_twice_for_it() -> None:
    life = Life(log=Log(fails=3))
    async with life.relaying():
        await life.say(3)
    assert life.heard == [1, 2, 3]
    assert life.published == 3


async def stays_until_it_was_followed(why: Exception) -> None:
    life = Life(fails=[why])
    async with life.relaying():
        await life.say(1)
    assert life.heard == [1]


async def test_a_fact_stays_until_it_was_followed() -> None:
    await stays_until_it_was_followed(away())


async def test_control_what_is_no_outage_is_done_with_and_counted() -> None:
    """A defect of ours would keep the aggregate's facts for ever: it is logged, and others read them all the same."""
    with pytest.raises(AssertionError):
        await stays_until_it_was_followed(ValueError("a defect"))
    life = Life(fails=[ValueError("a defect")])
    async with life.relaying():
        await life.say(1)
        await eventually(lambda: life.published == 1)
        await life.say(1)
    assert life.heard == [2]
    assert life.metrics.value("follow_failures_total") == 1


async def test_what_was_not_marked_before_a_crash_is_followed_again() -> None:
    first = Life(log=Log(fails=10_000))
    await first.say(2)
    running = asyncio.ensure_future(
        Relay("feedback", [first.store], first.log, "t", first.metrics, first.follow).run(asyncio.Event())
    )
    await eventually(lambda: first.heard == [1, 2])
    running.cancel()
    next_life = Life(documents=first.documents)
    async with next_life.relaying():
        pass
    assert next_life.heard == [1, 2]


async def test_a_stop_waits_for_what_is_followed() -> None:
    life, gate = Life(), asyncio.Event()
    follow = life.follow

    async def slow(entries: Sequence[Entry]) -> None:
        await gate.wait()
        await follow(entries)

    life.follow = slow  # type: ignore[method-assign]
    asyncio.get_running_loop().call_later(0.2, gate.set)
    async with life.relaying():
        await life.say(1)
    assert life.heard == [1]


async def test_one_that_must_be_followed_again_repeats_nobody_elses_facts() -> None:
    life, outages = Life(), 2

    async def one_is_away(entries: Sequence[Entry]) -> None:
        nonlocal outages
        life.heard.append(len(entries))
        if len(entries) == 1 and outages:
            outages -= 1
            raise away()

    life.follow = one_is_away  # type: ignore[method-assign]
    for id_, facts in (("one", 1), ("two", 2)):
        await life.store.create(lambda id_=id_: Tally(id=id_), id_)  # type: ignore[misc]
        for _ in range(facts):
            await life.store.change(id_, Tally.add)
    async with life.relaying():
        pass
    assert sorted(life.heard) == [1, 1, 1, 2]
    assert life.published == 3 * 1 + 2
