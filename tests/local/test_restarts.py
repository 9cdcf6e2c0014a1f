"""Restarts: from the supervisor's log to sentences for people."""

from pathlib import Path

import pytest

from deploy.local.listener import bring_up_to_date
from deploy.local.restarts import Restarts, how, sentences

BEGUN = "INFO supervisord started with pid 1"
SPAWNED = "INFO spawned: 'scoring' with pid 7"
FAILED = "WARN exited: scoring (exit status 3; not expected)"


def told(*lines: str) -> list[str]:
    return sentences([f"2021-09-01 10:00:00,{number:03} {line}" for number, line in enumerate(lines)])


def test_an_end_is_told_with_its_restart() -> None:
    [line] = told(BEGUN, SPAWNED, FAILED, SPAWNED)
    assert line.startswith("scoring exited with 3 at 2021-09-01T10:00:00")
    assert line.endswith(", restarted, 1 time since up")


def test_an_end_alone_is_not_yet_told() -> None:
    assert told(BEGUN, SPAWNED, FAILED) == []


def test_a_start_and_a_wanted_stop_are_not_told() -> None:
    assert told(BEGUN, SPAWNED, "INFO stopped: scoring (exit status 0)") == []


def test_giving_up_is_told_with_the_log_to_read() -> None:
    [line] = told(BEGUN, FAILED, "INFO gave up: scoring entered FATAL state, too many start retries too quickly")
    assert "given up" in line
    assert line.endswith("scoring.log")


def test_counts_are_kept_per_program_and_forgotten_at_the_next_up(tmp_path: Path) -> None:
    died, back = "WARN exited: {} (terminated by SIGSEGV (core dumped); not expected)", "INFO spawned: '{}' with pid 7"
    ends = [line.format(name) for name in ("one", "two", "one") for line in (died, back)]
    assert [line.split(", ")[-1] for line in told(BEGUN, *ends)] == [
        "1 time since up",
        "1 time since up",
        "2 times since up",
    ]
    assert told(BEGUN, *ends, BEGUN) == []


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        (" (exit status 0; expected)", "0"),
        (" (terminated by SIGKILL; not expected)", "-9 (SIGKILL)"),
        (" (unknown termination cause 0x00ff; not expected)", "an unknown status"),
    ],
)
def test_how_it_ended(rest: str, status: str) -> None:
    assert how(rest) == status


def test_the_file_for_people_says_each_restart_once_and_keeps_the_old_ones(tmp_path: Path) -> None:
    log, chronicle = tmp_path / "supervisord.log", tmp_path / "restarts.log"
    day = "2021-09-0{} 10:00:00,000 {}\n"
    log.write_text("".join(day.format(1, line) for line in (BEGUN, FAILED, SPAWNED)))
    bring_up_to_date(chronicle, Restarts(log))
    bring_up_to_date(chronicle, Restarts(log))
    assert len(chronicle.read_text().splitlines()) == 1
    log.write_text("".join(day.format(2, line) for line in (BEGUN, FAILED, SPAWNED)))
    bring_up_to_date(chronicle, Restarts(log))
    assert [line.split(" at ")[1][:10] for line in chronicle.read_text().splitlines()] == ["2021-09-01", "2021-09-02"]


def test_without_a_log_nothing_has_happened(tmp_path: Path) -> None:
    assert Restarts(tmp_path / "none").since_up() == []
