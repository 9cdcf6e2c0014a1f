"""A broker in memory for what needs exact timing: a publisher that fails when told, and a subscription to a log."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from shared.messaging.ports import Message, PublishFailed, Received

Partition = tuple[str, int]


@dataclass
class Log:
    """Topics of one partition each; everything that was ever sent, in order."""

    topics: dict[str, list[Received]] = field(default_factory=dict)
    fails: int = 0
    """How many further calls of `publish` are not acknowledged."""
    sends_before_failing: bool = False
    """Whether a call that is not acknowledged has sent all the same."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """As `shared.messaging.ports.Publisher`."""
        await asyncio.sleep(0)
        failing = self.fails > 0
        self.fails -= failing
        if not failing or self.sends_before_failing:
            for each in messages:
                self.append(each)
        if failing:
            raise PublishFailed("told to")

    def append(self, message: Message) -> None:
        """One record."""
        topic = self.topics.setdefault(message.topic, [])
        topic.append(Received(message.topic, 0, len(topic), message.key, message.value, list(message.headers)))

    def records(self, topic: str) -> list[Received]:
        """What a topic holds."""
        return self.topics.get(topic, [])


class LogReader:
    """A group's only member, reading some topics of a log. `committed` outlives it: the next reader begins there."""

    def __init__(self, log: Log, topics: Sequence[str], committed: dict[Partition, int]) -> None:
        self._log = log
        self._position = {(topic, 0): committed.get((topic, 0), 0) for topic in topics}
        self._paused: set[Partition] = set()
        self.committed = committed
        self.polls = count()
        self.crash_at_commit: int | None = None
        """The number of the commit that is lost together with the process."""
        self._commits = 0

    async def poll(self, at_most: int, patience: float) -> dict[Partition, list[Received]]:
        """What is there; a short sleep when nothing is."""
        next(self.polls)
        found = {}
        for tp, position in self._position.items():
            records = self._log.records(tp[0])[position : position + at_most]
            if records and tp not in self._paused:
                self._position[tp] = position + len(records)
                found[tp] = records
        await asyncio.sleep(0 if found else 0.001)
        return found

    async def commit(self, next_offsets: Mapping[Partition, int]) -> bool:
        """Remembered, unless the process is to crash here."""
        self._commits += 1
        if self._commits == self.crash_at_commit:
            raise Crash
        self.committed.update(next_offsets)
        return True

    def rewind(self, tp: Partition, offset: int) -> None:
        """Read again, after `resume`."""
        self._position[tp] = offset
        self._paused.add(tp)

    def resume(self, tp: Partition) -> None:
        """Go on."""
        self._paused.discard(tp)

    def assignment(self) -> set[Partition]:
        """All of them."""
        return set(self._position)

    async def bounds(self) -> dict[Partition, tuple[int, int]]:
        """Where we are, and the end."""
        return {tp: (position, len(self._log.records(tp[0]))) for tp, position in self._position.items()}


class Crash(BaseException):
    """The process dies here; nothing of ours may catch it."""


@dataclass
class MemoryInbox:
    """`shared.messaging.ports.Inbox` in memory, for thousands of schedules."""

    done: dict[str, int] = field(default_factory=dict)
    waiting: dict[tuple[str, int], Received] = field(default_factory=dict)
    in_a_row: int = 0

    async def applied(self, aggregate: str, *, fresh: bool = False) -> int:
        """The highest without a hole."""
        return self.done.get(aggregate, 0)

    def forget(self) -> None:
        """Nothing is remembered apart from what is kept."""

    async def advance(self, aggregate: str, sequence: int) -> None:
        """Never back."""
        self.done[aggregate] = max(sequence, self.done.get(aggregate, 0))

    async def park(self, aggregate: str, sequence: int, record: Received) -> None:
        """The first one is kept."""
        self.waiting.setdefault((aggregate, sequence), record)

    async def parked(self, aggregate: str, sequence: int) -> Received | None:
        """That one."""
        return self.waiting.get((aggregate, sequence))

    async def unpark(self, aggregate: str, sequence: int) -> None:
        """Forget it."""
        self.waiting.pop((aggregate, sequence), None)

    async def parked_heads(self) -> list[tuple[str, int]]:
        """The lowest of each."""
        return sorted(dict(sorted(self.waiting, reverse=True)).items())

    async def count_parked(self) -> int:
        """All."""
        return len(self.waiting)

    async def rotten(self) -> int:
        """Dead letters in a row."""
        return self.in_a_row

    async def set_rotten(self, count: int) -> None:
        """Kept."""
        self.in_a_row = count
