"""A district's topics copied under another prefix, record by record: a rebuild reads the copies from the first fact on.

So what a rebuild publishes itself never mixes with what the judge reads.
"""

import threading
from collections.abc import Sequence

from confluent_kafka import Consumer, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from shared.events.catalogue import OWNERS, events_topic

PATIENCE = 10.0  # seconds for one answer of the broker


class Mirror:
    """Copies from `prefix` to `onto`, each record to its own partition number. Blocking: call it beside the loop."""

    def __init__(self, bootstrap: str, prefix: str, onto: str, copies: int) -> None:
        self._client: dict[str, str | int | float | bool] = {
            "bootstrap.servers": bootstrap,
            "broker.address.family": "v4",
        }
        self._topics = {events_topic(each, prefix): events_topic(each, onto) for each in OWNERS}
        self._copies = copies
        self._done = threading.Event()
        self.copied = 0

    def finish(self) -> None:
        """Copy up to the present end, then `run` returns."""
        self._done.set()

    def run(self) -> int:
        """Until `finish`; how many records were copied. Raises KafkaException."""
        reader = Consumer(self._client | {"group.id": "mirror", "enable.auto.commit": False})
        writer = Producer(self._client | {"enable.idempotence": True, "linger.ms": 5, "log_level": 3})
        try:
            places = self._make_topics(reader)
            reader.assign([TopicPartition(topic, partition, 0) for topic, partition in places])
            while True:
                last = self._done.is_set()
                ends = self._ends(reader, places) if last else {}
                self._copy(reader, writer, ends)
                if last:
                    return self.copied
        finally:
            writer.flush(PATIENCE)
            reader.close()

    def _make_topics(self, reader: Consumer) -> list[tuple[str, int]]:
        found = reader.list_topics(timeout=PATIENCE).topics
        places = [(topic, partition) for topic in self._topics for partition in found[topic].partitions]
        admin = AdminClient(self._client)
        fresh = [
            NewTopic(copy, num_partitions=len(found[topic].partitions), replication_factor=self._copies)
            for topic, copy in self._topics.items()
        ]
        for made in admin.create_topics(fresh, operation_timeout=PATIENCE).values():
            made.result(PATIENCE)
        return places

    def _ends(self, reader: Consumer, places: Sequence[tuple[str, int]]) -> dict[tuple[str, int], int]:
        return {place: reader.get_watermark_offsets(TopicPartition(*place), timeout=PATIENCE)[1] for place in places}

    def _copy(self, reader: Consumer, writer: Producer, ends: dict[tuple[str, int], int]) -> None:
        """One batch; with `ends`, everything before them."""
        while True:
            for each in reader.consume(500, 0.2):
                self._send(writer, each)
            writer.flush(PATIENCE)
            reached = {(each.topic, each.partition): each.offset for each in reader.position(reader.assignment())}
            if all(reached[place] >= end for place, end in ends.items() if end):
                return

    def _send(self, writer: Producer, each: Message) -> None:
        if each.error():
            return
        writer.produce(
            self._topics[each.topic() or ""],
            value=each.value(),
            key=each.key(),
            partition=each.partition() or 0,
            headers=each.headers() or [],
            timestamp=each.timestamp()[1],
        )
        self.copied += 1
