"""F19: bodies and events that are too large, or that would be once unpacked: refused before they are parsed."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator

import httpx

from shared.events.catalogue import events_topic
from tests.faults.lab.raw import Raw, send
from tests.faults.lab.stage import Stage
from tests.faults.lab.trial import Row
from tests.faults.rows.poison import headers

CAP = 64 * 1024
MIB = 1024 * 1024
BOMB = 50 * MIB
TOO_LARGE = 413


async def inject(stage: Stage) -> None:
    """To every service, several ways; to the broker, one."""
    before = {name: await each.metric("process_resident_memory_bytes") for name, each in stage.site.services.items()}
    bomb = gzip.compress(b"0" * BOMB)
    for name, service in stage.site.services.items():
        await _refused(stage, service.http, name, "announced", b"[" * (CAP + 1), {})
        await _refused(stage, service.http, name, "not announced", _dripping(3 * CAP), {})
        await _refused(stage, service.http, name, "a gzip bomb", bomb, {"Content-Encoding": "gzip"})
    grown = {
        name: await each.metric("process_resident_memory_bytes") - before[name]
        for name, each in stage.site.services.items()
    }
    stage.expect(max(grown.values()) < BOMB / 2, f"a refused body was unpacked: memory grew by {grown}")
    stage.did(f"bodies of {CAP + 1} bytes, announced or not, and {BOMB // MIB} MiB packed into {len(bomb)} bytes")
    topic = events_topic("registration", stage.site.where.prefix)
    try:
        await asyncio.to_thread(send, stage.site.where.kafka, [Raw(topic, b"poison", b"0" * (2 * MIB), headers(0))])
        stage.expect(False, "the broker took a record of 2 MiB")
    except Exception as refused:  # noqa: BLE001 - librdkafka refuses in several ways
        stage.did(f"an event of 2 MiB, refused: {type(refused).__name__}")
    await asyncio.sleep(1)


async def _refused(
    stage: Stage,
    http: httpx.AsyncClient,
    service: str,
    how: str,
    body: bytes | AsyncIterator[bytes],
    more: dict[str, str],
) -> None:
    begun = time.monotonic()
    try:
        answer = await http.post(
            f"/{service}/v1/nowhere", content=body, headers={"Content-Type": "application/json", **more}
        )
        status = answer.status_code
    except httpx.TransportError as error:
        status = 0
        stage.expect(False, f"{service} broke the connection over a body that is too large ({type(error).__name__})")
    took = time.monotonic() - begun
    wanted = (TOO_LARGE,) if how != "not announced" else (TOO_LARGE, 404)
    stage.expect(status in wanted, f"{service}: a body that is too large ({how}) was answered {status}")
    stage.expect(took < 3, f"{service} needed {took:.1f} s to refuse a body ({how})")


async def _dripping(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 4096):
        yield b"[" * 4096


F19 = Row(name="F19", title="oversize bodies, a gzip bomb, an oversize event", inject=inject)
