"""Topics as librdkafka reads them: another client than the house's, in no group, from the first record to the last."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient

PATIENCE = 10.0  # seconds for one answer of the broker
LOOK = 0.1  # seconds in which a batch is collected
Place = tuple[str, int]  # topic, partition


class TopicsAway(Exception):
    """The broker does not answer the judge."""


@dataclass(frozen=True)
class Record:
    """One record, as it lies in the topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]

    @property
    def place(self) -> str:
        """Where it lies, as dead letters say it."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    def header(self, name: str) -> str:
        """The first of that name; empty when there is none."""
        return next((value.decode(errors="replace") for each, value in self.headers if each == name), "")


@contextmanager
def _reader(bootstrap: str) -> Iterator[Consumer]:
    reader = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "oracle",  # never joined, nothing is committed
            "enable.auto.commit": False,
            "enable.partition.eof": False,
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "broker.address.family": "v4",
        }
    )
    try:
        yield reader
    finally:
        reader.close()


def ends(bootstrap: str, topics: Sequence[str]) -> dict[Place, int]:
    """The offset that the next record of each partition will have. Raises TopicsAway."""
    with _reader(bootstrap) as reader:
        return _ends(reader, topics)


def read_all(bootstrap: str, topics: Sequence[str]) -> list[Record]:
    """Everything in these topics, per partition in order. Raises TopicsAway."""
    with _reader(bootstrap) as reader:
        last = {place: end for place, end in _ends(reader, topics).items() if end}
        reader.assign([TopicPartition(topic, partition, 0) for topic, partition in last])
        found: list[Record] = []
        missing = dict(last)
        heard = time.monotonic()
        while missing:
            batch = reader.consume(1000, LOOK)
            if batch:
                heard = time.monotonic()
            elif time.monotonic() - heard > PATIENCE:
                raise TopicsAway(f"nothing more came of {sorted(missing)}")
            for message in batch:
                if message.error():
                    raise TopicsAway(str(message.error()))
                record = _record(message)
                found.append(record)
                if record.offset + 1 >= missing.get((record.topic, record.partition), 0):
                    missing.pop((record.topic, record.partition), None)
    return sorted(found, key=lambda each: (each.topic, each.partition, each.offset))


def lags(bootstrap: str, groups: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """By group, how many records of its topics it has not committed yet. Raises TopicsAway."""
    admin = AdminClient({"bootstrap.servers": bootstrap, "broker.address.family": "v4"})
    wanted = sorted({topic for topics in groups.values() for topic in topics})
    last = ends(bootstrap, wanted)
    found = {}
    for group, topics in groups.items():
        places = [place for place in last if place[0] in topics]
        reached = _committed(admin, group, places)
        found[group] = sum(last[each] - reached.get(each, 0) for each in places)
    return found


def _committed(admin: AdminClient, group: str, places: Sequence[Place]) -> dict[Place, int]:
    asked = ConsumerGroupTopicPartitions(group, [TopicPartition(*each) for each in places])
    try:
        answer = admin.list_consumer_group_offsets([asked], request_timeout=PATIENCE)[group].result()
    except Exception as error:  # librdkafka's errors have no common parent but Exception
        raise TopicsAway(f"offsets of {group}: {error}") from error
    return {(each.topic, each.partition): each.offset for each in answer.topic_partitions if each.offset >= 0}


def _ends(reader: Consumer, topics: Sequence[str]) -> dict[Place, int]:
    found: dict[Place, int] = {}
    try:
        for topic in topics:
            known = reader.list_topics(topic, timeout=PATIENCE).topics[topic]
            for partition in known.partitions:
                place = TopicPartition(topic, partition)
                _, found[topic, partition] = reader.get_watermark_offsets(place, timeout=PATIENCE)
    except Exception as error:
        raise TopicsAway(f"ends of {', '.join(topics)}: {error}") from error
    return found


def _record(message: object) -> Record:
    at = message
    headers = tuple((name, bytes(value or b"")) for name, value in at.headers() or ())  # type: ignore[attr-defined]
    return Record(at.topic(), at.partition(), at.offset(), at.key(), at.value(), headers)  # type: ignore[attr-defined]
