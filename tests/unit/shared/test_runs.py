"""Facts of one aggregate that came together are told together; each is judged as if it had come alone."""

import asyncio
from collections.abc import Iterable, Sequence

import pytest

from shared.errors import Unavailable
from shared.events.registration_v1 import RegistrationClosed
from shared.messaging import consumer as module
from shared.messaging import runs
from shared.messaging.batch import Place
from shared.messaging.consumer import Consumer
from shared.messaging.dead_letters import DeadLetter
from shared.messaging.runs import Effects, Heard, InRuns, Run, Told, run_of
from shared.metrics import Metrics
from shared.storage.inbox import StoredInbox
from tests.support.broker import Log
from tests.support.collection import MemoryDocuments
from tests.support.documents import away
from tests.support.events import message
from tests.support.waiting import eventually

TOPIC, DEAD, GROUP = "t.registration.events.v1", "t.scoring.dead-letters.v1", "t.scoring"
HEARD, UNHEARD = RegistrationClosed.type().encode(), b"openday.registration.roster-locked.v1"


class Reading:
    """One service that reads one log, with what its effect was told."""

    def __init__(self) -> None:
        self.log = Log()
        self.told: list[list[int]] = []
        self.defects: set[int] = set()
        self.outage: list[Unavailable] = []
        self.inbox = StoredInbox(MemoryDocuments(), MemoryDocuments())
        self.metrics = Metrics("scoring")
        effects: Effects = {RegistrationClosed: InRuns(self._tell)}
        self.consumer = Consumer("scoring", effects, self.inbox, self.log, DEAD, self.metrics)

    async def _tell(self, told: Sequence[Told]) -> None:
        sequences = [envelope.sequence for _, envelope in told]
        self.told.append(sequences)
        if self.outage:
            raise self.outage.pop()
        if self.defects & set(sequences):
            raise ValueError(sequences)

    async def read(self) -> None:
        """Everything that is in the log."""
        stop = asyncio.Event()
        async with self.log.subscribe(GROUP, [TOPIC], self.consumer) as subscription:
            running = asyncio.ensure_future(self.consumer.run(subscription, stop))
            await eventually(lambda: self.log.committed(GROUP, TOPIC) == len(self.log.records(TOPIC)))
            stop.set()
            await running


@pytest.fixture
async def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    monkeypatch.setattr(module, "PATIENCE", 0.005)
    return Reading()


async def test_what_came_together_is_told_together_with_what_lies_between(reading: Reading) -> None:
    for sequence in range(1, 6):
        kind = UNHEARD if sequence == 3 else HEARD
        reading.log.append(message("a", sequence, ce_type=kind))
        reading.log.append(message("b", sequence, ce_type=kind))
    await reading.read()
    assert reading.told == [[1, 2, 4, 5], [1, 2, 4, 5]]
    assert await reading.inbox.applied("a") == 5
    assert reading.metrics.value("consumed_total", topic=TOPIC, outcome="applied") == 8
    assert reading.metrics.value("consumed_total", topic=TOPIC, outcome="passed") == 2


async def test_a_run_ends_at_a_gap_and_repeats_are_in_none(reading: Reading) -> None:
    for sequence in (1, 2, 2, 1, 4, 5):
        reading.log.append(message("a", sequence))
    await reading.read()
    assert reading.told == [[1, 2]]
    assert await reading.inbox.applied("a") == 2
    assert await reading.inbox.parked_heads() == [("a", 4)]
    reading.log.append(message("a", 3))
    await reading.read()
    assert reading.told == [[1, 2], [3], [4], [5]]


@pytest.mark.parametrize("unreadable", [True, False])
async def test_of_a_run_only_the_event_at_fault_is_set_aside(reading: Reading, *, unreadable: bool) -> None:
    if not unreadable:
        reading.defects = {3}
    for sequence in range(1, 6):
        bad = unreadable and sequence == 3
        reading.log.append(message("a", sequence, value=b"<xml/>") if bad else message("a", sequence))
    await reading.read()
    letters = [DeadLetter.read(each).envelope for each in reading.log.records(DEAD)]
    assert [each and each.sequence for each in letters] == [3]
    assert await reading.inbox.applied("a") == 2
    assert await reading.inbox.parked_heads() == [("a", 4)]


async def test_while_something_is_away_nothing_counts_and_all_is_told_again(reading: Reading) -> None:
    reading.outage = [away()]
    for sequence in (1, 2, 3):
        reading.log.append(message("a", sequence))
    await reading.read()
    assert reading.told == [[1, 2, 3], [1, 2, 3]]
    assert reading.log.records(DEAD) == []


async def test_a_run_has_an_end(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "LONGEST", 2)
    for sequence in range(1, 6):
        reading.log.append(message("a", sequence))
    await reading.read()
    assert reading.told == [[1, 2], [3, 4], [5]]


async def test_control_a_reader_that_does_not_count_tells_across_a_gap(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(strand: Iterable[Place], _: int, heard: Heard) -> Run:
        run = Run()
        for place in strand:
            found = run_of([place], place[1].sequence - 1, heard)
            run.effect, run.told, run.length = found.effect, run.told + found.told, run.length + 1
        return run

    monkeypatch.setattr(module, "run_of", careless)
    with pytest.raises(AssertionError):
        await test_a_run_ends_at_a_gap_and_repeats_are_in_none(reading)
