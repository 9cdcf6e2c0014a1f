"""K5: how long four services take from their start to ready once the engines are up, and what memory they hold.

The three that read are given at least 100,000 events each; a look half way tells growth with events apart from what the
first work loads. Registration reads nothing: it is given commands instead.
"""

import asyncio
import itertools
import os
import time
from contextlib import ExitStack
from typing import Literal

import uvloop

from tests.bench.client import load, must_be_created, post
from tests.bench.figures import Figure, Measure, Measured, Scale, table
from tests.bench.programs import Program, begun, loading
from tests.bench.replay import READS, fill, must_be_clean, outcome, watch
from tests.bench.scene import Scene, registration
from tests.bench.stage import Stage, stage

Name = Literal["registration", "feedback", "reporting", "scoring"]
READERS = tuple(READS)
READY, MEMORY, FLAT = 5.0, 120.0, 1.1  # seconds, MB, times what it was half way
_phones = itertools.count(13_100_000_000)


def run(scale: Scale) -> Measured:
    """One start, and memory at three moments."""
    half = scale.of(70_000, 300)
    with ExitStack() as stack:
        scenery = stack.enter_context(stage())
        programs = dict(zip(("registration", *READERS), _started(stack, scenery), strict=True))
        ready = _until_ready(list(programs.values()))
        idle = _memory(programs)
        middle = _after(scenery, programs, half, "first")
        end = _after(scenery, programs, half, "second")
        read = ", ".join(f"{each} {outcome(programs[each], 'openday_consumed_total'):,}" for each in READERS)
    figures = [Figure("k5.ready", "all four ready", "s", ready, READY)]
    for name in programs:
        figures += [
            Figure(f"k5.{name}.idle", f"{name}, idle", "MB", idle[name], MEMORY),
            Figure(f"k5.{name}.end", f"{name}, after the work", "MB", end[name], MEMORY),
            Figure(f"k5.{name}.flat", f"{name}, end ÷ half way", "MB", end[name], FLAT, middle[name]),
        ]
    work = f"Events read: {read}. Registrations taken: {2 * _commands(half):,}."
    return Measured(tuple(figures), (work,))


def explain() -> str:
    """What a start is made of, one service at a time, and what is in memory before anything happened."""
    rows = []
    with stage() as scenery:
        for each in scenery.all_services():
            loaded, size = loading(each)
            with begun(each):
                ready = _until_ready([each])
                rows.append((each.module, f"{ready:.2f} s", f"{each.cpu:.2f} s", f"{loaded:.2f} s", f"{size:.0f} MB"))
    heads = ("alone on the machine", "ready after", "processor time until then", "of it loading modules", "memory then")
    cores = os.cpu_count() or 1
    return f"{table(heads, rows)}\nBeside each other, four starts share {cores} cores.\n"


def _started(stack: ExitStack, scenery: Stage) -> list[Program]:
    programs = scenery.all_services()
    for each in programs:
        stack.callback(each.stop)
    for each in programs:
        each.start()
    return programs


def _until_ready(programs: list[Program]) -> float:
    begun, waiting = time.perf_counter(), list(programs)
    while waiting:
        waiting = [each for each in waiting if not each.is_ready()]
        time.sleep(0.02)
    return time.perf_counter() - begun


def _after(scenery: Stage, programs: dict[str, Program], events: int, name: str) -> dict[str, float]:
    """Memory after so many more events."""
    _register(programs["registration"], scenery, _commands(events))
    kafka = scenery.kafka_settings()
    fill(kafka, events, name)
    for each in READERS:
        watch(kafka, each)
        must_be_clean(programs[each])
    return _memory(programs)


def _register(program: Program, scenery: Stage, count: int) -> None:
    points = Scene(program.port, scenery.issuer).points(max(1, count // 200), 200)
    requests = [
        post(
            f"/registration/v1/open-points/{point}/registrations",
            registration(next(_phones)),
            Idempotency_Key=f"bench-{next(_phones)}",
        )
        for point, _ in zip(itertools.cycle(points), range(count), strict=False)
    ]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        must_be_created(runner.run(load(program.port, requests, 32)), count)


def _commands(events: int) -> int:
    return max(40, events // 10)


def _memory(programs: dict[str, Program]) -> dict[str, float]:
    return {name: each.rss for name, each in programs.items()}


MEASURE = Measure("k5", "Start and memory", "ready ≤ 5 s; each ≤ 120 MB, and flat", run, explain)
