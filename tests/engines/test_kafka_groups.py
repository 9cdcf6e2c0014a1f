"""What the product relies on in consumer groups: shared partitions, members that come, go and vanish, kept offsets."""

from contextlib import AsyncExitStack

from aiokafka import AIOKafkaConsumer, TopicPartition

from tests.engines.conftest import NewTopic
from tests.engines.guarantees import fresh_name
from tests.engines.kafka_log import consumer_of, producer_of
from tests.support.engines import TestEngine
from tests.support.waiting import eventually

# Heartbeats carry the news of a rebalance; the session is how long a member that vanished is waited for.
LIVELY = {"heartbeat_interval_ms": 200, "session_timeout_ms": 2_000, "rebalance_timeout_ms": 5_000}


async def test_members_share_the_partitions_and_take_over_from_one_that_leaves(
    kafka_engine: TestEngine, new_topic: NewTopic
) -> None:
    topic = await new_topic(partitions=4)
    group = fresh_name("gate.group.")
    async with consumer_of(kafka_engine.address, topic, group_id=group, **LIVELY) as stays:
        async with consumer_of(kafka_engine.address, topic, group_id=group, **LIVELY) as leaves:
            await eventually(lambda: (shares(stays), shares(leaves)) == (2, 2))
            assert stays.assignment() | leaves.assignment() == {TopicPartition(topic, each) for each in range(4)}
        await eventually(lambda: shares(stays) == 4)


async def test_the_partitions_of_a_member_that_vanishes_are_taken_over(
    kafka_engine: TestEngine, new_topic: NewTopic
) -> None:
    topic = await new_topic(partitions=4)
    group = fresh_name("gate.group.")
    async with AsyncExitStack() as vanishing:
        # A static member says no goodbye when it stops: to the broker it is one that was killed.
        silent = {**LIVELY, "group_instance_id": "silent"}
        gone = await vanishing.enter_async_context(consumer_of(kafka_engine.address, topic, group_id=group, **silent))
        async with consumer_of(kafka_engine.address, topic, group_id=group, **LIVELY) as stays:
            await eventually(lambda: (shares(stays), shares(gone)) == (2, 2))
            await vanishing.aclose()
            await eventually(lambda: shares(stays) == 4)


async def test_every_group_reads_everything_from_the_beginning(kafka_engine: TestEngine, new_topic: NewTopic) -> None:
    topic = await filled_topic(kafka_engine, new_topic)
    for _ in range(2):
        assert await values(kafka_engine, topic, fresh_name("gate.group."), 10) == list(range(10))


async def test_a_group_goes_on_after_what_it_committed(kafka_engine: TestEngine, new_topic: NewTopic) -> None:
    topic, group = await filled_topic(kafka_engine, new_topic), fresh_name("gate.group.")
    place = TopicPartition(topic, 0)

    async with consumer_of(kafka_engine.address, topic, group_id=group, **LIVELY) as consumer:
        while (await consumer.getone()).offset < 8:  # has read more than it commits
            pass
        await consumer.commit({place: 6})

    assert await values(kafka_engine, topic, group, 4) == [6, 7, 8, 9]


def shares(consumer: AIOKafkaConsumer) -> int:
    """How many partitions the group gave to this member."""
    return len(consumer.assignment())


async def filled_topic(kafka_engine: TestEngine, new_topic: NewTopic) -> str:
    """A topic of one partition that holds the numbers from 0 to 9."""
    topic = await new_topic(partitions=1)
    async with producer_of(kafka_engine.address) as producer:
        for number in range(10):
            await producer.send_and_wait(topic, b"%d" % number)
    return topic


async def values(kafka_engine: TestEngine, topic: str, group: str, count: int) -> list[int]:
    """The next so many values that this group is given."""
    async with consumer_of(kafka_engine.address, topic, group_id=group, **LIVELY) as consumer:
        return [int((await consumer.getone()).value or b"-1") for _ in range(count)]
