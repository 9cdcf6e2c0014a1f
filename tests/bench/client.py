"""A lean HTTP/1.1 client, so that the load and not its maker is measured: one socket per client, bytes prepared."""

import asyncio
import itertools
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.figures import Unexpected


@dataclass(frozen=True)
class Outcome:
    """What a load did. Times in seconds."""

    answers: dict[int, int]
    seconds: float
    latencies: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return sum(self.answers.values()) / self.seconds

    def quantile(self, share: float) -> float:
        """A latency below which this share of the answers lies."""
        return sorted(self.latencies)[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


@dataclass(frozen=True)
class Arrived:
    """What one who came was told: what the answer called it (a status, a result, a problem's code), after how long."""

    answer: str
    seconds: float


def post(path: str, body: Any, **headers: str) -> bytes:
    """A request, ready to be written."""
    payload = json.dumps(body).encode()
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: bench",
        "Content-Type: application/json",
        f"Content-Length: {len(payload)}",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + payload


def must_be_created(outcome: Outcome, count: int) -> Outcome:
    """The same outcome. Raises Unexpected unless so many requests were answered, each with 201."""
    if outcome.answers != {201: count}:
        raise Unexpected(f"answers were {outcome.answers}, not {count} × 201")
    return outcome


async def load(port: int, requests: Sequence[bytes], clients: int) -> Outcome:
    """All requests, by so many clients at once, each taking the next one when it has its answer."""
    queue, answers, latencies = iter(requests), dict[int, int](), list[float]()
    begun = time.perf_counter()
    await asyncio.gather(*(_client(port, queue, answers, latencies) for _ in range(clients)))
    return Outcome(answers, time.perf_counter() - begun, tuple(latencies))


async def arrivals(ports: Sequence[int], requests: Sequence[bytes], seconds: float) -> list[Arrived]:
    """Each request at a moment of its own, by a socket of its own, spread over so many seconds and over the ports.

    Open model: nobody waits for those before. The time of an answer runs from the moment of arrival.
    """
    chance = random.Random(1)
    moments = sorted(chance.uniform(0, seconds) for _ in requests)
    begun = time.perf_counter()
    coming = zip(itertools.cycle(ports), requests, moments, strict=False)
    return await asyncio.gather(*(_arrived(port, request, begun + moment) for port, request, moment in coming))


async def _arrived(port: int, request: bytes, moment: float) -> Arrived:
    await asyncio.sleep(moment - time.perf_counter())
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        status, body = await _answer(reader)
    finally:
        writer.close()
    said = json.loads(body)
    told = next((said[each] for each in ("code", "result", "status") if isinstance(said.get(each), str)), str(status))
    return Arrived(told, time.perf_counter() - moment)


async def _client(port: int, queue: Iterator[bytes], answers: dict[int, int], latencies: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for request in queue:
            begun = time.perf_counter()
            writer.write(request)
            status, _ = await _answer(reader)
            latencies.append(time.perf_counter() - begun)
            answers[status] = answers.get(status, 0) + 1
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(each[15:]) for each in head.lower().split(b"\r\n") if each.startswith(b"content-length:"))
    return int(head[9:12]), await reader.readexactly(length)
