"""Records that no service of ours would send, by another Kafka client: poison, repeats, too early ones."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from confluent_kafka import KafkaError, Message, Producer

from tests.outside.topics import Record, read_all

PATIENCE = 20.0  # seconds
ANYWHERE = -1  # librdkafka's way to let the key decide


@dataclass(frozen=True)
class Raw:
    """One record to send. `partition` None: where its key belongs, as our own producers decide it."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    partition: int | None = None

    @classmethod
    def again(cls, record: Record) -> "Raw":
        """The same once more, in the same place."""
        return cls(record.topic, record.key, record.value, record.headers, record.partition)


def send(bootstrap: str, records: Sequence[Raw]) -> list[tuple[str, int, int]]:
    """In order; where each of them lies (topic, partition, offset). Blocks. Raises RuntimeError when one is refused."""
    places: dict[int, tuple[str, int, int]] = {}
    refused: list[str] = []
    writer = Producer(
        {"bootstrap.servers": bootstrap, "broker.address.family": "v4", "partitioner": "murmur2_random", "log_level": 3}
    )

    def teller(number: int) -> Callable[[KafkaError | None, Message], None]:
        def told(error: KafkaError | None, message: Message) -> None:
            if error:
                refused.append(str(error))
            else:
                places[number] = (str(message.topic()), int(message.partition() or 0), int(message.offset() or 0))

        return told

    for number, each in enumerate(records):
        writer.produce(
            each.topic,
            value=each.value,
            key=each.key,
            headers=list(each.headers),
            on_delivery=teller(number),
            partition=ANYWHERE if each.partition is None else each.partition,
        )
    writer.flush(PATIENCE)
    if refused or len(places) != len(records):
        raise RuntimeError(f"{len(records) - len(places)} records were not taken: {refused[:3]}")
    return [places[number] for number in range(len(records))]


def some_old(bootstrap: str, topics: Sequence[str], number: int, chance: random.Random) -> list[Record]:
    """Records that lie in these topics, at random. Blocks."""
    there = read_all(bootstrap, topics)
    return chance.sample(there, min(number, len(there)))
