"""The rules of reading (`docs/adr/0006`).

Per partition in order; per aggregate `sequence == applied + 1` is applied, lower is dropped, higher is parked until the
hole fills. A dependency that is away pauses the partition and is tried again for ever. What can never be read goes to
the consumer's own dead letters with its original bytes, and the partition moves on. Offsets are committed explicitly,
after the effect.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from shared.errors import Problem, Unavailable
from shared.events.catalogue import CONTRACTS
from shared.events.contract import Contract
from shared.events.envelope import Envelope, Malformed
from shared.failpoints import failpoint
from shared.logging import get_logger, traceparent
from shared.messaging.dead_letters import dead_letter
from shared.messaging.ports import BrokerAway, Inbox, Publisher, PublishFailed, Received, Subscription
from shared.metrics import Metrics
from shared.time import elapsed

Effect = Callable[[Any, Envelope], Awaitable[None]]
Effects = Mapping[type[Contract], Effect]
"""What a service does about the facts it cares for. Every effect is idempotent, even after later ones:
a crash repeats it, and a reader that slept may end it when others have gone on."""

BATCH = 200
PATIENCE = 0.2  # seconds of one poll
LONGEST_PAUSE = 3.0  # seconds between two attempts while a dependency is away: five after its return all goes on
SWEEP = 2.0  # seconds between looks for parked events that an operator put back, and at the lag
IN_A_ROW = 50  # dead letters without one good event between them: the fault is ours, not theirs
HANDOVER = 4.0  # seconds that a partition that goes away waits for what is in hand; less than a session
LOOK = 3.0  # seconds that a look at the topics' ends may take
DEFECTS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError)
"""What an effect raises when it is wrong about this event. Anything else ends the process: nobody knows its cause."""


class Poison(Exception):
    """This record can never be applied. `reason` is from a closed list."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class Stuck(RuntimeError):
    """The consumer stopped making progress; the process ends and its supervisor starts another."""


class Halted(RuntimeError):
    """It would empty a topic into the dead letters. Nothing is read until an operator says so; a restart is no word."""


@dataclass
class Progress:
    """How far each partition is handled (the next offset), and when anything last moved (monotonic seconds)."""

    next_offsets: dict[tuple[str, int], int] = field(default_factory=dict)
    last_poll: float = field(default_factory=elapsed)
    records: int = 0
    seen: int = 0
    waiting_since: float | None = None
    lags: dict[str, int] = field(default_factory=dict)
    rotten: int | None = None  # dead letters in a row; not asked yet
    joined: bool = False
    deaf_since: float | None = None

    @property
    def deaf_for(self) -> float:
        """Seconds since the broker no longer said where its topics end; 0 while it does."""
        return 0.0 if self.deaf_since is None else elapsed() - self.deaf_since

    def alive(self) -> None:
        """The broker was heard, or an event is handled: silence counts from now."""
        self.last_poll = elapsed()

    def excused(self) -> None:
        """Nothing can be read, and that is known: neither silence nor what waits is held against the consumer."""
        self.last_poll = elapsed()
        self.waiting_since = self.deaf_since = None

    def stalled(self) -> tuple[float, float]:
        """Seconds without a sign of life, and seconds in which events wait and none arrives."""
        now = elapsed()
        return now - self.last_poll, 0.0 if self.waiting_since is None else now - self.waiting_since

    def measured(self, lags: dict[str, int]) -> None:
        """Notes since when events have waited although none arrived."""
        self.lags = lags
        self.deaf_since = None
        if not any(lags.values()) or self.records > self.seen:
            self.waiting_since = None
        elif self.waiting_since is None:
            self.waiting_since = elapsed()
        self.seen = self.records

    def unmeasured(self) -> None:
        """Whether events wait is not known: the broker is away, or this client hangs."""
        self.waiting_since = None
        self.deaf_since = elapsed() if self.deaf_since is None else self.deaf_since


class Consumer:
    """One service's reading of other services' facts."""

    def __init__(
        self, service: str, effects: Effects, inbox: Inbox, publisher: Publisher, dead_letters: str, metrics: Metrics
    ) -> None:
        self._service = service
        self._effects = effects
        self._inbox = inbox
        self._publisher = publisher
        self._dead_letters = dead_letters
        self._metrics = metrics
        self._paused: dict[tuple[str, int], tuple[float, float]] = {}
        self._owed: dict[tuple[str, int], int] = {}  # offsets that could not be committed when they were reached
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._counting = asyncio.Lock()
        self.progress = Progress()

    async def run(self, subscription: Subscription, stop: asyncio.Event) -> None:
        """Until `stop` is set. Raises Halted."""
        sweep = elapsed()
        while not stop.is_set():
            batches = await subscription.poll(BATCH, PATIENCE)
            self.progress.alive()
            if batches:
                await failpoint("cons.fetched")
            self.progress.joined = self.progress.joined or bool(subscription.assignment())
            self._take_up(subscription)
            self._at_rest.clear()
            await _all(self._partition(subscription, tp, records) for tp, records in batches.items())
            self._at_rest.set()
            if elapsed() - sweep > SWEEP:
                sweep = elapsed()
                await self._sweep()
                for tp, done in list(self._owed.items()):  # perhaps nothing ever arrives to commit them with
                    await self._commit(subscription, tp, done)
                await self._measure(subscription)

    def watch(self, silence: float) -> None:
        """Raises Stuck when nothing is handled, or nothing of what waits arrives; called by a heartbeat of its own."""
        silent, barren = self.progress.stalled()
        self._metrics.set("consumer_stalled_seconds", max(silent, barren))
        if silent > silence:
            raise Stuck(f"no poll and no event handled for {silent:.0f} s")
        if barren > silence and not self._paused:
            raise Stuck(f"events wait, and none has arrived for {barren:.0f} s: {self.progress.lags}")

    async def revoked(self) -> None:
        """Partitions are about to go to other members: finish and commit what is in hand, within a few seconds."""
        await failpoint("rebalance.revoked")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._at_rest.wait(), HANDOVER)
        self._paused.clear()

    async def assigned(self) -> None:
        """Partitions came: what others did with their aggregates meanwhile is read again."""
        await failpoint("rebalance.assigned")
        self._inbox.forget()
        self._owed.clear()

    async def _partition(self, subscription: Subscription, tp: tuple[str, int], records: list[Received]) -> None:
        done = records[0].offset
        try:
            for record in records:
                self.progress.records += 1
                await self._record(record)
                self.progress.alive()
                done = record.offset + 1
            self._paused.pop(tp, None)
        except (Unavailable, PublishFailed) as away:
            self._pause(subscription, tp, done, away)
        finally:  # also when Halted: what was set aside is not set aside again
            if done > records[0].offset:
                await self._commit(subscription, tp, done)

    async def _commit(self, subscription: Subscription, tp: tuple[str, int], done: int) -> None:
        await failpoint("cons.before_commit")
        self._owed[tp] = done
        if await subscription.commit({tp: done}):
            self.progress.next_offsets[tp] = done
            self._owed.pop(tp, None)
        await failpoint("cons.after_commit")

    def _pause(self, subscription: Subscription, tp: tuple[str, int], offset: int, why: Exception) -> None:
        _, delay = self._paused.get(tp, (0.0, 0.25))
        subscription.rewind(tp, offset)
        self._paused[tp] = (elapsed() + delay * random.uniform(0.8, 1.2), min(delay * 2, LONGEST_PAUSE))  # noqa: S311
        self._metrics.count("consumer_retries_total")
        get_logger().warning("partition_paused", topic=tp[0], partition=tp[1], cause=str(why), delay=delay)

    def _take_up(self, subscription: Subscription) -> None:
        for tp, (until, _) in self._paused.items():
            if elapsed() >= until:
                subscription.resume(tp)

    async def _record(self, record: Received) -> None:
        try:
            envelope = self._envelope(record)
            await failpoint("cons.decoded")
            await self._in_sequence(envelope, record)
            if self.progress.rotten != 0:
                await self._inbox.set_rotten(0)
                self.progress.rotten = 0
        except Poison as poison:
            await self._bury(record, poison)

    def _envelope(self, record: Received) -> Envelope:
        try:
            envelope = Envelope.read(record.headers)
            known_major = envelope.major == 1
        except Malformed as error:
            raise Poison("headers", str(error)) from error
        if not known_major:
            raise Poison("major_version", f"{envelope.type}: this reader knows version 1")
        if record.value is None:
            raise Poison("no_value", "an event never has a null value")
        return envelope

    async def _in_sequence(self, envelope: Envelope, record: Received) -> None:
        applied = await self._inbox.applied(envelope.aggregate)
        if envelope.sequence > applied + 1:  # perhaps another replica had this partition meanwhile
            applied = await self._inbox.applied(envelope.aggregate, fresh=True)
        if envelope.sequence <= applied:
            self._metrics.count("duplicates_total", topic=record.topic)
        elif envelope.sequence > applied + 1:
            await self._inbox.park(envelope.aggregate, envelope.sequence, record)
            get_logger().warning("event_parked", id=envelope.id, expected=applied + 1)
        else:
            await self._apply(envelope, record)
            await self._drain(envelope.aggregate, envelope.sequence + 1)

    async def _apply(self, envelope: Envelope, record: Received) -> None:
        contract = CONTRACTS.get(envelope.type)
        effect = self._effects.get(contract) if contract else None
        if contract and effect:
            fact = _decoded(contract, record)
            traceparent.set(envelope.traceparent)
            await failpoint("cons.before_effect")
            try:
                await effect(fact, envelope)
            except Unavailable:
                raise
            except Problem as refused:
                if getattr(refused, "retry_after", None):
                    raise Unavailable(refused.code, refused.sentence.zh, refused.sentence.en) from refused
                raise Poison("refused", f"{envelope.type}: {refused}") from refused
            except DEFECTS as defect:
                get_logger().error("effect_failed", id=envelope.id, exc_info=defect)
                raise Poison("defect", f"{envelope.type}: {type(defect).__name__}") from defect
        if effect:
            await failpoint("cons.after_effect")
        await self._inbox.advance(envelope.aggregate, envelope.sequence)
        self._metrics.count("consumed_total", topic=record.topic, outcome="applied" if effect else "passed")

    async def _drain(self, aggregate: str, sequence: int) -> None:
        while record := await self._inbox.parked(aggregate, sequence):
            try:
                await self._apply(self._envelope(record), record)
            except Poison as poison:
                await self._bury(record, poison)
                await self._inbox.unpark(aggregate, sequence)
                return
            await self._inbox.unpark(aggregate, sequence)
            sequence += 1

    async def _sweep(self) -> None:
        """Apply what an operator put back, drop what was applied meanwhile."""
        try:
            for aggregate, sequence in await self._inbox.parked_heads():
                applied = await self._inbox.applied(aggregate, fresh=True)  # an operator may have skipped one
                if sequence <= applied:
                    await self._inbox.unpark(aggregate, sequence)
                elif sequence == applied + 1:
                    await self._drain(aggregate, sequence)
        except (Unavailable, PublishFailed) as away:
            get_logger().warning("sweep_postponed", cause=str(away))

    async def _bury(self, record: Received, poison: Poison) -> None:
        await self._one_more_rotten(poison)
        letter = dead_letter(self._dead_letters, record, self._service, poison.reason, str(poison))
        await failpoint("cons.before_dlq")
        await self._publisher.publish([letter])
        await failpoint("cons.after_dlq")
        self._metrics.count("dead_letters_total", topic=record.topic, reason=poison.reason)
        get_logger().error("dead_letter", reason=poison.reason, topic=record.topic, offset=record.offset)

    async def _one_more_rotten(self, poison: Poison) -> None:
        """Counted before it is set aside, and kept, so that restarts cannot empty a topic bit by bit. Raises Halted."""
        async with self._counting:  # partitions bury side by side
            if self.progress.rotten is None:
                self.progress.rotten = await self._inbox.rotten()
            if self.progress.rotten >= IN_A_ROW:
                raise Halted(f"{IN_A_ROW} events in a row could not be read ({poison.reason}); it sets none aside now")
            await self._inbox.set_rotten(self.progress.rotten + 1)
            self.progress.rotten += 1

    async def _measure(self, subscription: Subscription) -> None:
        """Lag against the real ends, so that what waits is counted even if nothing has arrived yet."""
        lags = dict.fromkeys(self.progress.lags, 0)
        try:
            async with asyncio.timeout(LOOK):
                for tp, (at, end) in (await subscription.bounds()).items():
                    lags[tp[0]] = lags.get(tp[0], 0) + max(0, end - at)
            self.progress.measured(lags)
            parked = await self._inbox.count_parked()
        except (TimeoutError, BrokerAway) as away:
            get_logger().warning("lag_unknown", cause=type(away).__name__)
            self.progress.unmeasured()
            return
        except Unavailable:
            return
        for topic, lag in lags.items():
            self._metrics.set("consumer_lag", lag, topic=topic)
        self._metrics.set("parked_events", parked)


async def _all(partitions: Iterable[Awaitable[None]]) -> None:
    """Wait for every one of them, then raise what one of them raised."""
    for each in await asyncio.gather(*partitions, return_exceptions=True):
        if isinstance(each, BaseException):
            raise each


def _decoded(contract: type[Contract], record: Received) -> Contract:
    try:
        return contract.model_validate_json(record.value or b"", extra="ignore")
    except (ValidationError, RecursionError) as error:
        places = (
            ", ".join(".".join(map(str, each["loc"])) or "value" for each in error.errors()[:5])
            if isinstance(error, ValidationError)
            else "nesting"
        )
        raise Poison("schema", f"{contract.type()}: {places}") from error
