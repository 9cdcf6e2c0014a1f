"""F18: records that nobody can read are set aside once each by whoever has to read them; everything else goes on."""

import asyncio
import json
from collections.abc import Iterator
from functools import partial

from shared.events.catalogue import events_topic
from tests.faults.lab.raw import Raw, send
from tests.faults.lab.stage import Stage
from tests.faults.lab.trial import Row

READERS = ("feedback", "reporting", "scoring")
HEARD_BY_ALL = "openday.registration.activity-held.v1"
"""A type for which every reader has an effect, so that every reader has to read the body."""
AGGREGATES = "registration.activity.poison"


def headers(number: int, **instead: str | None) -> list[tuple[str, bytes]]:
    """Those of the first fact of an activity that there is not; None takes one away."""
    subject = f"{AGGREGATES}-{number}"
    usual = {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": f"{subject}-1",
        "ce_source": "/openday/registration",
        "ce_type": HEARD_BY_ALL,
        "ce_subject": subject,
        "ce_time": "2021-09-01T01:00:00.000Z",
        "ce_sequence": "1",
        "ce_partitionkey": subject,
    }
    chosen = {name: instead.get(name, value) for name, value in usual.items()}
    return [(name, value.encode()) for name, value in chosen.items() if value is not None]


def kinds() -> Iterator[tuple[str, bytes | None, dict[str, str | None]]]:
    """Name, body, headers that differ."""
    deep = b"[" * 20_000 + b"]" * 20_000
    yield "not JSON", b"\x00\xff not json", {}
    yield "empty", b"", {}
    yield "wrong schema", json.dumps({"activity_id": 7}).encode(), {}
    yield "a list", b"[1, 2, 3]", {}
    yield "deeply nested", deep, {}
    yield "no value", None, {}
    yield "unknown major version", b"{}", {"ce_type": "openday.registration.activity-held.v2"}
    yield "a type of nobody", b"{}", {"ce_type": "com.example.else"}
    yield "no type", b"{}", {"ce_type": None}
    yield "no sequence", b"{}", {"ce_sequence": None}
    yield "sequence zero", b"{}", {"ce_sequence": "0"}
    yield "time without offset", b"{}", {"ce_time": "2021-09-01T01:00:00"}
    yield "ids that do not fit", b"{}", {"ce_id": "something-else-1"}


def unreadable(stage: Stage) -> Raw:
    """One more record that nobody can read, about an activity that there is not."""
    number = stage.chance.randrange(10**12)
    topic = events_topic("registration", stage.site.where.prefix)
    return Raw(topic, f"{AGGREGATES}-{number}".encode(), b"\xff no JSON", headers(number))


async def inject(stage: Stage) -> None:
    """All of it on registration's topic, in an order of chance, among good facts."""
    topic = events_topic("registration", stage.site.where.prefix)
    numbers = range(1_000_000 * stage.scene.seed, 1_000_000 * stage.scene.seed + 1000)
    made = [
        (name, Raw(topic, f"{AGGREGATES}-{number}".encode(), body, headers(number, **differing)))
        for number, (name, body, differing) in zip(numbers, kinds(), strict=False)
    ]
    stage.chance.shuffle(made)
    for name, record in made:
        [(_, partition, offset)] = await asyncio.to_thread(send, stage.site.where.kafka, [record])
        stage.expected.injected.setdefault(topic, []).append([partition, offset])
        for reader in READERS:
            stage.expected.origins.setdefault(reader, []).append(f"{topic}/{partition}/{offset}")
        stage.did(name)
        await asyncio.sleep(stage.chance.uniform(0.0, 0.2))
    for reader in READERS:
        await stage.expect_soon(partial(_set_aside, stage, reader, len(made)), 20, f"{reader} left some of it")


async def _set_aside(stage: Stage, reader: str, number: int) -> bool:
    return await stage.service(reader).metric("openday_dead_letters_total") >= number


F18 = Row(name="F18", title="records that nobody can read", inject=inject)
