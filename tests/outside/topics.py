"""Topics as librdkafka reads them: another client than the house's, in no group, from the first record to the last."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from confluent_kafka import (
    OFFSET_BEGINNING,
    OFFSET_END,
    Consumer,
    ConsumerGroupTopicPartitions,
    Message,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

PATIENCE = 10.0  # seconds for one answer of the broker
LOOK = 0.1  # seconds in which a batch is collected
Place = tuple[str, int]  # topic, partition


NO_OPTIONS: Mapping[str, str] = {}


class TopicsAway(Exception):
    """The broker does not answer the judge, or has no such topic."""


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


class Follower:
    """Reads on: each call of `news` gives what came since the one before, so that nothing is read twice."""

    def __init__(self, reader: Consumer, topics: Sequence[str]) -> None:
        self._reader = reader
        self._topics = topics
        self._next: dict[Place, int] = {}

    def news(self) -> Iterator[Record]:
        """Up to the ends as they are now, per partition in order. Raises TopicsAway."""
        missing = {}
        for place, (low, high) in _ranges(self._reader, self._topics).items():
            if high > max(low, self._next.get(place, 0)):
                missing[place] = high
        self._reader.assign([TopicPartition(*place, self._next.get(place, 0)) for place in missing])
        heard = time.monotonic()
        while missing:
            batch = self._reader.consume(1000, LOOK)
            if batch:
                heard = time.monotonic()
            elif time.monotonic() - heard > PATIENCE:
                raise TopicsAway(f"nothing more came of {sorted(missing)}")
            yield from self._taken(batch, missing)

    def _taken(self, batch: Iterable[Message], missing: dict[Place, int]) -> Iterator[Record]:
        for message in batch:
            if message.error():
                raise TopicsAway(str(message.error()))
            record = _record(message)
            place = record.topic, record.partition
            self._next[place] = record.offset + 1
            if record.offset + 1 >= missing.get(place, 0):
                missing.pop(place, None)
            yield record


@contextmanager
def following(
    bootstrap: str, topics: Sequence[str], options: Mapping[str, str] = NO_OPTIONS, *, must_exist: bool = False
) -> Iterator[Follower]:
    """From the first record that the topics still hold. `options` are librdkafka's. Raises TopicsAway."""
    with _reader(bootstrap, options) as reader:
        if must_exist and (absent := sorted(set(topics) - {topic for topic, _ in _ranges(reader, topics)})):
            raise TopicsAway(f"there is no topic {', '.join(absent)}")
        yield Follower(reader, topics)


def read_all(bootstrap: str, topics: Sequence[str]) -> list[Record]:
    """Everything in these topics, per partition in order. Raises TopicsAway."""
    with following(bootstrap, topics) as follower:
        return sorted(follower.news(), key=lambda each: (each.topic, each.partition, each.offset))


def ends(bootstrap: str, topics: Sequence[str]) -> dict[Place, int]:
    """The offset that the next record of each partition will have. Raises TopicsAway."""
    with _reader(bootstrap) as reader:
        return {place: high for place, (_, high) in _ranges(reader, topics).items()}


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


@contextmanager
def _reader(bootstrap: str, options: Mapping[str, str] = NO_OPTIONS) -> Iterator[Consumer]:
    reader = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "outside",  # never joined, nothing is committed
            "enable.partition.eof": False,
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "broker.address.family": "v4",
            "log_level": 2,  # what goes wrong is said once, by TopicsAway, and not at every attempt to connect
            **options,
            "enable.auto.commit": False,
        }
    )
    try:
        yield reader
    finally:
        reader.close()


def _ranges(reader: Consumer, topics: Sequence[str]) -> dict[Place, tuple[int, int]]:
    """First offset that is there, and the one that the next record will have."""
    try:
        places = [
            (topic, partition)
            for topic in topics
            for partition in reader.list_topics(topic, timeout=PATIENCE).topics[topic].partitions
        ]
        firsts, ends = (_offsets(reader, places, which) for which in (OFFSET_BEGINNING, OFFSET_END))
    except Exception as error:  # librdkafka's errors have no common parent but Exception
        raise TopicsAway(f"ends of {', '.join(topics)}: {error}") from error
    return {place: (firsts[place], ends[place]) for place in places}


def _offsets(reader: Consumer, places: Sequence[Place], which: int) -> dict[Place, int]:
    """All of them with one question to each broker: asked one by one, they take a tenth of a second each."""
    deadline = time.monotonic() + PATIENCE
    while True:
        asked = [TopicPartition(*place, which) for place in places]
        found = reader.offsets_for_times(asked, timeout=PATIENCE) if asked else []
        wrong = [each.error for each in found if each.error]
        if not wrong:
            return {(each.topic, each.partition): each.offset for each in found}
        if time.monotonic() > deadline:
            raise TopicsAway(str(wrong[0]))
        time.sleep(LOOK)  # a leader is being elected


def _record(message: Any) -> Record:  # its stubs say that every part may be absent; of a record none is
    headers = tuple((name, bytes(value or b"")) for name, value in message.headers() or ())
    return Record(message.topic(), message.partition(), message.offset(), message.key(), message.value(), headers)
