"""What the product relies on in a topic: order within a key, settings that are applied, nothing made by accident."""

import asyncio
from collections import defaultdict
from typing import Any

import pytest
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import MessageSizeTooLargeError

from tests.engines.conftest import NewTopic
from tests.engines.kafka_log import admin_of, make_topic, producer_of, read_all
from tests.support.engines import TestEngine
from tests.support.waiting import eventually

CREATE_TIME = 0


async def test_order_within_a_key_is_the_order_of_sending(kafka_engine: TestEngine, new_topic: NewTopic) -> None:
    topic = await new_topic()
    async with producer_of(kafka_engine.address, linger_ms=2) as producer:
        # Not awaited one by one: whole batches are on their way at once, and must still not overtake each other.
        sent = [
            await producer.send(topic, b"%d" % number, key=b"activity-%d" % (number % 7)) for number in range(2_000)
        ]
        await asyncio.gather(*sent)

    order: dict[bytes, list[int]] = defaultdict(list)
    places: dict[bytes, set[int]] = defaultdict(set)
    for record in await read_all(kafka_engine.address, topic):
        order[record.key or b""].append(int(record.value or b"-1"))
        places[record.key or b""].add(record.partition)

    assert {key: len(partitions) for key, partitions in places.items()} == dict.fromkeys(places, 1)
    assert order == {b"activity-%d" % key: list(range(key, 2_000, 7)) for key in range(7)}
    assert len(set.union(*places.values())) > 1


async def test_topic_settings_are_applied(kafka_engine: TestEngine, new_topic: NewTopic) -> None:
    settings = {"max_message_bytes": "20000", "message_timestamp_type": "CreateTime", "cleanup_policy": "delete"}
    topic = await new_topic(partitions=5, **settings)

    async with admin_of(kafka_engine.address) as admin:
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
        described = await eventually(lambda: _described(admin, topic))  # brokers hear of a new topic a moment later
    applied = {entry[0]: entry[1] for entry in answer.resources[0][4]}

    assert len(described["partitions"]) == 5
    assert {key: applied[key] for key in ("max.message.bytes", "message.timestamp.type", "cleanup.policy")} == {
        key.replace("_", "."): value for key, value in settings.items()
    }
    assert applied["retention.ms"] == "-1"


async def _described(admin: Any, topic: str) -> Any:
    """The topic once it has partitions; nothing before."""
    (found,) = await admin.describe_topics([topic])
    return found if found["partitions"] else None


async def test_a_record_beyond_the_topics_limit_is_refused_and_the_next_goes_in(
    kafka_engine: TestEngine, new_topic: NewTopic
) -> None:
    topic = await new_topic(max_message_bytes="20000")
    async with producer_of(kafka_engine.address, max_request_size=1_000_000) as producer:
        with pytest.raises(MessageSizeTooLargeError):
            await producer.send_and_wait(topic, b"x" * 50_000, key=b"k")
    async with producer_of(kafka_engine.address) as producer:
        await producer.send_and_wait(topic, b"fits", key=b"k")

    assert [record.value for record in await read_all(kafka_engine.address, topic)] == [b"fits"]


async def test_a_record_keeps_its_headers_and_its_senders_time(kafka_engine: TestEngine, new_topic: NewTopic) -> None:
    topic = await new_topic()
    headers = [("ce_id", b"a-1"), ("ce_type", "街道".encode()), ("empty", b"")]
    async with producer_of(kafka_engine.address) as producer:
        await producer.send_and_wait(topic, b"v", key=b"k", headers=headers, timestamp_ms=1_630_454_400_000)

    (record,) = await read_all(kafka_engine.address, topic)
    assert list(record.headers) == headers
    assert (record.timestamp, record.timestamp_type) == (1_630_454_400_000, CREATE_TIME)


async def test_a_second_creation_is_refused_and_changes_nothing(kafka_engine: TestEngine, new_topic: NewTopic) -> None:
    topic = await new_topic(partitions=2)

    with pytest.raises(AssertionError, match="already exists"):
        await make_topic(kafka_engine.address, topic, partitions=4)

    async with admin_of(kafka_engine.address) as admin:
        (described,) = await admin.describe_topics([topic])
    assert len(described["partitions"]) == 2
