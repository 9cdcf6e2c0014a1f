"""Raw aiokafka: reads topics from the first record to the last, decodes each envelope and contract, and says how fast.

    python -m tests.bench.raw BOOTSTRAP EXPECTED TOPIC...

Prints `{"events": …, "seconds": …}`; the time runs from the first request for records to the last record.
What K4 compares replay with: no inbox, no effect, no database, no commit.
"""

import asyncio
import json
import subprocess
import sys
import time

import uvloop
from aiokafka import AIOKafkaConsumer

from shared.events.catalogue import CONTRACTS
from shared.events.envelope import Envelope
from tests.bench.figures import Unexpected
from tests.bench.programs import ROOT


def raw_rate(bootstrap: str, expected: int, topics: list[str]) -> float:
    """Events a second, in a process of its own. Raises Unexpected when it could not read all of them."""
    command = [sys.executable, "-m", "tests.bench.raw", bootstrap, str(expected), *topics]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    if told.returncode != 0:
        raise Unexpected(f"raw reading failed: {told.stderr[-500:]}")
    said = json.loads(told.stdout)
    return float(said["events"] / said["seconds"])


async def _read(bootstrap: str, expected: int, topics: list[str]) -> dict[str, float]:
    consumer = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=bootstrap,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
    )
    await consumer.start()
    begun, seen = time.perf_counter(), 0
    while seen < expected:
        batches = await consumer.getmany(timeout_ms=10_000)
        if not batches:
            raise Unexpected(f"only {seen} of {expected} events")
        for records in batches.values():
            for record in records:
                envelope = Envelope.read(record.headers)
                CONTRACTS[envelope.type].model_validate_json(record.value, extra="ignore")
                seen += 1
    took = time.perf_counter() - begun
    await consumer.stop()
    return {"events": seen, "seconds": took}


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(_read(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))))
