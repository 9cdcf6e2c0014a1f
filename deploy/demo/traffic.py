"""What went over the topics, from Kafka and from the services' own metrics."""

import asyncio
from collections.abc import Mapping

import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.data.models.base import DataModel
from shared.messaging.kafka import GroupOffsets


class TopicTraffic(DataModel):
    """One topic. `duplicates` and `dead_letters` are of all its readers together, since each of them started."""

    topic: str
    events: int
    duplicates: int
    dead_letters: int


class ReaderTraffic(DataModel):
    """One consumer group."""

    group: str
    lag: int
    parked: int


class Traffic(DataModel):
    """All topics of facts, and all who read them."""

    topics: tuple[TopicTraffic, ...]
    readers: tuple[ReaderTraffic, ...]

    @property
    def events(self) -> int:
        """Everything that was said."""
        return sum(each.events for each in self.topics)

    @property
    def dead_letters(self) -> int:
        """Events that could not be read."""
        return sum(each.dead_letters for each in self.topics)

    @property
    def parked(self) -> int:
        """Events that wait for an earlier one."""
        return sum(each.parked for each in self.readers)

    @property
    def lag(self) -> int:
        """Events that nobody has read yet."""
        return sum(each.lag for each in self.readers)


async def measure(clients: Mapping[str, httpx.AsyncClient], offsets: GroupOffsets, prefix: str) -> Traffic:
    """As it stands now. Raises httpx.HTTPError, KafkaError."""
    series = dict(zip(clients, await asyncio.gather(*(_series(each) for each in clients.values())), strict=True))
    topics = {name: f"{prefix}.{name}.events.v1" for name in clients}
    ends = await offsets.ends(list(topics.values()))
    readers = []
    for name, client in clients.items():
        reads = (await client.get("/progress")).raise_for_status().json()["reads"]
        if reads["topics"]:
            reached = await offsets.committed(reads["group"])
            lag = sum(end - reached.get(place, 0) for place, end in ends.items() if place[0] in reads["topics"])
            parked = int(series[name].get(("openday_parked_events", ""), 0))
            readers.append(ReaderTraffic(group=reads["group"], lag=lag, parked=parked))
    return Traffic(
        topics=tuple(_topic(each, ends, list(series.values())) for each in topics.values()), readers=tuple(readers)
    )


Series = dict[tuple[str, str], float]
"""Value by name and topic (empty where the series has none), other labels added up."""


def _topic(topic: str, ends: Mapping[tuple[str, int], int], series: list[Series]) -> TopicTraffic:
    def of_all(name: str) -> int:
        return int(sum(each.get((name, topic), 0) for each in series))

    return TopicTraffic(
        topic=topic,
        events=sum(end for place, end in ends.items() if place[0] == topic),
        duplicates=of_all("openday_duplicates_total"),
        dead_letters=of_all("openday_dead_letters_total"),
    )


async def _series(client: httpx.AsyncClient) -> Series:
    found: Series = {}
    for family in text_string_to_metric_families((await client.get("/metrics")).raise_for_status().text):
        for sample in family.samples:
            key = sample.name, sample.labels.get("topic", "")
            found[key] = found.get(key, 0.0) + sample.value
    return found
