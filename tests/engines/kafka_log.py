"""What the Kafka tests share: topics with declared settings, and reading a topic to its end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

Record: TypeAlias = ConsumerRecord
MOST_REPLICAS = 3


@asynccontextmanager
async def admin_of(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """An admin client, closed afterwards."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def make_topic(bootstrap: str, name: str, partitions: int, **settings: str) -> None:
    """A topic as the product makes them, on three brokers where there are; `settings` with _ for dots."""
    configs = {key.replace("_", "."): value for key, value in {"retention_ms": "-1", **settings}.items()}
    async with admin_of(bootstrap) as admin:
        replicas = min(MOST_REPLICAS, len((await admin.describe_cluster())["brokers"]))
        answer = await admin.create_topics([NewTopic(name, partitions, replicas, topic_configs=configs)])
    codes = [error[1] for error in answer.topic_errors]
    assert codes == [0], answer


@asynccontextmanager
async def producer_of(bootstrap: str, **settings: object) -> AsyncIterator[AIOKafkaProducer]:
    """An idempotent producer, which waits for every in-sync replica."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, **settings)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


@asynccontextmanager
async def consumer_of(bootstrap: str, *topics: str, **settings: object) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer that commits only when told, and begins at the beginning."""
    consumer = AIOKafkaConsumer(
        *topics, bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest", **settings
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def read_all(bootstrap: str, topic: str, partitions: int = 3) -> list[Record]:
    """Every record of the topic up to its end of now, partition by partition."""
    places = [TopicPartition(topic, number) for number in range(partitions)]
    records: list[Record] = []
    async with consumer_of(bootstrap) as consumer:
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        while any([await consumer.position(place) < ends[place] for place in places]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                records += batch
    return sorted(records, key=lambda record: (record.partition, record.offset))
