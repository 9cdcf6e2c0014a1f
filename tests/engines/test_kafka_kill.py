"""What Kafka acknowledged, records and committed offsets alike, is there after kill -9."""

import asyncio
import random
from collections import defaultdict

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from deploy.engines.process import EngineProcess
from tests.engines.conftest import NewTopic
from tests.engines.guarantees import fresh_name, holds
from tests.engines.kafka_log import Record, consumer_of, producer_of, read_all

ROUNDS = 2
KEYS = 6
FEWEST, MOST = 300, 1_500  # acknowledged records before the kill

Acknowledged = dict[tuple[int, int], bytes]  # (partition, offset) -> value


async def test_what_was_acknowledged_survives_kill_9(mortal_kafka: EngineProcess, new_topic: NewTopic) -> None:
    address = mortal_kafka.engine.address
    topic, group = await new_topic(), fresh_name("gate.group.")
    acknowledged: Acknowledged = {}
    for number in range(ROUNDS):
        await load_until_killed(mortal_kafka, topic, acknowledged, number)
        await start_again(mortal_kafka)
        records = await read_all(address, topic)
        compare(records, acknowledged)

        committed = await committed_offset(address, topic, group)
        holds(committed == (number or None), f"the group was at {number} and is at {committed}")
        await commit(address, topic, group, number + 1)
    assert len(acknowledged) >= ROUNDS * FEWEST


async def load_until_killed(process: EngineProcess, topic: str, acknowledged: Acknowledged, number: int) -> None:
    """Senders, one per key, each waiting for its answer; the engine dies in the middle of it."""
    enough = len(acknowledged) + random.randint(FEWEST, MOST)
    killed = asyncio.Event()

    async with producer_of(process.engine.address, request_timeout_ms=2_000, retry_backoff_ms=50) as producer:

        async def send(key: int) -> None:
            step = 0
            while not killed.is_set():
                value = b"%d:%d:%d" % (number, key, step)
                step += 1
                try:
                    sent = await producer.send_and_wait(topic, value, key=b"%d" % key)
                except KafkaError:
                    return  # nobody will ever know
                acknowledged[sent.partition, sent.offset] = value
                if len(acknowledged) >= enough and not killed.is_set():
                    killed.set()
                    process.kill()

        senders = [asyncio.create_task(send(key)) for key in range(KEYS)]
        await killed.wait()
        for sender in senders:
            sender.cancel()
        await asyncio.gather(*senders, return_exceptions=True)
        # Else `stop` would wait for the dead engine, and what is on its way would be sent to the next one.
        producer._sender.sender_task.cancel()


async def start_again(process: EngineProcess) -> None:
    process.start()
    await asyncio.to_thread(process.wait_ready)


def compare(records: list[Record], acknowledged: Acknowledged) -> None:
    """Every acknowledged record at its place, none twice, every key in the order of sending. Raises Broken."""
    there = {(record.partition, record.offset): record.value for record in records}
    lost = [value for place, value in acknowledged.items() if there.get(place) != value]
    holds(not lost, f"{len(lost)} of {len(acknowledged)} acknowledged records are lost, such as {lost[:1]}")
    order: dict[bytes, list[tuple[int, ...]]] = defaultdict(list)
    for record in records:
        order[record.key or b""].append(tuple(map(int, (record.value or b"").split(b":"))))
    for key, values in order.items():
        holds(values == sorted(set(values)), f"key {key!r} is out of order, or holds a record twice")


async def committed_offset(address: str, topic: str, group: str) -> int | None:
    async with consumer_of(address, group_id=group) as consumer:
        place = TopicPartition(topic, 0)
        consumer.assign([place])
        committed: int | None = await consumer.committed(place)
        return committed


async def commit(address: str, topic: str, group: str, offset: int) -> None:
    async with consumer_of(address, group_id=group) as consumer:
        place = TopicPartition(topic, 0)
        consumer.assign([place])
        await consumer.commit({place: offset})
