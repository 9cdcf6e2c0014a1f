"""Timers ring exactly once: across restarts, late wake-ups, replicas and failures."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from shared.aggregate import Aggregate
from shared.metrics import Metrics
from shared.storage import timers as module
from shared.storage.aggregates import Aggregates
from shared.storage.ports import Documents
from shared.storage.timers import Timers
from tests.integration.kernel.conftest import Stores
from tests.support.documents import Watched
from tests.support.tally import NOON, HandClock, Tally
from tests.support.waiting import eventually

Store = Aggregates[Tally]


@asynccontextmanager
async def ringing(store: Store, clock: HandClock, patience: float = 10) -> AsyncIterator[Timers]:
    """The timers of one process."""
    timers, stop = Timers([store], clock, store._metrics), asyncio.Event()
    running = asyncio.ensure_future(timers.run(stop))
    try:
        yield timers
        await eventually(lambda: running.done() or timers.settled_at == clock.now(), patience)
    finally:
        stop.set()
        await running


async def waiting_tally(store: Store, id_: str = "t", after: float = 60) -> None:
    def made() -> Tally:
        tally = Tally(id=id_)
        tally.remind(at=NOON + timedelta(seconds=after))
        return tally

    await store.create(made, id_)


async def test_a_timer_rings_when_it_is_due_and_not_before(tallies: Stores) -> None:
    clock = HandClock()
    store = tallies(clock=clock)
    async with ringing(store, clock) as timers:
        await waiting_tally(store)
        clock.move(59.999)
        await eventually(lambda: timers.settled_at == clock.now())
        assert (await store.get("t")).rings == 0
        clock.move(0.001)
        await eventually(lambda: timers.settled_at == clock.now())
        tally = await store.get("t")
        assert (tally.rings, tally.timers) == (1, {})


async def rings_once(make: Callable[[HandClock], Store], patience: float = 10) -> None:
    clock = HandClock()
    await waiting_tally(make(clock))
    clock.move(3600)
    for _ in range(3):  # three lives of a process, all of them late
        async with ringing(make(clock), clock, patience):
            pass
    one, other = make(clock), make(clock)
    async with ringing(one, clock, patience), ringing(other, clock, patience):
        pass
    tally = await one.get("t")
    assert tally.rings == 1
    assert tally.at == NOON + timedelta(seconds=60), "it rings for the time that it was set for"
    assert [each.seq for each in await one.unpublished("t")] == [1]


async def test_a_timer_rings_once_across_restarts_replicas_and_a_late_wake_up(tallies: Stores) -> None:
    await rings_once(lambda clock: tallies(clock=clock))


async def test_control_when_taking_it_off_is_no_part_of_the_change_it_rings_again(
    tallies: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def apart(self: Store, id_: str, timer: str) -> None:
        await self.change(id_, lambda tally: tally.ring(timer, tally.timers[timer]))

    monkeypatch.setattr(Aggregates, "ring", apart)
    with pytest.raises(AssertionError):
        await rings_once(lambda clock: tallies(clock=clock), patience=0.5)


async def test_two_replicas_ring_each_timer_once_between_them(tallies: Stores) -> None:
    clock = HandClock()
    one, other = tallies(clock=clock), tallies(clock=clock)
    for number in range(20):
        await waiting_tally(one, f"t{number}", after=number)
    async with ringing(one, clock), ringing(other, clock):
        clock.move(60)
    assert [each.rings for each in await one.find()] == [1] * 20


async def test_a_timer_moved_or_taken_off_does_not_ring_at_its_old_time(tallies: Stores) -> None:
    clock = HandClock()
    store = tallies(clock=clock)
    async with ringing(store, clock) as timers:
        await waiting_tally(store)
        await store.change("t", lambda tally: tally.remind(at=NOON + timedelta(seconds=120)))
        clock.move(61)
        await eventually(lambda: timers.settled_at == clock.now())
        assert (await store.get("t")).rings == 0
        clock.move(60)
    assert (await store.get("t")).rings == 1


async def test_one_broken_timer_stops_nobody_elses(tallies: Stores) -> None:
    clock = HandClock()
    store = tallies(clock=clock)
    await waiting_tally(store, "good")
    await waiting_tally(store, "bad", after=1)
    await store.change("bad", lambda tally: tally.timers.update(broken=NOON))
    async with ringing(store, clock):
        clock.move(61)
    assert (await store.get("good")).rings == 1
    bad = await store.get("bad")
    assert (bad.rings, bad.timers) == (1, {"broken": NOON}), "its other timer rang; this one waits for the next sweep"
    assert store._metrics.value("timers_failed_total", store="tally") >= 1


async def test_a_database_that_is_away_delays_and_loses_nothing(tallies: Stores, documents: Documents) -> None:
    clock, watched = HandClock(), Watched(documents)
    store = tallies(watched, clock)
    await waiting_tally(store)
    async with ringing(store, clock):
        watched.fails["replace"] = "before"
        clock.move(61)
        await eventually(lambda: watched.calls["replace"] >= 1)
        watched.fails.clear()
    assert (await store.get("t")).rings == 1


async def test_a_timer_set_while_another_rings_is_not_lost(tallies: Stores) -> None:
    clock = HandClock()
    store = tallies(clock=clock)
    await waiting_tally(store, "first", after=60)
    await waiting_tally(store, "second", after=3600)

    async def ring(id_: str, timer: str) -> None:
        await store.ring(id_, timer)
        if id_ == "first":  # an earlier one than any that waits
            await store.change("second", lambda tally: tally.remind(at=NOON))

    timers, stop = Timers([store], clock, store._metrics, {"tally": ring}), asyncio.Event()
    running = asyncio.ensure_future(timers.run(stop))
    clock.move(61)
    await eventually(lambda: _rung(store, "second"))
    stop.set()
    await running


async def _rung(store: Store, id_: str) -> bool:
    return (await store.get(id_)).rings == 1


async def test_a_deleted_aggregate_takes_its_timers_along(tallies: Stores) -> None:
    clock = HandClock()
    store = tallies(clock=clock)
    async with ringing(store, clock) as timers:
        await waiting_tally(store)
        await store.delete("t")
        clock.move(61)
        await eventually(lambda: timers.settled_at == clock.now())


async def test_a_sweep_finds_what_another_process_set(tallies: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SWEEP", 0.05)
    clock = HandClock()
    mine, other = tallies(clock=clock), tallies(clock=clock)
    async with ringing(mine, clock):
        await waiting_tally(other)
        clock.move(61)
        await eventually(lambda: _rung(mine, "t"))


async def test_a_sweep_reads_timers_alone_and_is_not_stopped_by_a_state_that_cannot_be_read(
    tallies: Stores, documents: Documents
) -> None:
    clock = HandClock()
    await waiting_tally(tallies(clock=clock), "good")
    stored = await documents.get("good")
    assert stored
    await documents.insert({**stored, "_id": "a-bad-one", "state": {"timers": stored["state"]["timers"]}})
    store = tallies(clock=clock)
    async with ringing(store, clock):
        clock.move(61)
        await eventually(lambda: _rung(store, "good"))
    assert store._metrics.value("timers_failed_total", store="tally") == 1


def test_an_aggregate_that_does_not_know_a_timer_says_so() -> None:
    with pytest.raises(LookupError, match="does not know a timer"):
        Aggregate(id="a").ring("unheard-of", NOON)
    assert Metrics("feedback").value("timers_failed_total", store="tally") == 0
