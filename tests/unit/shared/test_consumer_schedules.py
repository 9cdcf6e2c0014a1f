"""The rules of reading under random repeats, reorderings and crashes: every effect in order, none skipped."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events.envelope import Envelope
from shared.events.registration_v1 import RegistrationClosed
from shared.messaging import consumer as module
from shared.messaging.consumer import Consumer
from shared.metrics import Metrics
from tests.support.broker import Crash, Log, LogReader, MemoryInbox
from tests.support.events import message

TOPIC = "t.registration.events.v1"
AGGREGATES = ("a", "b", "c")


@st.composite
def schedules(draw: st.DrawFn) -> tuple[list[tuple[str, int]], list[int]]:
    """Deliveries of the facts of three aggregates, repeated and out of order, and the commits at which we crash."""
    lengths = {each: draw(st.integers(1, 6)) for each in AGGREGATES}
    facts = [(each, sequence) for each, length in lengths.items() for sequence in range(1, length + 1)]
    repeats = draw(st.lists(st.sampled_from(facts), max_size=10))
    return draw(st.permutations(facts + repeats)), draw(st.lists(st.integers(1, 4), max_size=3))


async def applied_by(
    deliveries: list[tuple[str, int]], crashes: list[int], after_effects: frozenset[int] = frozenset()
) -> list[tuple[str, int]]:
    """The effects of a service that reads these deliveries and dies at these commits, life after life.

    It also dies right after the effects with these numbers, before it could remember them.
    """
    log, inbox, effects = Log(), MemoryInbox(), list[tuple[str, int]]()
    for aggregate, sequence in deliveries:
        log.append(message(aggregate, sequence))

    async def effect(_: RegistrationClosed, envelope: Envelope) -> None:
        effects.append((envelope.aggregate, envelope.sequence))
        if len(effects) in after_effects:
            raise Crash

    committed: dict[tuple[str, int], int] = {}
    for crash in [*crashes, *[None] * (len(after_effects) + 1)]:
        reader = LogReader(log, [TOPIC], committed)
        reader.crash_at_commit = crash
        consumer = Consumer("scoring", {RegistrationClosed: effect}, inbox, log, "t.dead", Metrics("scoring"))
        with suppress(Crash), pytest.MonkeyPatch.context() as hurry:
            hurry.setattr(module, "SWEEP", 0)
            await _until_read(consumer, reader, inbox, len(deliveries))
    assert log.records("t.dead") == []
    assert await inbox.count_parked() == 0
    return effects


async def _until_read(consumer: Consumer, reader: LogReader, inbox: MemoryInbox, end: int) -> None:
    stop = asyncio.Event()
    running = asyncio.ensure_future(consumer.run(reader, stop))
    while not running.done() and (reader.committed.get((TOPIC, 0), 0) < end or inbox.waiting):  # noqa: ASYNC110
        await asyncio.sleep(0)
    stop.set()
    await running


def in_order(effects: list[tuple[str, int]], deliveries: list[tuple[str, int]]) -> None:
    """Every fact had its effect, first times in order."""
    for aggregate in AGGREGATES:
        first = list(dict.fromkeys(sequence for name, sequence in effects if name == aggregate))
        longest = max(sequence for name, sequence in deliveries if name == aggregate)
        assert first == list(range(1, longest + 1))


def once_each(effects: list[tuple[str, int]], deliveries: list[tuple[str, int]]) -> None:
    in_order(effects, deliveries)
    assert len(effects) == len(set(effects))


@settings(max_examples=150, deadline=None)
@given(schedules())
def test_any_schedule_of_repeats_reorderings_and_crashes_ends_the_same(
    schedule: tuple[list[tuple[str, int]], list[int]],
) -> None:
    deliveries, crashes = schedule
    once_each(asyncio.run(applied_by(deliveries, crashes)), deliveries)


@settings(max_examples=100, deadline=None)
@given(schedules(), st.frozensets(st.integers(1, 12), max_size=3))
def test_a_crash_between_effect_and_memory_repeats_that_effect_alone(
    schedule: tuple[list[tuple[str, int]], list[int]], after_effects: frozenset[int]
) -> None:
    deliveries, crashes = schedule
    effects = asyncio.run(applied_by(deliveries, crashes, after_effects))
    in_order(effects, deliveries)
    assert len(effects) <= len(set(effects)) + len(after_effects)


REPEATED = [("a", 1), ("a", 2), ("a", 1), ("b", 1), ("c", 1), ("a", 2)]
REORDERED = [("a", 2), ("b", 1), ("a", 1), ("c", 1)]


async def test_control_without_the_comparison_repeats_have_effects(monkeypatch: pytest.MonkeyPatch) -> None:
    async def always(self: Consumer, envelope: Envelope, record: object) -> None:
        await self._apply(envelope, record)  # type: ignore[arg-type]

    once_each(await applied_by(REPEATED, []), REPEATED)
    monkeypatch.setattr(Consumer, "_in_sequence", always)
    with pytest.raises(AssertionError):
        once_each(await applied_by(REPEATED, []), REPEATED)


async def test_control_without_parking_a_gap_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    async def dropped(*_: object) -> None:
        return None

    in_order(await applied_by(REORDERED, []), REORDERED)
    monkeypatch.setattr(MemoryInbox, "park", dropped)
    with pytest.raises(AssertionError):
        in_order(await applied_by(REORDERED, []), REORDERED)


async def test_control_a_commit_before_the_effect_loses_it_in_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hasty(self: Consumer, subscription: LogReader, tp: tuple[str, int], records: list[object]) -> None:
        subscription.committed[tp] = records[-1].offset + 1  # type: ignore[attr-defined]
        await subscription.commit({})
        for each in records:
            await self._record(each)  # type: ignore[arg-type]

    in_order(await applied_by(REPEATED, [1]), REPEATED)
    monkeypatch.setattr(Consumer, "_partition", hasty)
    with pytest.raises(AssertionError):
        in_order(await applied_by(REPEATED, [1]), REPEATED)
