"""Every failpoint × {kill, stop for 30 s, raise, delay} × {1st, 3rd hit}: 168 cases, several services struck at once.

Each service has cases of its own, one after another: a life with the failpoint armed, until it has acted, then lives
without. After a dozen of each the district is judged.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice, product

from shared.failpoints import POINTS
from tests.faults.lab.lab import Lab
from tests.faults.lab.raw import send
from tests.faults.lab.result import Result
from tests.faults.lab.stage import Stage
from tests.faults.lab.supervised import FROZEN
from tests.faults.lab.trial import Row, trial
from tests.faults.rows.poison import READERS, unreadable

ACTIONS, HITS = ("kill", "stop", "raise", "delay"), (1, 3)
TOGETHER = 12  # cases of one service between two judgements
REACHED = 90.0  # seconds, on a busy machine; a reader that was killed or stopped is let into its group again after six
AGAIN = 1.0  # seconds between two provocations
PACE = 20  # commands begun in a second


@dataclass(frozen=True)
class Case:
    """One failpoint of one service, at one hit."""

    service: str
    point: str
    action: str
    hit: int

    @property
    def text(self) -> str:
        """As `OPENDAY_FAILPOINTS` takes it."""
        return f"{self.point}:{self.action}@{self.hit}"


def cases() -> dict[str, list[Case]]:
    """All of them, by the service that is struck."""
    struck: dict[str, list[str]] = {"registration": [], "feedback": [], "reporting": [], "scoring": []}
    readers = [each for each in sorted(POINTS) if each.startswith("cons.")]
    struck["registration"] = [each for each in sorted(POINTS) if each.startswith("api.")]
    struck["feedback"] = [each for each in sorted(POINTS) if each.startswith("relay.")]
    struck["reporting"] = readers[: len(readers) // 2]
    struck["scoring"] = readers[len(readers) // 2 :] + [
        each for each in sorted(POINTS) if each.startswith("rebalance.")
    ]
    made = {
        service: [Case(service, *each) for each in product(points, ACTIONS, HITS)] for service, points in struck.items()
    }
    if sum(map(len, made.values())) != len(POINTS) * len(ACTIONS) * len(HITS):
        raise LookupError("a failpoint belongs to no service here")
    return made


async def matrix(lab: Lab, seed: int, *, at_most: int | None = None) -> list[Result]:
    """All cases, or the first of each service."""
    waiting = {service: iter(each[:at_most]) for service, each in cases().items()}
    results: list[Result] = []
    while chosen := {service: part for service, each in waiting.items() if (part := list(islice(each, TOGETHER)))}:
        number = len(results) + 1
        results.append(await trial(lab, _row(number, chosen), seed + number))
    return results


def _row(number: int, chosen: dict[str, list[Case]]) -> Row:
    async def inject(stage: Stage) -> None:
        stage.expected = replace(stage.expected, letters_may_repeat=True)
        await asyncio.gather(*(_one_after_another(stage, each) for each in chosen.values()))

    count = sum(map(len, chosen.values()))
    return Row(name=f"matrix-{number}", title=f"{count} cases of failpoints", inject=inject, pace=PACE)


async def _one_after_another(stage: Stage, chosen: Sequence[Case]) -> None:
    for case in chosen:
        await _strike(stage, case)


async def _strike(stage: Stage, case: Case) -> None:
    service = stage.service(case.service)
    words = ('"event": "failpoint"', f'"point": "{case.point}"', f'"action": "{case.action}"', f'"hit": {case.hit}')
    before, thawed = service.said(*words), service.thawed
    await service.reborn(case.text)
    async with _provoked(stage, case):
        await stage.expect_soon(
            lambda: service.said(*words) > before, REACHED, f"{case.service} never came to {case.text}"
        )
    if case.action == "stop":
        await stage.expect_soon(lambda: service.thawed > thawed, FROZEN + REACHED, f"{case.text} was never let go on")
    stage.did(f"{case.service} {case.text}")


@asynccontextmanager
async def _provoked(stage: Stage, case: Case) -> AsyncIterator[None]:
    """Some places are passed only when something happens: poison comes, or another member of the group."""
    provoke: Callable[[], Awaitable[None]] | None = None
    if case.point.endswith("_dlq"):
        provoke = _poison(stage)
    elif case.point.startswith("rebalance."):
        provoke = _member(stage, case.service)
    if provoke is None:
        yield
        return
    reached = asyncio.Event()
    task = asyncio.create_task(_again_and_again(provoke, reached))
    try:
        yield
    finally:
        reached.set()  # and not cancelled: what was sent must be in the books, or the judge takes it for a fault
        await asyncio.gather(task, return_exceptions=True)


async def _again_and_again(provoke: Callable[[], Awaitable[None]], reached: asyncio.Event) -> None:
    while not reached.is_set():
        await provoke()
        with suppress(TimeoutError):
            await asyncio.wait_for(reached.wait(), AGAIN)


def _poison(stage: Stage) -> Callable[[], Awaitable[None]]:
    async def provoke() -> None:
        record = unreadable(stage)
        [(topic, partition, offset)] = await asyncio.to_thread(send, stage.site.where.kafka, [record])
        stage.expected.injected.setdefault(topic, []).append([partition, offset])
        for reader in READERS:
            stage.expected.origins.setdefault(reader, []).append(f"{topic}/{partition}/{offset}")

    return provoke


def _member(stage: Stage, service: str) -> Callable[[], Awaitable[None]]:
    async def provoke() -> None:
        twin = stage.site.more(f"{service}-twin", service)
        try:
            await twin.ready()
        finally:
            await twin.stop()
            stage.site.extras.remove(twin)

    return provoke
