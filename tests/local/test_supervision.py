"""Instances of small programs: order, restarts that are said, data that stays, nothing left behind."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from deploy.local.folders import Folders
from deploy.local.instance import Instance
from deploy.local.ports import Ports
from deploy.local.problems import LocalProblem
from deploy.local.processes import end, having, left_after
from deploy.local.program import Tier
from deploy.local.settings import ROOT
from tests.local.programs import instance_of, server, small_instance, variables_of
from tests.support.waiting import eventually


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def instance(tmp_path: Path, said: list[str]) -> Iterator[Instance]:
    made = small_instance("small", tmp_path, said.append)
    yield made
    made.down()


def pids(instance: Instance) -> dict[str, int]:
    return {row.name: row.pid for row in instance.status()}


def processes(instance: Instance) -> list[psutil.Process]:
    return [psutil.Process(pid) for pid in pids(instance).values()]


def test_up_starts_tier_by_tier_and_waits_until_all_are_ready(instance: Instance, said: list[str]) -> None:
    instance.up()
    assert all(row.ready for row in instance.status())
    assert said.index("first starts") > next(i for i, line in enumerate(said) if line.startswith("store is ready"))


def test_up_again_changes_nothing(instance: Instance) -> None:
    instance.up()
    before = pids(instance)
    instance.up()
    assert pids(instance) == before


async def test_a_killed_program_is_restarted_and_it_is_said(instance: Instance, said: list[str]) -> None:
    instance.up()
    other = pids(instance)["second"]
    os.kill(other, signal.SIGSTOP)  # so that there is something to wait for until the restart was said
    waiting = asyncio.create_task(asyncio.to_thread(instance.wait_ready))
    before = await asyncio.to_thread(instance.kill, "first")
    await eventually(lambda: instance.restarts.of("first"))
    os.kill(other, signal.SIGCONT)
    await waiting
    [row] = [row for row in instance.status() if row.name == "first"]
    assert row.pid not in (0, before)
    assert row.restarts == 1
    [line] = instance.restarts.since_up()
    assert line.startswith("first exited with -9 (SIGKILL) at 20")
    assert line.endswith(", restarted, 1 time since up")
    assert line in said


def test_a_program_killed_while_it_starts_is_restarted_too(tmp_path: Path) -> None:
    slow = replace(server("slow", Ports.free().scoring, tmp_path / "stops"), start_seconds=30)
    instance = instance_of("starting", tmp_path, [slow])
    try:
        instance.up()
        assert instance.status()[0].state == "STARTING"
        instance.kill("slow")
        instance.wait_ready()
        assert len(instance.restarts.of("slow")) == 1
    finally:
        instance.down()


@pytest.mark.parametrize("start_seconds", [0, 30])
def test_a_program_that_ends_at_its_start_fails_up_with_its_last_words(tmp_path: Path, start_seconds: int) -> None:
    ports = Ports.free()
    broken = server("broken", ports.scoring, tmp_path / "stops", Tier.SERVICES, "--fail")
    programs = [
        server("store", ports.mongo, tmp_path / "stops", Tier.ENGINES),
        replace(broken, start_seconds=start_seconds),
    ]
    instance = instance_of("failing", tmp_path, programs)
    with pytest.raises(LocalProblem) as refusal:
        instance.up()
    assert "broken ends again and again" in str(refusal.value)
    assert "a wrong setting: no such thing" in str(refusal.value)
    assert not instance.is_up
    assert not having({"SUPERVISOR_SERVER_URL": f"unix://{instance.folders.socket}"})


async def test_each_restart_is_counted_and_the_next_up_counts_afresh(instance: Instance) -> None:
    instance.up()
    for _ in range(2):
        instance.kill("second")
        instance.wait_ready()
    assert instance.restarts.of("second")[-1].endswith("restarted, 2 times since up")
    await eventually(lambda: instance.folders.restarts.read_text().splitlines() == instance.restarts.since_up())
    instance.down()
    instance.up()
    assert instance.restarts.since_up() == []


def test_down_stops_services_before_engines_and_leaves_no_process(instance: Instance, tmp_path: Path) -> None:
    instance.up()
    running = processes(instance)
    assert set(instance.down()) == {"store", "first", "second"}
    assert left_after(0, running) == []
    assert (tmp_path / "stops").read_text().split()[-1] == "store"
    assert not instance.is_up
    assert [row.pid for row in instance.status()] == [0, 0, 0]


def test_down_of_what_is_not_up_does_nothing(instance: Instance) -> None:
    assert instance.down() == []


def test_data_survives_down_and_up(instance: Instance) -> None:
    instance.up()
    (instance.folders.data / "kept").write_text("a year's work")
    instance.down()
    instance.up()
    assert (instance.folders.data / "kept").read_text() == "a year's work"


def supervisor_of(instance: Instance) -> psutil.Process:
    return psutil.Process(int((instance.folders.config / "supervisord.pid").read_text()))


def test_down_ends_what_a_killed_supervisor_left_behind(instance: Instance, tmp_path: Path) -> None:
    instance.up()
    orphans = processes(instance)
    end([supervisor_of(instance)], signal.SIGKILL, patience=5)
    assert len(left_after(0, orphans)) == len(orphans)
    assert set(instance.down()) >= {"store", "first", "second"}
    assert left_after(0, orphans) == []
    assert (tmp_path / "stops").read_text().split()[-1] == "store"


def test_up_after_a_killed_supervisor_begins_afresh_and_says_so(instance: Instance, said: list[str]) -> None:
    instance.up()
    orphans = processes(instance)
    end([supervisor_of(instance)], signal.SIGKILL, patience=5)
    instance.up()
    assert left_after(0, orphans) == []
    assert any("left behind" in line for line in said)


def test_two_instances_side_by_side_do_not_touch_each_other(tmp_path: Path) -> None:
    one, other = (small_instance(name, tmp_path) for name in ("one", "other"))
    try:
        one.up()
        other.up()
        before = pids(other)
        one.kill("first")
        one.wait_ready()
        one.down()
        assert pids(other) == before
        assert other.restarts.since_up() == []
        assert all(row.ready for row in other.status())
    finally:
        one.down()
        other.down()


def test_a_program_gets_its_own_variables_and_none_of_the_callers(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENDAY_HTTP__PORT", "1")
    monkeypatch.setenv("OPENDAY_WORD", "of the caller")
    instance.up()
    first, second = instance.plan.programs[1:]
    assert variables_of(first) == {"OPENDAY_WORD": "small: 100% 'said', so"}
    assert variables_of(second) == {}


def test_a_program_that_never_gets_ready_fails_up_with_the_reason(tmp_path: Path) -> None:
    ports = Ports.free()
    deaf = server("deaf", ports.scoring, tmp_path / "stops", Tier.SERVICES, "--deaf")
    instance = instance_of("deaf", tmp_path, [deaf])
    with pytest.raises(LocalProblem, match=r"deaf is not ready after 1 s: /readyz .* 503 not yet"):
        instance.up(patience=1)
    assert not instance.is_up


def test_a_long_path_still_gets_a_socket(tmp_path: Path) -> None:
    deep = tmp_path / "a-folder-with-a-long-name" / "and-another-one-in-it" / ("x" * 60)
    instance = small_instance("deep", deep)
    try:
        instance.up()
        assert all(row.ready for row in instance.status())
        assert not instance.folders.socket.is_relative_to(deep)
    finally:
        instance.down()


def test_a_path_that_the_configuration_cannot_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LocalProblem, match="OPENDAY_LOCAL_STATE_DIR"):
        small_instance("odd", tmp_path / "100%").up()


def test_wipe_is_refused_while_up_and_removes_everything_after(instance: Instance) -> None:
    instance.up()
    with pytest.raises(LocalProblem, match="is up"):
        instance.wipe()
    instance.down()
    instance.wipe()
    assert not instance.folders.root.exists()


def test_an_instance_of_a_test_run_that_was_killed_ends_by_itself(tmp_path: Path) -> None:
    forsaken = subprocess.run([sys.executable, "-m", "tests.local.forsaken", str(tmp_path)], cwd=ROOT, check=False)
    assert forsaken.returncode == -signal.SIGKILL
    folders = Folders(tmp_path / "forsaken")
    left = having({"SUPERVISOR_SERVER_URL": f"unix://{folders.socket}"})
    assert len(left) >= 3
    assert left_after(30, left) == []
