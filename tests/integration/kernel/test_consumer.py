"""A consumer's manners: poison, dependencies that are away, gaps, operators, silence."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from shared.errors import Conflict
from shared.events.envelope import Envelope
from shared.events.registration_v1 import RegistrationClosed
from shared.messaging import consumer as module
from shared.messaging.batch import Batch
from shared.messaging.consumer import Consumer, Halted, Stuck
from shared.messaging.dead_letters import DeadLetter
from shared.messaging.kafka import KafkaPublisher, read_all, subscribe
from shared.messaging.ports import PublishFailed
from shared.messaging.runs import Effect
from shared.metrics import Metrics
from shared.storage.inbox import StoredInbox
from shared.storage.mongo import Database, MongoDocuments
from shared.storage.ports import Documents
from shared.time import MissingCalendarYear
from tests.support.broker import Log
from tests.support.district import District
from tests.support.documents import Watched, away
from tests.support.events import BODY, message, poison
from tests.support.groups import MemorySubscription
from tests.support.waiting import eventually

SILENCE = 30.0
TOPIC, DEAD, GROUP = "t.registration.events.v1", "t.scoring.dead-letters.v1", "t.scoring"


class Reading:
    """One service reading one log, with what its effects saw."""

    def __init__(self, log: Log, inbox: StoredInbox) -> None:
        self.log = log
        self.inbox = inbox
        self.seen: list[tuple[str, int]] = []
        self.trouble: Callable[[Envelope], Exception | None] = lambda _: None
        self.metrics = Metrics("scoring")
        self.effects: dict[Any, Effect] = {RegistrationClosed: self._effect}
        self.consumer = Consumer("scoring", self.effects, inbox, log, DEAD, self.metrics)

    async def _effect(self, _: RegistrationClosed, envelope: Envelope) -> None:
        if trouble := self.trouble(envelope):
            raise trouble
        self.seen.append((envelope.aggregate, envelope.sequence))

    @property
    def committed(self) -> int:
        return self.log.committed(GROUP, TOPIC)

    @property
    def subscription(self) -> MemorySubscription:
        """Its membership of the group, while it runs."""
        (member,) = self.log.group(GROUP).members
        return member

    async def run(self, stop: asyncio.Event) -> None:
        """One life: as a member that begins where was committed."""
        async with self.log.subscribe(GROUP, [TOPIC], self.consumer) as subscription:
            await self.consumer.run(subscription, stop)

    def letters(self) -> list[DeadLetter]:
        return [DeadLetter.read(each) for each in self.log.records(DEAD)]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.ensure_future(self.run(stop))
        try:
            await eventually(lambda: self.log.group(GROUP).members)
            yield
        finally:
            stop.set()
            await task


@pytest.fixture
def inbox(mongo: Database, documents: Documents) -> StoredInbox:
    assert isinstance(documents, MongoDocuments)
    return StoredInbox(documents, mongo.collection(f"{documents._collection.name}_parked"))


@pytest.fixture
async def reading(inbox: StoredInbox, monkeypatch: pytest.MonkeyPatch) -> Reading:
    monkeypatch.setattr(module, "SWEEP", 0.02)
    monkeypatch.setattr(module, "PATIENCE", 0.005)
    return Reading(Log(), inbox)


async def test_a_repeat_is_dropped_and_counted(reading: Reading) -> None:
    for sequence in (1, 2, 2, 1, 3):
        reading.log.append(message("a", sequence))
    async with reading.running():
        await eventually(lambda: reading.committed == 5)
    assert reading.seen == [("a", 1), ("a", 2), ("a", 3)]
    assert reading.metrics.value("duplicates_total", topic=TOPIC) == 2


async def test_a_gap_is_parked_seen_and_drained_when_it_fills(reading: Reading) -> None:
    for sequence in (1, 3, 4):
        reading.log.append(message("a", sequence))
    reading.log.append(message("b", 1))
    async with reading.running():
        await eventually(lambda: reading.committed == 4)
        assert reading.seen == [("a", 1), ("b", 1)]
        await eventually(lambda: reading.metrics.value("parked_events") == 2)
        reading.log.append(message("a", 2))
        await eventually(lambda: reading.committed == 5)
        await eventually(lambda: reading.metrics.value("parked_events") == 0)
    assert reading.seen == [("a", 1), ("b", 1), ("a", 2), ("a", 3), ("a", 4)]


@pytest.mark.parametrize("kind", poison())
async def test_poison_is_set_aside_once_with_its_bytes_and_the_partition_moves_on(reading: Reading, kind: str) -> None:
    reason, record = poison()[kind]
    reading.log.append(record)
    reading.log.append(message("good", 1))
    async with reading.running():
        await eventually(lambda: reading.committed == 2)
    (letter,) = reading.letters()
    assert letter.reason == reason
    assert letter.origin == f"{TOPIC}/0/0"
    assert (letter.record.value, letter.record.key, letter.record.headers) == (
        record.value,
        record.key,
        record.headers,
    )
    assert reading.seen == [("good", 1)]
    assert reading.metrics.value("dead_letters_total", topic=TOPIC, reason=reason) == 1


@pytest.mark.parametrize(
    "trouble", [ValueError("x"), KeyError("x"), TypeError(), AttributeError(), ZeroDivisionError(), AssertionError()]
)
async def test_an_effect_that_is_wrong_about_an_event_sets_it_aside(reading: Reading, trouble: Exception) -> None:
    reading.trouble = lambda envelope: trouble if envelope.aggregate == "bad" else None
    for record in (message("bad", 1), message("bad", 2), message("good", 1)):
        reading.log.append(record)
    async with reading.running():
        await eventually(lambda: reading.committed == 3)
    assert [each.reason for each in reading.letters()] == ["defect"]
    assert reading.seen == [("good", 1)], "the next of the same aggregate waits for the operator"
    assert await reading.inbox.parked_heads() == [("bad", 2)]


async def test_a_refusal_sets_the_event_aside(reading: Reading) -> None:
    reading.trouble = lambda _: Conflict("illegal_transition", "不能。", "No.")
    reading.log.append(message("a", 1))
    async with reading.running():
        await eventually(lambda: reading.committed == 1)
    assert [each.reason for each in reading.letters()] == ["refused"]


@pytest.mark.parametrize("trouble", [away(), MissingCalendarYear(2031), PublishFailed("x")], ids=lambda e: str(e))
async def test_a_dependency_that_is_away_pauses_and_is_tried_again_and_nothing_is_set_aside(
    reading: Reading, trouble: Exception
) -> None:
    tries: list[float] = []

    def until_the_third(envelope: Envelope) -> Exception | None:
        if envelope.sequence == 2 and len(tries) < 2:
            tries.append(time.monotonic())
            return trouble
        return None

    reading.trouble = until_the_third
    for sequence in (1, 2, 3):
        reading.log.append(message("a", sequence))
    async with reading.running():
        await eventually(lambda: reading.committed == 3)
    assert reading.seen == [("a", 1), ("a", 2), ("a", 3)]
    assert reading.letters() == []
    assert reading.metrics.value("consumer_retries_total") == 2
    assert tries[1] - tries[0] > 0.15, "it waits before it tries again"


async def test_a_database_that_is_away_keeps_everything_for_later(
    mongo: Database, documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SWEEP", 0.02)
    watched = Watched(documents)
    parked = mongo.collection("unused_parked")
    reading = Reading(Log(), StoredInbox(watched, parked))
    watched.fails = {"insert": "before", "get": "before", "find": "before"}
    for sequence in (1, 2):
        reading.log.append(message("a", sequence))
    async with reading.running():
        await eventually(lambda: reading.metrics.value("consumer_retries_total") >= 2)
        assert reading.committed == 0
        watched.fails = {}
        await eventually(lambda: reading.committed == 2)
    assert reading.letters() == []


async def test_a_dead_letter_that_cannot_be_sent_holds_the_partition(reading: Reading) -> None:
    reading.log.append(message("a", 1, value=b"<xml/>"))
    reading.log.fails = 2
    async with reading.running():
        await eventually(lambda: reading.committed == 1)
    assert len(reading.letters()) == 1


async def test_an_offset_that_could_not_be_committed_is_committed_later_although_nothing_more_arrives(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, tries = MemorySubscription.commit, list[Any]()

    async def away_at_first(self: MemorySubscription, next_offsets: Any) -> bool:
        tries.append(next_offsets)
        return len(tries) > 2 and await commit(self, next_offsets)

    monkeypatch.setattr(MemorySubscription, "commit", away_at_first)
    reading.log.append(message("a", 1))
    async with reading.running():
        await eventually(lambda: reading.committed == 1)
    assert tries == [{(TOPIC, 0): 1}] * 3


async def test_a_type_nobody_here_cares_for_is_passed_over(reading: Reading) -> None:
    later = b"openday.registration.something-of-tomorrow.v1"
    reading.log.append(message("a", 1, ce_type=later, value=b"whatever"))
    reading.log.append(message("a", 2))
    async with reading.running():
        await eventually(lambda: reading.committed == 2)
    assert reading.seen == [("a", 2)]
    assert reading.metrics.value("consumed_total", topic=TOPIC, outcome="passed") == 1


async def test_when_everything_is_unreadable_it_halts_and_a_restart_sets_nothing_more_aside(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    await halted_after_three(reading, monkeypatch)
    assert reading.committed == 3, "those three are not set aside again"
    for _ in range(2):
        reading.consumer.progress.rotten = None  # a new life remembers nothing
        with pytest.raises(Halted):
            await reading.run(asyncio.Event())
    assert len(reading.letters()) == 3


async def test_control_without_the_kept_count_every_restart_empties_some_more(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    await halted_after_three(reading, monkeypatch)
    await reading.inbox.set_rotten(0)
    reading.consumer.progress.rotten = None
    with pytest.raises(Halted):
        await reading.run(asyncio.Event())
    assert len(reading.letters()) == 6


async def test_one_good_event_between_them_and_it_goes_on(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IN_A_ROW", 3)
    for number in range(9):
        reading.log.append(message(f"p{number}", 1, value=b"<xml/>" if number % 3 else None))
        if number % 3 == 2:
            reading.log.append(message(f"good-{number}", 1))
    async with reading.running():
        await eventually(lambda: reading.committed == 12)
    assert len(reading.letters()) == 9
    assert await reading.inbox.rotten() == 0


async def halted_after_three(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten events that nobody can read, and a reader that halts."""
    monkeypatch.setattr(module, "IN_A_ROW", 3)
    for number in range(10):
        reading.log.append(message(f"p{number}", 1, value=b"<xml/>"))
    with pytest.raises(Halted):
        await reading.run(asyncio.Event())
    assert len(reading.letters()) == 3


# what one poll brings goes together


class Killed(BaseException):
    """The process ends here."""


def dies(*_: object) -> Any:
    """In place of what is not reached any more."""
    raise Killed


async def killed_at(reading: Reading, monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
    """One life that reads three events of two aggregates, and ends at this step; the next one begins without memory."""
    for record in (message("a", 1), message("b", 1), message("a", 2)):
        reading.log.append(record)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, dies)
        with pytest.raises(Killed):
            await reading.run(asyncio.Event())
    assert sorted(reading.seen) == [("a", 1), ("a", 2), ("b", 1)]
    reading.inbox = StoredInbox(reading.inbox._applied, reading.inbox._parked)
    reading.consumer = Consumer("scoring", reading.effects, reading.inbox, reading.log, DEAD, reading.metrics)


async def lived_again(reading: Reading) -> list[tuple[str, int]]:
    """What the next life does, with one event more."""
    reading.seen.clear()
    reading.log.append(message("a", 3))
    async with reading.running():
        await eventually(lambda: reading.committed == 4)
    assert reading.letters() == []
    return sorted(reading.seen)


async def test_a_death_between_the_effects_and_the_inbox_repeats_them_in_their_order(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    await killed_at(reading, monkeypatch, StoredInbox, "keep")
    assert reading.committed == 0
    assert await lived_again(reading) == [("a", 1), ("a", 2), ("a", 3), ("b", 1)]
    assert [sequence for aggregate, sequence in reading.seen if aggregate == "a"] == [1, 2, 3]


async def test_control_an_offset_committed_before_the_inbox_leaves_a_hole(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    await killed_at(reading, monkeypatch, StoredInbox, "keep")
    reading.log.group(GROUP).committed[(TOPIC, 0)] = 3
    assert await lived_again(reading) == []
    assert await reading.inbox.parked_heads() == [("a", 3)]


async def test_a_death_between_the_inbox_and_the_commit_repeats_nothing(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    await killed_at(reading, monkeypatch, MemorySubscription, "commit")
    assert reading.committed == 0
    assert await lived_again(reading) == [("a", 3)]
    assert reading.metrics.value("duplicates_total", topic=TOPIC) == 3


async def test_control_without_the_inbox_a_death_before_the_commit_repeats_all(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_: StoredInbox) -> None:
        """Keeps nothing."""

    monkeypatch.setattr(StoredInbox, "keep", nothing)
    await killed_at(reading, monkeypatch, MemorySubscription, "commit")
    assert await lived_again(reading) == [("a", 1), ("a", 2), ("a", 3), ("b", 1)]


async def test_a_stop_amid_a_poll_commits_what_is_done_and_leaves_the_rest(reading: Reading) -> None:
    stop = asyncio.Event()
    reading.trouble = lambda envelope: stop.set() if envelope.sequence == 2 else None
    for sequence in range(1, 6):
        reading.log.append(message("a", sequence))
    await reading.run(stop)
    assert reading.seen == [("a", 1), ("a", 2)]
    assert reading.committed == 2


async def poison_amid(reading: Reading) -> None:
    """Something unreadable before, and something behind an event whose effect has to wait twice."""
    tries: list[Envelope] = []

    def twice(envelope: Envelope) -> Exception | None:
        if envelope.aggregate == "late" and len(tries) < 2:
            tries.append(envelope)
            return away()
        return None

    reading.trouble = twice
    for name in ("unreadable", "late", "unreadable-too", "good"):
        reading.log.append(message(name, 1, value=None if name.startswith("unreadable") else BODY))
    async with reading.running():
        await eventually(lambda: reading.committed == 4)
    assert sorted(reading.seen) == [("good", 1), ("late", 1)], "each once, although the poll was read three times"


async def test_poison_amid_a_poll_that_must_be_read_again_is_set_aside_once(reading: Reading) -> None:
    await poison_amid(reading)
    assert [each.origin for each in reading.letters()] == [f"{TOPIC}/0/0", f"{TOPIC}/0/2"]


async def test_control_set_aside_at_sight_it_comes_again_and_again(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_sight(self: Consumer, batch: Batch) -> None:
        for at, why in batch.poison.items():
            await self._bury(batch.records[at], why)

    monkeypatch.setattr(Consumer, "_set_aside", at_sight)
    await poison_amid(reading)
    assert len(reading.letters()) > 2


# the watchdog


async def test_silence_is_noticed(reading: Reading) -> None:
    reading.consumer.watch(SILENCE)
    reading.consumer.progress.last_poll -= SILENCE + 1
    with pytest.raises(Stuck, match="no poll"):
        reading.consumer.watch(SILENCE)
    assert reading.metrics.value("consumer_stalled_seconds") > SILENCE


async def test_events_that_wait_and_never_arrive_are_noticed(reading: Reading) -> None:
    async with reading.running():
        reading.subscription.rewind((TOPIC, 0), 0)  # aiokafka has hung: polls return, but bring nothing
        reading.log.append(message("a", 1))
        await eventually(lambda: reading.metrics.value("consumer_lag", topic=TOPIC) == 1)
        await eventually(lambda: reading.consumer.progress.waiting_since is not None)
        reading.consumer.watch(SILENCE)
        await eventually(lambda: _stuck(reading.consumer))


def _stuck(consumer: Consumer) -> bool:
    consumer.progress.alive()
    try:
        consumer.watch(0.05)
    except Stuck:
        return True
    return False


async def test_a_quiet_topic_and_a_known_pause_are_no_alarm(reading: Reading) -> None:
    async with reading.running():
        await eventually(lambda: reading.subscription.polls > 20)
        reading.consumer.watch(0.05)
        reading.trouble = lambda _: away()
        reading.log.append(message("a", 1))
        await eventually(lambda: reading.metrics.value("consumer_retries_total") >= 1)
        await eventually(lambda: reading.metrics.value("consumer_lag", topic=TOPIC) == 1)
        reading.consumer.progress.alive()
        reading.consumer.watch(0.05)
        reading.trouble = lambda _: None
        await eventually(lambda: reading.committed == 1)


async def test_lag_counts_what_was_there_before_we_came(reading: Reading) -> None:
    async with reading.running():
        reading.subscription.rewind((TOPIC, 0), 0)
        for sequence in range(1, 6):
            reading.log.append(message("a", sequence))
        await eventually(lambda: reading.metrics.value("consumer_lag", topic=TOPIC) == 5)
        reading.subscription.resume((TOPIC, 0))
        await eventually(lambda: reading.metrics.value("consumer_lag", topic=TOPIC) == 0)


# the real broker


async def test_on_the_real_broker_poison_is_set_aside_once_and_a_new_member_goes_on(
    district: District, inbox: StoredInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SWEEP", 0.1)
    kinds = poison(district.name)
    await district.publish([record for _, record in kinds.values()])
    await district.publish([message("good", sequence, prefix=district.name) for sequence in (1, 3, 2, 2)])
    topic, dead = f"{district.name}.registration.events.v1", f"{district.name}.scoring.dead-letters.v1"
    seen: list[int] = []

    async def effect(_: RegistrationClosed, envelope: Envelope) -> None:
        seen.append(envelope.sequence)

    async def life(until: Callable[[Metrics], bool]) -> Metrics:
        metrics, stop = Metrics("scoring"), asyncio.Event()
        publisher = KafkaPublisher(district.kafka, metrics)
        consumer = Consumer("scoring", {RegistrationClosed: effect}, inbox, publisher, dead, metrics)
        async with subscribe(district.kafka, f"{district.name}.scoring", [topic], consumer) as subscription:
            running = asyncio.ensure_future(consumer.run(subscription, stop))
            await eventually(lambda: running.done() or until(metrics), 20)
            stop.set()
            await running
        await publisher.close()
        return metrics

    await life(lambda metrics: len(seen) == 3 and metrics.value("duplicates_total", topic=topic) == 1)
    await district.publish([message("good", 4, prefix=district.name)])
    await life(lambda _: len(seen) == 4)
    assert seen == [1, 2, 3, 4]
    letters = [DeadLetter.read(each) for each in await read_all(district.kafka, dead)]
    assert sorted((each.reason, each.record.value) for each in letters if each.record.value) == sorted(
        (reason, record.value) for reason, record in kinds.values() if record.value
    )
    assert len(letters) == len(kinds)
    assert await inbox.count_parked() == 0


async def test_members_that_come_and_go_lose_nothing_and_keep_the_order(district: District, inbox: StoredInbox) -> None:
    each_of = range(1, 21)
    names = ("m", "n", "o", "p", "q")
    await district.publish([message(name, number, prefix=district.name) for number in each_of for name in names])
    topic, seen = f"{district.name}.registration.events.v1", list[tuple[str, int]]()

    async def effect(_: RegistrationClosed, envelope: Envelope) -> None:
        await asyncio.sleep(0.005)
        seen.append((envelope.aggregate, envelope.sequence))

    async def member(until: int) -> None:
        metrics, stop = Metrics("scoring"), asyncio.Event()
        publisher = KafkaPublisher(district.kafka, metrics)
        own = StoredInbox(inbox._applied, inbox._parked)  # its memory is its own
        consumer = Consumer("scoring", {RegistrationClosed: effect}, own, publisher, "unused", metrics)
        async with subscribe(district.kafka, f"{district.name}.scoring", [topic], consumer) as subscription:
            running = asyncio.ensure_future(consumer.run(subscription, stop))
            await eventually(lambda: running.done() or len(set(seen)) >= until, 40)
            stop.set()
            await running

    await asyncio.gather(member(30), member(60), member(100))
    for name in names:
        assert list(dict.fromkeys(number for one, number in seen if one == name)) == list(each_of)
        assert await inbox.applied(name, fresh=True) == len(each_of)
    assert await inbox.count_parked() == 0
