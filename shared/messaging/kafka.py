"""Apache Kafka through aiokafka: the only importer of aiokafka. Its dangerous defaults are set here, once."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    IllegalStateError,
    KafkaError,
    NoError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
    for_code,
)

from shared.logging import get_logger
from shared.messaging.ports import BrokerAway, Member, Message, PublishFailed, Received
from shared.metrics import Metrics
from shared.settings import KafkaSettings

BROKER_AWAY = (KafkaError, OSError, TimeoutError)
MESSAGE_CAP = 1024 * 1024
FETCH_CAP = 320 * 1024  # bytes of one partition in one answer: more than any event of ours; a reader keeps one for each
_READ_PATIENCE = 5_000  # milliseconds for one answer, when a person waits
_COMMIT_PATIENCE = 5.0  # seconds; aiokafka would ask an absent coordinator for ever, and polling would stop
_JOIN_PATIENCE = 30.0  # seconds to become a member of the group
_SEND_PATIENCE = 10.0  # seconds until an acknowledgement is taken for lost; the outbox still holds the fact


class KafkaPublisher:
    """An idempotent producer (`acks=all`) that is replaced after any failure.

    A producer that lost a batch may answer OutOfOrderSequenceNumber for ever (aiokafka#1017), so none is trusted
    after an error; repeats are harmless because consumers check the sequence.
    """

    def __init__(self, settings: KafkaSettings, metrics: Metrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._producer: Any = None
        self._starting = asyncio.Lock()

    async def publish(self, messages: Sequence[Message]) -> None:
        producer = None
        try:
            producer = await self._started()
            acknowledged = [
                await producer.send(each.topic, each.value, key=each.key, headers=each.headers) for each in messages
            ]
            async with asyncio.timeout(_SEND_PATIENCE):
                await asyncio.gather(*acknowledged)
        except BROKER_AWAY as error:
            await self._discard(producer)
            raise PublishFailed(type(error).__name__) from error

    async def close(self) -> None:
        """Flush and leave, within a few seconds."""
        producer = self._producer
        self._producer = None
        if producer:
            with suppress(*BROKER_AWAY):
                await asyncio.wait_for(producer.stop(), 3)

    async def _started(self) -> Any:
        async with self._starting:
            if self._producer is None:
                fresh = AIOKafkaProducer(
                    bootstrap_servers=self._settings.bootstrap,
                    enable_idempotence=True,
                    max_request_size=MESSAGE_CAP,
                    request_timeout_ms=20_000,
                    linger_ms=0,
                    metadata_max_age_ms=60_000,
                )
                try:
                    await fresh.start()
                except BaseException:
                    await fresh.stop()
                    raise
                self._producer = fresh
            return self._producer

    async def _discard(self, failed: Any) -> None:
        if failed is not None and failed is self._producer:
            self._producer = None
            self._metrics.count("producer_rebuilds_total")
            with suppress(*BROKER_AWAY):
                await asyncio.wait_for(failed.stop(), 5)


class KafkaSubscription:
    """Membership of a consumer group: offsets are committed by hand, a new group starts at the very first fact."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def poll(self, at_most: int, patience: float) -> dict[tuple[str, int], list[Received]]:
        """What arrived, per partition, in order."""
        batches = await self._consumer.getmany(timeout_ms=int(patience * 1000), max_records=at_most)
        return {(tp.topic, tp.partition): [_received(each) for each in records] for tp, records in batches.items()}

    async def commit(self, next_offsets: Mapping[tuple[str, int], int]) -> bool:
        """Says where to go on. False when a rebalance took a partition away: its new owner repeats, harmlessly."""
        owned = self._consumer.assignment()
        offsets = {TopicPartition(*tp): offset for tp, offset in next_offsets.items() if TopicPartition(*tp) in owned}
        if not offsets:
            return not next_offsets
        try:
            async with asyncio.timeout(_COMMIT_PATIENCE):
                await self._consumer.commit(offsets)
        except BROKER_AWAY as error:
            get_logger().warning("commit_failed", cause=type(error).__name__)
            return False
        return len(offsets) == len(next_offsets)

    def rewind(self, tp: tuple[str, int], offset: int) -> None:
        """Read this partition again from `offset`, but not before `resume`."""
        with suppress(IllegalStateError, AssertionError):
            self._consumer.seek(TopicPartition(*tp), offset)
            self._consumer.pause(TopicPartition(*tp))

    def resume(self, tp: tuple[str, int]) -> None:
        """Take up a paused partition."""
        if TopicPartition(*tp) in self._consumer.assignment():
            self._consumer.resume(TopicPartition(*tp))

    def assignment(self) -> set[tuple[str, int]]:
        """The partitions that are ours now."""
        return {(tp.topic, tp.partition) for tp in self._consumer.assignment()}

    async def bounds(self) -> dict[tuple[str, int], tuple[int, int]]:
        """Of each partition that is ours: the next offset to poll, and the end. Raises BrokerAway."""
        owned = self._consumer.assignment()
        try:
            ends = await self._consumer.end_offsets(owned) if owned else {}
            return {(tp.topic, tp.partition): (await self._consumer.position(tp), end) for tp, end in ends.items()}
        except BROKER_AWAY as away:
            raise BrokerAway(type(away).__name__) from away


class _Dealing(ConsumerRebalanceListener):  # type: ignore[misc]
    """aiokafka's way of telling a member; it logs what is raised here and goes on."""

    def __init__(self, member: Member) -> None:
        self._member = member

    async def on_partitions_revoked(self, revoked: Any) -> None:
        if revoked:
            await self._member.revoked()

    async def on_partitions_assigned(self, assigned: Any) -> None:
        await self._member.assigned()


@asynccontextmanager
async def subscribe(
    settings: KafkaSettings, group: str, topics: Sequence[str], member: Member
) -> AsyncIterator[KafkaSubscription]:
    """Join `group` as `member`; leave it at the end."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
        max_partition_fetch_bytes=FETCH_CAP,
        session_timeout_ms=6_000,  # a killed member blocks its group for so long
        heartbeat_interval_ms=2_000,
        rebalance_timeout_ms=60_000,
        max_poll_interval_ms=300_000,
        fetch_max_wait_ms=500,
        metadata_max_age_ms=60_000,
    )
    consumer.subscribe(list(topics), listener=_Dealing(member))
    try:
        async with asyncio.timeout(_JOIN_PATIENCE):
            await consumer.start()
        yield KafkaSubscription(consumer)
    finally:
        with suppress(*BROKER_AWAY):
            await asyncio.wait_for(consumer.stop(), 10)


async def answers(settings: KafkaSettings) -> bool:
    """Whether the broker answers a connection of its own."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap, request_timeout_ms=_READ_PATIENCE)
    try:
        async with asyncio.timeout(_READ_PATIENCE / 1000):
            await admin.start()
    except BROKER_AWAY:
        return False
    finally:
        await admin.close()
    return True


async def create_topics(settings: KafkaSettings, names: Mapping[str, int]) -> None:
    """Each topic with its number of partitions; those that exist stay as they are. Facts are kept for ever."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap)
    try:
        await admin.start()
        there = set(await admin.list_topics())
        missing = [
            NewTopic(
                name,
                partitions,
                settings.replication,
                topic_configs={
                    "cleanup.policy": "delete",
                    "retention.ms": "-1",
                    "max.message.bytes": str(MESSAGE_CAP),
                    "message.timestamp.type": "CreateTime",
                },
            )
            for name, partitions in names.items()
            if name not in there
        ]
        if missing:
            _must_be_made(await admin.create_topics(missing))
    finally:
        await admin.close()


def _must_be_made(answer: Any) -> None:
    """The broker refuses inside its answer, topic by topic; to come second is no refusal. Raises KafkaError."""
    for topic, code, *_ in answer.topic_errors:
        error = for_code(code)
        if error not in (NoError, TopicAlreadyExistsError):
            raise error(f"topic {topic} cannot be made")


async def read_all(settings: KafkaSettings, topic: str) -> list[Received]:
    """Everything in a topic, once; for an operator's eyes (dead letters), not for a hot path. Raises KafkaError.

    A topic that does not exist holds nothing; to be sure of that takes some seconds.
    """
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=settings.bootstrap,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
        max_partition_fetch_bytes=MESSAGE_CAP,
        request_timeout_ms=_READ_PATIENCE,
    )
    found: list[Received] = []
    try:
        await consumer.start()
        ends = await consumer.end_offsets(consumer.assignment())
        for tp, end in sorted(ends.items()):
            while await consumer.position(tp) < end:
                for records in (await consumer.getmany(tp, timeout_ms=500)).values():
                    found += map(_received, records)
    except UnknownTopicOrPartitionError:
        await asyncio.sleep(0)  # lets aiokafka's own task begin: cancelled before that, it would cancel us
    finally:
        await consumer.stop()
    return found


class GroupOffsets:
    """How far consumer groups have come, asked over connections that stay open. Everything raises KafkaError."""

    def __init__(self, admin: AIOKafkaAdminClient, reader: AIOKafkaConsumer) -> None:
        self._admin = admin
        self._reader = reader
        self._partitions: dict[str, list[TopicPartition]] = {}

    async def committed(self, group: str) -> dict[tuple[str, int], int]:
        """The next offset of every partition for which the group has committed one."""
        found = await self._admin.list_consumer_group_offsets(group)
        return {(tp.topic, tp.partition): each.offset for tp, each in found.items() if each.offset >= 0}

    async def ends(self, topics: Sequence[str]) -> dict[tuple[str, int], int]:
        """The end of every partition of these topics: the offset that the next record will have."""
        unknown = [each for each in topics if each not in self._partitions]
        for each in await self._admin.describe_topics(unknown) if unknown else []:
            self._partitions[each["topic"]] = [
                TopicPartition(each["topic"], p["partition"]) for p in each["partitions"]
            ]
        wanted = [tp for topic in topics for tp in self._partitions[topic]]
        found = await self._reader.end_offsets(wanted) if wanted else {}
        return {(tp.topic, tp.partition): end for tp, end in found.items()}


@asynccontextmanager
async def group_offsets(settings: KafkaSettings) -> AsyncIterator[GroupOffsets]:
    """For operators, and for drivers of a steered clock."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap)
    reader = AIOKafkaConsumer(bootstrap_servers=settings.bootstrap, enable_auto_commit=False)
    try:
        await admin.start()
        await reader.start()
        yield GroupOffsets(admin, reader)
    finally:
        await reader.stop()
        await admin.close()


def _received(each: Any) -> Received:
    headers = list(each.headers)
    return Received(each.topic, each.partition, each.offset, each.key, each.value, headers, each.timestamp)
