"""Registrations by many clients at once, ours beside the comparator: what K1 and K2 have in common."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpx
import uvloop

from shared.messaging.kafka import create_topics
from tests.bench.bare.app import TOPIC
from tests.bench.client import Outcome, load, must_be_created, post
from tests.bench.figures import Figure, Measured
from tests.bench.programs import Program, running
from tests.bench.scene import Scene, registration
from tests.bench.stage import Stage, stage
from tests.support.district import free_port

CLIENTS = 64
phones = itertools.count(13_000_000_000)


@dataclass
class Track:
    """Both sides, running on the same engines."""

    scenery: Stage
    ours: Program
    bare: Program
    scene: Scene

    def race(self, points: int, cap: int, count: int) -> tuple[Outcome, Outcome]:
        """So many registrations over so many points, on either side after the other. Raises Unexpected."""
        mine, theirs = self.our_requests(points, cap, count), self.bare_requests(points, cap, count)
        return sent(self.ours, mine), sent(self.bare, theirs)

    def our_requests(self, points: int, cap: int, count: int) -> list[bytes]:
        """Registrations at fresh points of ours."""
        return registrations(self.scene.points(points, cap), count)

    def bare_requests(self, points: int, cap: int, count: int) -> list[bytes]:
        """The same at fresh points of the comparator."""
        return bare_registrations(self.bare, points, cap, count)


def registrations(points: list[str], count: int) -> list[bytes]:
    """So many people, each somebody else, over these points of ours in turn."""
    return [
        post(f"/registration/v1/open-points/{point}/registrations", _body(), Idempotency_Key=f"bench-{next(phones)}")
        for point, _ in zip(itertools.cycle(points), range(count), strict=False)
    ]


def bare_registrations(program: Program, points: int, cap: int, count: int) -> list[bytes]:
    """So many people over fresh points of the comparator in turn."""
    names = [f"p{time.perf_counter_ns()}-{number}" for number in range(points)]
    with httpx.Client(base_url=f"http://127.0.0.1:{program.port}", timeout=30, trust_env=False) as http:
        for each in names:
            http.put(f"/points/{each}", params={"cap": cap}).raise_for_status()
    return [
        post(f"/points/{point}/registrations", _body())
        for point, _ in zip(itertools.cycle(names), range(count), strict=False)
    ]


@contextmanager
def track(*, profile: bool = False) -> Iterator[Track]:
    """Engines, our registration, the comparator; both ready to be profiled if asked for."""
    with ExitStack() as stack:
        scenery = stack.enter_context(stage())
        asyncio.run(create_topics(scenery.kafka_settings(), {TOPIC: 12}))
        ours = stack.enter_context(running(scenery.service("registration", profile=profile)))
        bare = stack.enter_context(running(comparator(scenery, profile=profile)))
        yield Track(scenery, ours, bare, Scene(ours.port, scenery.issuer))


def sent(program: Program, requests: list[bytes]) -> Outcome:
    """By many clients at once. Raises Unexpected unless every answer is 201."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return must_be_created(runner.run(load(program.port, requests, CLIENTS)), len(requests))


def comparator(scenery: Stage, *, profile: bool = False) -> Program:
    """Registration without our house, not yet started."""
    port = free_port()
    environment = {
        "BARE_PORT": str(port),
        "BARE_MONGO": scenery.mongo_url,
        "BARE_KAFKA": scenery.bootstrap,
    }
    out = scenery.folder / "bare.profile" if profile else None
    return Program("tests.bench.bare.app", port, "/docs", scenery.folder / "bare.log", environment, out)


def compared(key: str, rounds: list[tuple[Outcome, Outcome]], goal: float) -> Measured:
    """The medians of the rounds after the first, which warms both up."""
    counted = rounds[1:] or rounds
    ours = statistics.median(each.per_second for each, _ in counted)
    bare = statistics.median(each.per_second for _, each in counted)
    late = [statistics.median(pair[side].quantile(0.99) for pair in counted) * 1000 for side in (0, 1)]
    return Measured(
        (Figure(f"{key}.rate", "registrations", "/s", ours, goal, bare, wanted="at least"),),
        (f"Median of {len(counted)} rounds; p99 {late[0]:.0f} ms, comparator {late[1]:.0f} ms.",),
    )


def _body() -> dict[str, object]:
    return registration(next(phones))
