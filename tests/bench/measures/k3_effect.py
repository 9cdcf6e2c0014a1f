"""K3: from the commit in one service to the effect in another, beside raw aiokafka from produce to consume.

How it is seen without asking the database: every command leaves a log line when its handler has returned, that is when
its write was acknowledged, with the time and the trace that HTTP and Kafka's headers carry on. Registration's line of
`RescheduleActivity` is the commit (the write of the fact is the handler's last act), reporting's line of `MoveActivity`
under the same trace is the effect, durable in reporting's own database. Both clocks are this machine's.

The comparator measures from before `send` to after `getone`, with no database on either side. The system is idle but
for one sample at a time; ours and the comparator's alternate.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime

import httpx
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.messaging.kafka import create_topics
from tests.bench.figures import Figure, Measure, Measured, Scale, Unexpected
from tests.bench.programs import Program, running
from tests.bench.scene import Scene, at
from tests.bench.stage import Stage, stage
from tests.support.waiting import eventually

TOPIC = "bare.latency"
ACTIVITIES = 10
WARM = 20  # samples that do not count


def run(scale: Scale) -> Measured:
    """Ours and raw in turn, a few hundred times."""
    samples = scale.of(300, 5) + WARM
    with ExitStack() as stack:
        scenery = stack.enter_context(stage())
        registration = stack.enter_context(running(scenery.service("registration")))
        reporting = stack.enter_context(running(scenery.service("reporting")))
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            ours, raw = runner.run(_sampled(scenery, registration, reporting, samples))
    return Measured(
        (
            Figure("k3.p50", "half of the effects", "ms", _quantile(ours, 0.5), 2.0, _quantile(raw, 0.5)),
            Figure("k3.p99", "99 of 100 effects", "ms", _quantile(ours, 0.99), 2.0, _quantile(raw, 0.99)),
        ),
        (f"{len(ours)} samples of each, one at a time, in turn; the effect is one write in reporting's database.",),
    )


async def _sampled(
    scenery: Stage, registration: Program, reporting: Program, samples: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of each sample, ours and raw."""
    scene = Scene(registration.port, scenery.issuer)
    activities = [(await asyncio.to_thread(scene.activity, 1))["id"] for _ in range(ACTIVITIES)]
    await create_topics(scenery.kafka_settings(), {TOPIC: 1})
    producer = AIOKafkaProducer(bootstrap_servers=scenery.bootstrap, enable_idempotence=True)
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=scenery.bootstrap, auto_offset_reset="earliest")
    await producer.start()
    await consumer.start()
    address = f"http://127.0.0.1:{registration.port}/registration/v1"
    async with httpx.AsyncClient(base_url=address, headers=scene.bearer(), trust_env=False) as http:
        raw, traces = list[float](), list[str]()
        for number in range(samples):
            raw.append(await _raw(producer, consumer))
            traces.append(await _moved(http, activities[number % ACTIVITIES], number))
            await asyncio.sleep(0.03)
    await producer.stop()
    await consumer.stop()
    committed = dict(_times(registration, "RescheduleActivity"))
    applied = await eventually(lambda: _all_of(traces, dict(_times(reporting, "MoveActivity"))), 10)
    return [(applied[each] - committed[each]) * 1000 for each in traces][WARM:], raw[WARM:]


async def _raw(producer: AIOKafkaProducer, consumer: AIOKafkaConsumer) -> float:
    begun = time.perf_counter()
    sent = await producer.send(TOPIC, secrets.token_bytes(200))
    await consumer.getone()
    took = (time.perf_counter() - begun) * 1000
    await sent
    return took


async def _moved(http: httpx.AsyncClient, activity: str, number: int) -> str:
    """The trace under which an activity was moved."""
    trace = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
    session = {"starts_at": at(48 + number / 60), "ends_at": at(50 + number / 60)}
    body = {"session": session, "registration_closes_at": at(24)}
    answer = await http.post(f"/activities/{activity}/reschedulings", json=body, headers={"traceparent": trace})
    if answer.status_code != 201:
        raise Unexpected(f"rescheduling was answered {answer.status_code}: {answer.text}")
    return trace


def _times(program: Program, command: str) -> Iterator[tuple[str, float]]:
    """Trace and time (seconds) of every such command in a program's log."""
    with program.lines() as lines:
        for line in lines:
            said = json.loads(line)
            if said.get("command") == command and said.get("outcome") == "done":
                yield said["trace"], datetime.fromisoformat(said["timestamp"]).timestamp()


def _all_of(traces: list[str], times: dict[str, float]) -> dict[str, float]:
    """These times once they are complete; nothing before."""
    return times if all(each in times for each in traces) else {}


def _quantile(samples: list[float], share: float) -> float:
    return sorted(samples)[min(len(samples) - 1, int(share * len(samples)))]


MEASURE = Measure("k3", "Commit to effect in another service", "p50 and p99 ÷ raw aiokafka ≤ 2", run)
