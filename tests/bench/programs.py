"""Programs under measurement: started on free ports, their time and memory read from the system, stopped at the end."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import IO

import httpx
import psutil

from tests.bench.profiled import OFF, ON

ROOT = Path(__file__).resolve().parents[2]
START = 40.0  # seconds
STOP = 25.0


@dataclass
class Program:
    """One process. `ready` is the path that answers 200 once it takes traffic."""

    module: str
    port: int
    ready: str
    log: Path
    environment: dict[str, str]
    profile: Path | None = None
    _child: "Popen[bytes] | None" = field(default=None, repr=False)

    def start(self) -> None:
        """Begin; does not wait."""
        profiled = ["-m", "tests.bench.profiled", str(self.profile)] if self.profile else ["-m"]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("OPENDAY_")}
        command = [sys.executable, *profiled, self.module]
        with self.log.open("ab") as out:
            self._child = Popen(
                command, env=inherited | {"PYTHONPATH": str(ROOT)} | self.environment, cwd=ROOT, stdout=out, stderr=out
            )

    def is_ready(self) -> bool:
        """One look. Raises RuntimeError when it has ended."""
        if self.child.poll() is not None:
            raise RuntimeError(f"{self.module} ended with {self.child.returncode}:\n{self.tail()}")
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{self.ready}", timeout=3).status_code == 200
        except httpx.TransportError:
            return False

    def wait(self) -> None:
        """Until it is ready."""
        deadline = time.monotonic() + START
        while not self.is_ready():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.module} did not become ready:\n{self.tail()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """SIGTERM, and the end; safe to repeat."""
        if self._child and self._child.poll() is None:
            self._child.terminate()
            self._child.wait(STOP)

    @property
    def child(self) -> "Popen[bytes]":
        """The process."""
        if self._child is None:
            raise RuntimeError(f"{self.module} was not started")
        return self._child

    @property
    def rss(self) -> float:
        """Resident memory, MB."""
        return float(psutil.Process(self.child.pid).memory_info().rss) / 1024**2

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far."""
        return cpu_of(self.child.pid)

    def lines(self) -> IO[str]:
        """Its log, from the beginning."""
        return self.log.open(encoding="utf-8", errors="replace")

    def tail(self) -> str:
        """The end of its log."""
        with self.lines() as lines:
            return "".join(lines.readlines()[-20:])


@contextmanager
def begun(program: Program) -> Iterator[Program]:
    """Started, perhaps not yet ready; stopped at the end."""
    program.start()
    try:
        yield program
    finally:
        program.stop()


@contextmanager
def profiled(program: Program) -> Iterator[Path]:
    """While it runs, what it does in here is profiled into this file, which is there at the end."""
    if program.profile is None:
        raise RuntimeError(f"{program.module} was not started to be profiled")
    program.child.send_signal(ON)
    yield program.profile
    program.child.send_signal(OFF)
    deadline = time.monotonic() + STOP
    while not program.profile.is_file():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{program.module} wrote no profile:\n{program.tail()}")
        time.sleep(0.02)


@contextmanager
def running(program: Program) -> Iterator[Program]:
    """Started and ready; stopped at the end."""
    with begun(program):
        program.wait()
        yield program


def loading(program: Program) -> tuple[float, float]:
    """Processor seconds that its modules take to load, and MB they hold, in a process that does nothing else."""
    tell = f"import psutil, {program.module}.main; me = psutil.Process(); t = me.cpu_times()"
    tell += "; print(t.user + t.system, me.memory_info().rss)"
    told = subprocess.run([sys.executable, "-c", tell], cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, size = told.stdout.split()
    return float(seconds), int(size) / 1024**2


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process has used so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)
