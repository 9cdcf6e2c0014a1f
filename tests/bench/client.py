"""A lean HTTP/1.1 client, so that the load and not its maker is measured: one socket per client, bytes prepared."""

import asyncio
import json
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


async def _client(port: int, queue: Iterator[bytes], answers: dict[int, int], latencies: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for request in queue:
            begun = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(each[15:]) for each in head.lower().split(b"\r\n") if each.startswith(b"content-length:"))
            await reader.readexactly(length)
            latencies.append(time.perf_counter() - begun)
            status = int(head[9:12])
            answers[status] = answers.get(status, 0) + 1
    finally:
        writer.close()
