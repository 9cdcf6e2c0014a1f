"""A broker in memory: topics with partitions, a publisher that fails when told, groups (`tests.support.groups`).

`tests/ports` holds it and the real one to the same suite.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal
from zlib import crc32

from shared.messaging.ports import Member, Message, PublishFailed, Received
from tests.support.groups import Group, MemorySubscription, Topics


@dataclass
class Log:
    """Everything that was ever sent, in order; also a `shared.messaging.ports.Publisher`."""

    partitions: int = 1
    fails: int = 0
    """How many further calls of `publish` are not acknowledged."""
    sends_before_failing: bool = False
    """Whether a call that is not acknowledged has sent all the same."""
    reset: Literal["earliest", "latest"] = "earliest"
    """Where a group without an offset begins; `latest` is what a broken build would ask for."""
    topics: Topics = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)

    async def publish(self, messages: Sequence[Message]) -> None:
        """As the port says."""
        await asyncio.sleep(0)
        failing = self.fails > 0
        self.fails -= failing
        if not failing or self.sends_before_failing:
            for each in messages:
                self.append(each)
        if failing:
            raise PublishFailed("told to")

    def append(self, message: Message) -> Received:
        """One record, at the end of its key's partition."""
        partition = crc32(message.key or b"") % self.partitions
        records = self.topic(message.topic)[partition]
        record = Received(
            message.topic, partition, len(records), message.key, message.value, list(message.headers), written_at=1
        )
        records.append(record)
        for each in self.groups.values():
            each.arrived(message.topic)
        return record

    def topic(self, name: str) -> list[list[Received]]:
        """The partitions of a topic, made when it is not there yet."""
        if name not in self.topics:
            self.topics[name] = [[] for _ in range(self.partitions)]
        return self.topics[name]

    def records(self, topic: str) -> list[Received]:
        """What a topic holds, partition by partition."""
        return [record for partition in self.topics.get(topic, []) for record in partition]

    def committed(self, group: str, topic: str, partition: int = 0) -> int:
        """How far a group has come."""
        return self.groups[group].committed.get((topic, partition), 0) if group in self.groups else 0

    def group(self, name: str) -> Group:
        """A consumer group, made when it is not there yet."""
        return self.groups.setdefault(name, Group(self.topic, latest=self.reset == "latest"))

    @asynccontextmanager
    async def subscribe(
        self, group: str, topics: Sequence[str], member: Member | None = None
    ) -> AsyncIterator[MemorySubscription]:
        """Join a group as `member`; leave it at the end. As `shared.messaging.kafka.subscribe`."""
        joined = self.group(group)
        subscription = MemorySubscription(joined, topics, member)
        try:
            await joined.enter(subscription)
            yield subscription
        finally:
            subscription.leave()

    def __iter__(self) -> Iterator[str]:
        """The names of its topics."""
        return iter(self.topics)
