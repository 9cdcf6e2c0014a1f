"""The conversation with one instance's supervisord: started, asked and told over its socket, no port."""

import signal
import subprocess
import sys
import xmlrpc.client
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psutil
from supervisor.xmlrpc import Faults, SupervisorTransport

from deploy.local.configuration import LISTENER, bare_environment
from deploy.local.folders import Folders
from deploy.local.problems import LocalProblem
from deploy.local.processes import end, having, left_after, variable
from deploy.local.program import Tier


@dataclass(frozen=True)
class ProcessState:
    """What the supervisor knows of one program; `pid` is 0 when it does not run, times in seconds."""

    state: str
    pid: int
    running_for: int

    @property
    def runs(self) -> bool:
        """Whether the supervisor runs it, or is about to try again."""
        return self.state in {"STARTING", "RUNNING", "BACKOFF"}


STOPPED = ProcessState("STOPPED", 0, 0)


@dataclass(frozen=True)
class Supervisor:
    """supervisord of one instance. Its children are known by the socket's address in their environment."""

    folders: Folders

    def launch(self, configuration: str) -> None:
        """Write the configuration and start the daemon. Raises LocalProblem with what it said."""
        file = self.folders.config / "supervisord.conf"
        file.write_text(configuration, encoding="utf-8")
        told = subprocess.run(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(file)],
            env=bare_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if told.returncode != 0 or not self.folders.supervised():
            raise LocalProblem(f"The process supervisor did not start: {(told.stderr or told.stdout).strip()}")

    def start(self, full_name: str) -> None:
        """Start a program; does not wait for it. One that was just being restarted is left alone."""
        try:
            self._call("startProcess", full_name, False)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != Faults.ALREADY_STARTED:
                raise

    def states(self) -> dict[str, ProcessState]:
        """Every program by its short name."""
        return {each["name"]: _state(each) for each in self._call("getAllProcessInfo") if each["group"] != LISTENER}

    def stop(self, patience: float) -> None:
        """Stop everything, the last tier first, and the supervisor itself; wait until it has gone."""
        daemon = psutil.Process(self._call("getPID"))
        self._call("shutdown")
        for stubborn in left_after(patience, [daemon]):
            stubborn.kill()

    def sweep(self, patience: float) -> list[str]:
        """End the children of a supervisor that is gone itself, the last tier first. Returns their names."""
        mine = {"SUPERVISOR_SERVER_URL": f"unix://{self.folders.socket}"}
        swept: list[str] = []
        for group in [*(tier.group for tier in reversed(Tier)), LISTENER]:
            left = having({**mine, "SUPERVISOR_GROUP_NAME": group})
            swept += [variable(process, "SUPERVISOR_PROCESS_NAME") for process in left]
            end(left, signal.SIGTERM, patience)
        return swept

    def _call(self, method: str, *arguments: object) -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self.folders.socket}")
        proxy = xmlrpc.client.ServerProxy("http://127.0.0.1", transport)
        try:
            return getattr(proxy.supervisor, method)(*arguments)
        except OSError as refusal:
            raise LocalProblem(f"The supervisor of {self.folders.root} does not answer: {refusal}.") from refusal
        finally:
            transport.close()


def _state(told: Mapping[str, Any]) -> ProcessState:
    running_for = told["now"] - told["start"] if told["pid"] else 0
    return ProcessState(told["statename"], told["pid"], running_for)
