"""The kernel keeps its promise in every schedule that we try, and fails to whenever one of its guards is taken away."""

import asyncio
import multiprocessing
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.simulation.builds import BUILDS, Break, offset_committed_before_the_effect
from tests.simulation.judge import Violation
from tests.simulation.kernel import kernel
from tests.simulation.shrink import NewLog, broken, told
from tests.simulation.steps import Schedule
from tests.simulation.world import PARTITIONS, World, run
from tests.support.broker import Log

SCHEDULES = 2000
PROCESSES = 2  # so that all of them take half a minute
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def simulated() -> Iterator[None]:
    """The kernel, quiet."""
    with kernel():
        yield


def told_of_the_first_broken(seeds: range) -> str:
    """In a process of its own; nothing when the promise is kept in all of them."""
    with kernel():
        for schedule in map(Schedule.drawn, seeds):
            if violation := broken(schedule):
                return told(schedule, violation)
    return ""


@pytest.mark.timeout(300)
def test_the_promise_is_kept_in_two_thousand_schedules() -> None:
    shares = [range(first, SCHEDULES, PROCESSES) for first in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        for violation in pool.map(told_of_the_first_broken, shares):
            assert not violation, violation


def first_broken(new_log: NewLog | None = None) -> Schedule | None:
    """The first of the schedules that breaks the promise."""
    return next((each for each in map(Schedule.drawn, range(SCHEDULES)) if broken(each, new_log)), None)


@pytest.mark.parametrize("build", BUILDS, ids=lambda build: build.__name__)
def test_a_broken_build_is_found_out(build: Break, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        build(patch)
        found = first_broken()
    assert found, "one that is not found is a defect of the simulation"
    assert not broken(found), "it is the build that breaks it, not the schedule"


def test_a_group_that_begins_at_the_end_is_found_out() -> None:
    found = first_broken(lambda: Log(partitions=PARTITIONS, reset="latest"))
    assert found, "one that is not found is a defect of the simulation"
    assert not broken(found), "it is the build that breaks it, not the schedule"


def traced(schedule: Schedule) -> list[str]:
    """Everything that happens in it."""
    lines: list[str] = []
    with suppress(Violation):
        run(schedule, lines.append)
    return lines


def test_the_same_schedule_always_runs_the_same_way() -> None:
    for seed in range(20):
        schedule = Schedule.drawn(seed)
        assert traced(schedule) == traced(Schedule.read(str(schedule)))


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_a_schedule_runs_the_same_way_in_another_process(hash_seed: str) -> None:
    command = [sys.executable, "-m", "tests.simulation", str(Schedule.drawn(7))]
    replayed = subprocess.run(
        command, cwd=ROOT, env={"PYTHONHASHSEED": hash_seed}, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    with kernel(say := list[str]().append):
        run(Schedule.drawn(7), say)
    lines: list[str] = say.__self__  # type: ignore[attr-defined]
    assert lines[-1] in replayed
    assert [each for each in replayed if each in set(lines)] == lines


def test_a_failure_shrinks_to_a_schedule_that_can_be_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    offset_committed_before_the_effect(monkeypatch)
    found = first_broken()
    assert found
    said = told(found, "it broke")
    short = Schedule.read(said.splitlines()[-1].split("'")[1])
    assert broken(short)
    assert len(short.steps) < len(found.steps)


@pytest.mark.parametrize("text", ["", "x", "7w3r1", "7w1r1 open(1,2)", "7w1r1 nonsense(1,2,3,4)"])
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"neither a seed|no such step"):
        Schedule.read(text)


def test_minutes_of_simulated_time_take_no_time() -> None:
    world = World(Schedule(seed=1, writers=2, readers=2))
    begun, simulated_from = time.process_time(), world.loop.time()
    world.loop.run_until_complete(asyncio.sleep(600))
    world.close()
    assert world.loop.time() - simulated_from > 599
    assert time.process_time() - begun < 10
