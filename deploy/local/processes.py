"""Processes that are not our children: found by their environment, ended, and their end awaited."""

import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

import psutil


def having(variables: Mapping[str, str]) -> list[psutil.Process]:
    """Every process of this user whose environment holds these variables."""
    return [
        process
        for process in psutil.process_iter()
        if all(variable(process, name) == value for name, value in variables.items())
    ]


def variable(process: psutil.Process, name: str) -> str:
    """One variable of its environment; empty when it is not set or may not be seen."""
    with suppress(psutil.Error, OSError):
        return process.environ().get(name, "")
    return ""


def end(processes: Sequence[psutil.Process], sign: signal.Signals, patience: float) -> None:
    """Send the signal, wait for the end at most `patience` seconds, then `kill -9`."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(sign)
    for process in left_after(patience, processes):
        with suppress(psutil.NoSuchProcess):
            process.kill()


def left_after(patience: float, processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Those that still run after so many seconds; returns as soon as none does."""
    give_up = time.monotonic() + patience
    left = [process for process in processes if runs(process)]
    while left and time.monotonic() < give_up:
        time.sleep(0.05)
        left = [process for process in left if runs(process)]
    return left


def runs(process: psutil.Process) -> bool:
    """Whether it runs; a dead one that its parent has not reaped holds no port and no file."""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
