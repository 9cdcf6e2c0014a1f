"""The chronicle: from the supervisor's log to lines for people."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.listener import Tail
from deploy.local.restarts import Chronicler, Restarts, how


@pytest.fixture
def restarts(tmp_path: Path) -> Restarts:
    chronicle = Restarts(tmp_path / "restarts.log")
    chronicle.begin(datetime(2021, 9, 1, tzinfo=UTC))
    return chronicle


def hear(restarts: Restarts, *lines: str) -> None:
    chronicler = Chronicler(restarts)
    for line in lines:
        chronicler.hear(f"2021-09-01 10:00:0{len(line) % 10},123 {line}")


def test_an_end_is_told_with_its_restart(restarts: Restarts) -> None:
    hear(restarts, "WARN exited: scoring (exit status 3; not expected)", "INFO spawned: 'scoring' with pid 7")
    [line] = restarts.since_up()
    assert line.startswith("scoring exited with 3 at 2021-09-01T10:00:0")
    assert line.endswith(", restarted, 1 time since up")


def test_an_end_alone_is_not_yet_told(restarts: Restarts) -> None:
    hear(restarts, "WARN exited: scoring (exit status 3; not expected)")
    assert restarts.since_up() == []


def test_a_start_and_a_wanted_stop_are_not_told(restarts: Restarts) -> None:
    hear(restarts, "INFO spawned: 'scoring' with pid 7", "INFO stopped: scoring (exit status 0)")
    assert restarts.since_up() == []


def test_giving_up_is_told_with_the_log_to_read(restarts: Restarts) -> None:
    hear(
        restarts,
        "WARN exited: live (exit status 1; not expected)",
        "INFO gave up: live entered FATAL state, too many start retries too quickly",
    )
    [line] = restarts.since_up()
    assert "given up" in line
    assert line.endswith("live.log")


def test_counts_are_kept_per_program_and_chapter(restarts: Restarts) -> None:
    died, back = "WARN exited: {} (terminated by SIGSEGV (core dumped); not expected)", "INFO spawned: '{}' with pid 7"
    for name in ("one", "two", "one"):
        hear(restarts, died.format(name), back.format(name))
    assert [line.split(", ")[-1] for line in restarts.of("one")] == ["1 time since up", "2 times since up"]
    assert len(restarts.of("two")) == 1
    restarts.begin(datetime(2021, 9, 2, tzinfo=UTC))
    assert restarts.since_up() == []


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        (" (exit status 0; expected)", "0"),
        (" (terminated by SIGKILL; not expected)", "-9 (SIGKILL)"),
        (" (unknown termination cause 0x00ff; not expected)", "an unknown status"),
    ],
)
def test_how_it_ended(rest: str, told: str) -> None:
    assert how(rest) == told


def test_the_tail_gives_whole_lines_once_also_after_a_rotation(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("one\ntw")
    tail = Tail(log)
    assert tail.fresh() == ["one"]
    log.write_text("one\ntwo\n")
    assert tail.fresh() == ["two"]
    assert tail.fresh() == []
    log.write_text("new\n")
    assert tail.fresh() == ["new"]
    log.unlink()
    assert tail.fresh() == []
