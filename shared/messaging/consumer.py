"""The rules of reading (`docs/adr/0006`).

Per aggregate `sequence == applied + 1` is applied, lower is dropped, higher is parked until the hole fills; aggregates
of one poll go side by side. A dependency that is away pauses the partition and is tried again for ever. What can never
be read goes to the consumer's own dead letters with its original bytes, and the partition moves on. After the effects
of a poll the inbox is written once, and only then offsets are committed: a crash in between repeats effects.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from itertools import islice

from shared.errors import Problem, Unavailable
from shared.events.envelope import Envelope
from shared.failpoints import failpoint
from shared.logging import get_logger, traceparent
from shared.messaging.batch import Batch, Strand
from shared.messaging.dead_letters import dead_letter
from shared.messaging.decoding import Poison, envelope_of, fact_of
from shared.messaging.ports import BrokerAway, Inbox, Publisher, PublishFailed, Received, Subscription
from shared.messaging.progress import Progress
from shared.messaging.runs import Effects, run_of
from shared.metrics import Metrics
from shared.time import elapsed

BATCH = 2000  # records of one poll: so many effects may be repeated after a crash
PATIENCE = 0.2  # seconds of one poll
SIDE_BY_SIDE = 256  # aggregates at work at once
LONGEST_PAUSE = 3.0  # seconds between two attempts while a dependency is away: five after its return all goes on
SWEEP = 2.0  # seconds between looks for parked events that an operator put back, and at the lag
IN_A_ROW = 50  # dead letters without one good event between them: the fault is ours, not theirs
HANDOVER = 4.0  # seconds that a partition that goes away waits for what is in hand; less than a session
LOOK = 3.0  # seconds that a look at the topics' ends may take
DEFECTS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError)
"""What an effect raises when it is wrong about this event. Anything else ends the process: nobody knows its cause."""


class Stuck(RuntimeError):
    """The consumer stopped making progress; the process ends and its supervisor starts another."""


class Halted(RuntimeError):
    """It would empty a topic into the dead letters. Nothing is read until an operator says so; a restart is no word."""


class Consumer:
    """One service's reading of other services' facts."""

    def __init__(
        self, service: str, effects: Effects, inbox: Inbox, publisher: Publisher, dead_letters: str, metrics: Metrics
    ) -> None:
        self._service = service
        self._effects = {each.type(): (each, effect) for each, effect in effects.items()}
        self._inbox = inbox
        self._publisher = publisher
        self._dead_letters = dead_letters
        self._metrics = metrics
        self._paused: dict[tuple[str, int], tuple[float, float]] = {}
        self._owed: dict[tuple[str, int], int] = {}  # offsets that are reached, and not known to be committed
        self._batches: dict[tuple[str, int], Batch] = {}
        self._turns = asyncio.Semaphore(SIDE_BY_SIDE)
        self._leaving = False
        self._stop = asyncio.Event()
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._counting = asyncio.Lock()
        self.progress = Progress()

    async def run(self, subscription: Subscription, stop: asyncio.Event) -> None:
        """Until `stop` is set; of what is in hand then, the rest is left to the next life. Raises Halted."""
        self._stop = stop
        sweep = elapsed()
        while not stop.is_set():
            batches = await subscription.poll(BATCH, PATIENCE)
            self.progress.alive()
            if batches:
                await failpoint("cons.fetched")
            self.progress.joined = self.progress.joined or bool(subscription.assignment())
            self._take_up(subscription)
            self._at_rest.clear()
            await self._handle(subscription, batches)
            self._at_rest.set()
            if elapsed() - sweep > SWEEP:
                sweep = elapsed()
                await self._sweep()
                if self._owed:  # perhaps nothing ever arrives to commit them with
                    await self._commit(subscription, {})
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
        self._leaving = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._at_rest.wait(), HANDOVER)
        self._paused.clear()

    async def assigned(self) -> None:
        """Partitions came: what others did with their aggregates meanwhile is read again."""
        await failpoint("rebalance.assigned")
        self._inbox.forget()
        self._owed.clear()
        self._leaving = False

    async def _handle(self, subscription: Subscription, batches: Mapping[tuple[str, int], list[Received]]) -> None:
        """Effects; then what they mean for the inbox, in one go; then dead letters; then the offsets."""
        self._batches = {tp: Batch(records) for tp, records in batches.items()}
        await _all(self._partition(subscription, tp, records) for tp, records in batches.items())
        try:
            await self._inbox.keep()
        except Unavailable as away:
            for batch in self._batches.values():
                batch.leave(0, away)
        await _all(self._set_aside(batch) for batch in self._batches.values())
        await self._settle(subscription)
        for batch in self._batches.values():
            if batch.trouble and not isinstance(batch.trouble, (Unavailable, PublishFailed)):
                raise batch.trouble

    async def _partition(self, subscription: Subscription, tp: tuple[str, int], records: list[Received]) -> None:
        """Apply what came from one partition, each aggregate's events in order."""
        batch = self._batches[tp]
        self.progress.records += len(records)
        try:
            strands = await self._strands(batch)
            await self._inbox.recall(list(strands))
        except Exception as trouble:  # noqa: BLE001 none of it is done; it is raised when the others are
            return batch.leave(0, trouble)
        rest = [left for each in strands.values() if (left := self._passed_over(each))]
        await _all(self._follow(batch, each) for each in rest)
        return None

    async def _strands(self, batch: Batch) -> dict[str, Strand]:
        strands: dict[str, Strand] = {}
        for at, record in enumerate(batch.records):
            try:
                envelope = envelope_of(record)
            except Poison as poison:
                batch.poison[at] = poison
                continue
            await failpoint("cons.decoded")
            strands.setdefault(envelope.aggregate, []).append((at, envelope, record))
        return strands

    def _passed_over(self, strand: Strand) -> Strand:
        """What is next in order and nobody here cares for needs no thought. The rest of the strand."""
        aggregate, topic = strand[0][1].aggregate, strand[0][2].topic
        applied, passed = self._inbox.remembered(aggregate), 0
        if applied is not None and not self._inbox.may_wait(aggregate):
            for _, envelope, _ in strand:
                if envelope.type in self._effects or envelope.sequence != applied + 1:
                    break
                applied, passed = envelope.sequence, passed + 1
        if passed and applied:
            self._inbox.note(aggregate, applied)
            self._metrics.count("consumed_total", passed, topic=topic, outcome="passed")
        return strand[passed:]

    async def _follow(self, batch: Batch, strand: Strand) -> None:
        async with self._turns:
            done = 0
            while done < len(strand):
                at, envelope, record = strand[done]
                if self._leaving or self._stop.is_set() or at >= batch.ends:
                    return batch.leave(at, None)
                try:
                    run = await self._together(strand, done)
                    if not run:
                        await self._in_sequence(envelope, record)
                    done += run or 1
                except Poison as poison:
                    batch.poison[at] = poison
                    done += 1
                except Exception as trouble:  # noqa: BLE001 what was done before it counts first; then it is raised
                    return batch.leave(at, trouble)
                self.progress.alive()
        return None

    async def _together(self, strand: Strand, begin: int) -> int:
        """Apply what one effect takes at once. How many events that was; 0 when the next must go alone."""
        aggregate, topic = strand[0][1].aggregate, strand[0][2].topic
        applied = self._inbox.remembered(aggregate)
        if applied is None or self._inbox.may_wait(aggregate):
            return 0
        run = run_of(islice(strand, begin, None), applied, self._effects)
        if run.effect is None or len(run.told) < 2:
            return 0
        try:
            await self._carried_out(partial(run.effect.tell, run.told), run.told[0][1])
        except Unavailable:
            raise
        except (Problem, *DEFECTS):  # which of them is at fault shows when each is told alone
            return 0
        self._inbox.note(aggregate, applied + run.length)
        self._metrics.count("consumed_total", len(run.told), topic=topic, outcome="applied")
        if run.passed:
            self._metrics.count("consumed_total", run.passed, topic=topic, outcome="passed")
        return run.length

    async def _set_aside(self, batch: Batch) -> None:
        """What cannot be read, in the order of the log; up to the first record that must be read again."""
        for at in range(batch.ends) if batch.poison or self.progress.rotten != 0 else ():
            try:
                if poison := batch.poison.get(at):
                    await self._bury(batch.records[at], poison)
                elif self.progress.rotten != 0:
                    await self._inbox.set_rotten(0)
                    self.progress.rotten = 0
            except Exception as trouble:  # noqa: BLE001 what was done before it counts first; then it is raised
                return batch.leave(at, trouble)
        return None

    async def _settle(self, subscription: Subscription) -> None:
        """Pause what must be read again; commit what is done, also when something is about to be raised."""
        done = {}
        for tp, batch in self._batches.items():
            if isinstance(batch.trouble, (Unavailable, PublishFailed)):
                self._pause(subscription, tp, batch.reached, batch.trouble)
            else:
                self._paused.pop(tp, None)
            if batch.reached > batch.begins_at:
                done[tp] = batch.reached
        if done:
            await self._commit(subscription, done)

    async def _commit(self, subscription: Subscription, done: Mapping[tuple[str, int], int]) -> None:
        await failpoint("cons.before_commit")
        self._owed.update(done)
        owed = dict(self._owed)
        if await subscription.commit(owed):
            self._owed = {tp: offset for tp, offset in self._owed.items() if owed.get(tp) != offset}
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
        heard = self._effects.get(envelope.type)
        if heard:
            contract, effect = heard
            fact = fact_of(contract, record)
            try:
                await self._carried_out(partial(effect, fact, envelope), envelope)
            except Unavailable:
                raise
            except Problem as refused:
                if getattr(refused, "retry_after", None):
                    raise Unavailable(refused.code, refused.sentence.zh, refused.sentence.en) from refused
                raise Poison("refused", f"{envelope.type}: {refused}") from refused
            except DEFECTS as defect:
                get_logger().error("effect_failed", id=envelope.id, exc_info=defect)
                raise Poison("defect", f"{envelope.type}: {type(defect).__name__}") from defect
        self._inbox.note(envelope.aggregate, envelope.sequence)
        self._metrics.count("consumed_total", topic=record.topic, outcome="applied" if heard else "passed")

    async def _carried_out(self, effect: Callable[[], Awaitable[None]], first: Envelope) -> None:
        """An effect, in the trace of its event, or of the first of them."""
        traceparent.set(first.traceparent)
        await failpoint("cons.before_effect")
        await effect()
        await failpoint("cons.after_effect")

    async def _drain(self, aggregate: str, sequence: int) -> None:
        """Apply what waited for this. It is forgotten only when the inbox is written."""
        drained, poison = list[int](), None
        while record := await self._inbox.parked(aggregate, sequence):
            try:
                await self._apply(envelope_of(record), record)
            except Poison as found:
                poison = found
                break
            drained.append(sequence)
            sequence += 1
        if drained:
            await self._inbox.keep()
        for each in drained:
            await self._inbox.unpark(aggregate, each)
        if record and poison:
            await self._bury(record, poison)
            await self._inbox.unpark(aggregate, sequence)

    async def _sweep(self) -> None:
        """Apply what an operator put back, drop what was applied meanwhile."""
        try:
            for aggregate, sequence in await self._inbox.parked_heads():
                applied = await self._inbox.applied(aggregate, fresh=True)  # an operator may have skipped one
                if sequence <= applied:
                    await self._inbox.keep()
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


async def _all(doing: Iterable[Awaitable[None]]) -> None:
    """Wait for every one of them, then raise what one of them raised."""
    for each in await asyncio.gather(*doing, return_exceptions=True):
        if isinstance(each, BaseException):
            raise each
