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

    ours: Program
    bare: Program
    scene: Scene

    def bare_points(self, count: int, cap: int) -> list[str]:
        """Points of the comparator."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.bare.port}", timeout=30, trust_env=False) as http:
            names = [f"p{time.perf_counter_ns()}-{number}" for number in range(count)]
            for each in names:
                http.put(f"/points/{each}", params={"cap": cap}).raise_for_status()
        return names

    def race(self, points: int, cap: int, count: int) -> tuple[Outcome, Outcome]:
        """So many registrations over so many points, on either side after the other. Raises Unexpected."""
        mine = [
            post(
                f"/registration/v1/open-points/{point}/registrations", _body(), Idempotency_Key=f"bench-{next(phones)}"
            )
            for point, _ in zip(itertools.cycle(self.scene.points(points, cap)), range(count), strict=False)
        ]
        theirs = [
            post(f"/points/{point}/registrations", _body())
            for point, _ in zip(itertools.cycle(self.bare_points(points, cap)), range(count), strict=False)
        ]
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            ours = must_be_created(runner.run(load(self.ours.port, mine, CLIENTS)), count)
            return ours, must_be_created(runner.run(load(self.bare.port, theirs, CLIENTS)), count)


@contextmanager
def track() -> Iterator[Track]:
    """Engines, our registration, the comparator."""
    with ExitStack() as stack:
        scenery = stack.enter_context(stage())
        asyncio.run(create_topics(scenery.kafka_settings(), {TOPIC: 12}))
        ours = stack.enter_context(running(scenery.service("registration")))
        bare = stack.enter_context(running(comparator(scenery)))
        yield Track(ours, bare, Scene(ours.port, scenery.issuer))


def comparator(scenery: Stage) -> Program:
    """Registration without our house, not yet started."""
    port = free_port()
    environment = {
        "BARE_PORT": str(port),
        "BARE_MONGO": scenery.mongo_url,
        "BARE_KAFKA": scenery.bootstrap,
    }
    return Program("tests.bench.bare.app", port, "/docs", scenery.folder / "bare.log", environment)


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
