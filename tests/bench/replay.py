"""Topics filled with a year, and readers watched on their way through them. What K4 and K5 have in common."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import httpx
from prometheus_client.parser import text_string_to_metric_families

from shared.events.catalogue import events_topic
from shared.messaging.kafka import KafkaPublisher, group_offsets
from shared.messaging.ports import Message
from shared.messaging.topics import ensure_all
from shared.metrics import Metrics
from shared.settings import KafkaSettings
from tests.bench.figures import Unexpected
from tests.bench.programs import Program
from tests.bench.year import Year

PER_ACTIVITY = 73  # facts, about
READS = {
    "feedback": ("registration",),
    "reporting": ("registration", "feedback"),
    "scoring": ("registration", "feedback", "reporting"),
}
"""Whose facts each reader is watched on; scoring's own grow while it reads."""
PATIENCE = 400.0  # seconds for everything to be read
LOOK = 0.05  # seconds between looks at the committed offsets


@dataclass(frozen=True)
class Pace:
    """What a group read, from the last look that found nothing done to the end."""

    events: int
    seconds: float


def fill(kafka: KafkaSettings, events: int, name: str = "y") -> tuple[int, int]:
    """Put about so many facts on the topics; how many, and how many of them scoring judges by."""
    year = Year(name, kafka.topic_prefix, random.Random(7)).told_by(max(1, events // PER_ACTIVITY))
    asyncio.run(_publish(kafka, list(year.messages())))
    return len(year.told), year.judged


def watch(kafka: KafkaSettings, reader: str) -> Pace:
    """Until this service has committed everything that stands in the topics now. Raises Unexpected."""
    return asyncio.run(_watched(kafka, reader))


def outcome(program: Program, series: str, **labels: str) -> int:
    """The sum of one of its series over all labels but these."""
    found = httpx.get(f"http://127.0.0.1:{program.port}/metrics", timeout=10, trust_env=False).text
    return int(
        sum(
            sample.value
            for family in text_string_to_metric_families(found)
            for sample in family.samples
            if sample.name == series and labels.items() <= sample.labels.items()
        )
    )


def must_be_clean(program: Program) -> None:
    """Raises Unexpected when a reader set something aside, or parked it."""
    for series in ("openday_dead_letters_total", "openday_parked_events"):
        if found := outcome(program, series):
            raise Unexpected(f"{program.module}: {series} is {found} after a replay of good events")


async def _publish(kafka: KafkaSettings, messages: Sequence[Message]) -> None:
    await ensure_all(kafka)
    publisher = KafkaPublisher(kafka, Metrics("bench"))
    rest = iter(messages)
    while some := list(islice(rest, 2000)):
        await publisher.publish(some)
    await publisher.close()


async def _watched(kafka: KafkaSettings, reader: str) -> Pace:
    group, topics = f"{kafka.topic_prefix}.{reader}", [events_topic(each, kafka.topic_prefix) for each in READS[reader]]
    deadline, begun = time.monotonic() + PATIENCE, 0.0
    async with group_offsets(kafka) as offsets:
        ends = await offsets.ends(topics)
        while True:
            committed, at = await offsets.committed(group), time.perf_counter()
            read = sum(min(end, committed.get(place, 0)) for place, end in ends.items())
            if not read or not begun:
                begun = at
            if read == sum(ends.values()):
                return Pace(read, at - begun)
            if time.monotonic() > deadline:
                raise Unexpected(f"{group} read {read} of {sum(ends.values())} events in {PATIENCE:.0f} s")
            await asyncio.sleep(LOOK)
