"""A district that holds once, ten times or a hundred times the data, with services over its own database. For K6.

The first share of the data is made through the API; its multiples are copies of those documents under other ids,
written straight into the database while no service runs. Every world has an engine of its own, so that its file is as
large as its data; all share one broker.
"""

import asyncio
import itertools
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvloop
from pymongo import MongoClient

from tests.bench.client import load, must_be_created, post
from tests.bench.figures import Scale, Unexpected
from tests.bench.programs import Program, running
from tests.bench.scene import Scene, registration
from tests.bench.stage import Stage
from tests.support.engines import embedded_mongo

COPIED = {"registration": ("plan", "activity", "roster", "vault"), "feedback": ("register", "opinion")}
SEATS, POINTS = 20, 3
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_numbers = itertools.count(13_200_000_000)


@dataclass
class World:
    """One of them, running. `latencies` by command, in seconds, as they are taken."""

    times: int
    registration: Program
    feedback: Program
    scene: Scene
    latencies: dict[str, list[float]] = field(default_factory=dict)

    def day(self, points: int) -> None:
        """One fresh activity: people register, give opinions, come to the door; each command timed alone."""
        activity = self.scene.activity(points)
        ids = [each["id"] for each in activity["open_points"]]
        self._timed("registration", self.registration.port, [sign_up(each) for each in ids for _ in range(SEATS)])
        entries = {each: self.scene.locked(each) for each in ids}
        scans = [self.scene.scan(point, each) for point, people in entries.items() for each in people]
        self._timed("check-in", self.registration.port, scans)
        heard(self.feedback, self.scene, activity["id"])
        self._timed("opinion", self.feedback.port, [opinion(activity["id"]) for _ in range(points * SEATS)])

    def _timed(self, command: str, port: int, requests: list[bytes]) -> None:
        self.latencies.setdefault(command, []).extend(sent(port, requests, clients=1))


@contextmanager
def world(scenery: Stage, times: int, scale: Scale) -> Iterator[World]:
    """A world with so many times the data."""
    with ExitStack() as stack:
        folder = scenery.folder / f"world-{times}"
        folder.mkdir()
        database = stack.enter_context(embedded_mongo(folder))
        programs = [
            scenery.service(name, prefix=f"w{times}", OPENDAY_MONGO__URL=database.engine.address) for name in COPIED
        ]
        with running(programs[0]) as first, running(programs[1]) as second:
            _begin(Scene(first.port, scenery.issuer), first, second, scale)
        _multiply(database.engine.address, f"w{times}", times)
        own, feedback = (stack.enter_context(running(each)) for each in programs)
        yield World(times, own, feedback, Scene(own.port, scenery.issuer, starts_in=2.0))


def sent(port: int, requests: list[bytes], *, clients: int) -> tuple[float, ...]:
    """The latencies. Raises Unexpected unless each is answered 201."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return must_be_created(runner.run(load(port, requests, clients)), len(requests)).latencies


def sign_up(point: str) -> bytes:
    """Somebody new registers."""
    path = f"/registration/v1/open-points/{point}/registrations"
    return post(path, registration(next(_numbers)), Idempotency_Key=_key())


def opinion(activity: str) -> bytes:
    """Somebody has an opinion."""
    body = {"kind": "suggestion", "source": "form", "text": "建议增加指示牌。"}
    return post(f"/feedback/v1/activities/{activity}/opinions", body, Idempotency_Key=_key())


def heard(feedback: Program, scene: Scene, activity: str) -> None:
    """Wait until feedback knows this activity."""
    address = f"http://127.0.0.1:{feedback.port}/feedback/v1/activities/{activity}/register"
    for _ in range(500):
        if httpx.get(address, headers=scene.bearer(), trust_env=False).status_code == 200:
            return
    raise Unexpected(f"feedback never heard of {activity}")


def _begin(scene: Scene, own: Program, feedback: Program, scale: Scale) -> None:
    """Once the data: what a small district has."""
    activities = [scene.activity(POINTS) for _ in range(scale.of(16, 1))]
    points = [point["id"] for each in activities for point in each["open_points"]]
    sent(own.port, [sign_up(each) for each in points for _ in range(SEATS)], clients=8)
    for each in activities:
        heard(feedback, scene, each["id"])
    sent(feedback.port, [opinion(each["id"]) for each in activities for _ in range(6)], clients=8)


def _multiply(url: str, prefix: str, times: int) -> None:
    client: MongoClient[dict[str, Any]] = MongoClient(url)
    try:
        for service, names in COPIED.items():
            for name in names:
                collection = client[f"{prefix}_{service}"][name]
                originals = list(collection.find())
                for copy in range(1, times):
                    collection.insert_many([_renamed(each, copy) for each in originals], ordered=False)
    finally:
        client.close()


def _renamed(value: Any, copy: int) -> Any:
    """The same with every id in it changed, the same way wherever it stands."""
    if isinstance(value, str):
        return _UUID.sub(lambda found: str(uuid.uuid5(uuid.UUID(found[0]), str(copy))), value)
    if isinstance(value, Mapping):
        return {_renamed(key, copy): _renamed(each, copy) for key, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, copy) for each in value]
    return value


def _key() -> str:
    return f"bench-{uuid.uuid4()}"
