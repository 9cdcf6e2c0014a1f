"""One engine as a child process: started, waited for, stopped, killed. A district uses a supervisor instead."""

import shutil
import subprocess
import threading
import time
from pathlib import Path

from deploy.engines.engine import Engine, EngineNotReady

RETRY = 0.05  # seconds between two probes
LOG_TAIL = 10  # lines shown when an engine dies


class EngineProcess:
    """The process of one engine, with its output appended to a log file.

    Not safe to share between threads. Whoever starts it stops it: use `stop`, or the `with` statement.
    """

    def __init__(self, engine: Engine, log_file: Path) -> None:
        self.engine = engine
        self._log_file = log_file
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Prepare the engine and start it; returns before it is ready. Raises EngineSetupError."""
        self.engine.prepare()
        with self._log_file.open("ab") as log:
            program = [*leash(), *self.engine.command]
            self._child = subprocess.Popen(program, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait_ready(self, timeout: float = 30.0) -> None:
        """Return once the probe passes. Raises EngineNotReady when the process ends or `timeout` seconds pass."""
        deadline = time.monotonic() + timeout
        while True:
            if self.exit_code is not None:
                raise EngineNotReady(f"{self.engine.name} ended with {self.exit_code}:\n{self._log_tail()}")
            try:
                return self.engine.probe()
            except EngineNotReady as not_yet:
                if time.monotonic() > deadline:
                    raise EngineNotReady(f"Not ready in {timeout:.0f} s: {not_yet}") from not_yet
            threading.Event().wait(RETRY)

    def kill(self) -> None:
        """End it as a crash would: SIGKILL, nothing flushed, nothing closed."""
        child = self._running()
        child.kill()
        child.wait()

    def stop(self, timeout: float = 15.0) -> int:
        """SIGTERM, wait, and SIGKILL after `timeout` seconds; returns the exit code. Safe to repeat."""
        if self._child is None:
            return 0
        self._child.terminate()
        try:
            return self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            self._child.kill()
            return self._child.wait()

    def restart(self, timeout: float = 30.0) -> None:
        """Start it again over the same data, once it has ended, and wait until it is ready."""
        self.start()
        self.wait_ready(timeout)

    @property
    def pid(self) -> int:
        """Process id of the engine itself."""
        return self._running().pid

    @property
    def log(self) -> str:
        """What the engine has said so far, over all its starts."""
        return self._log_file.read_text(encoding="utf-8", errors="replace")

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._running().poll()

    def __enter__(self) -> "EngineProcess":
        try:
            self.restart()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            raise RuntimeError(f"{self.engine.name} was not started.")
        return self._child

    def _log_tail(self) -> str:
        return "\n".join(self.log.splitlines()[-LOG_TAIL:])


def leash() -> list[str]:
    """Prefix under which a child is told to end when the thread that started it is gone, where the system can do so.

    A test run that is killed leaves no engine behind. So: start engines from a thread that lives as long as they do.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
