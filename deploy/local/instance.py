"""One running district: brought up tier by tier, watched, and taken down in the opposite order."""

import fcntl
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import psutil

from deploy.local.configuration import render
from deploy.local.folders import Folders
from deploy.local.plan import Addresses, Plan
from deploy.local.ports import busy
from deploy.local.problems import LocalProblem
from deploy.local.processes import end
from deploy.local.program import Program, Tier
from deploy.local.readiness import Readiness
from deploy.local.restarts import Restarts
from deploy.local.status import ProgramStatus, statuses
from deploy.local.supervisor import Supervisor
from shared.time.clock import steer

# Longer than any program's own time to stop, engines after services.
STOP_PATIENCE = 75.0
# A steered clock that nobody has set yet stands on the morning of the notice that founded the programme.
DAY_OF_THE_NOTICE = datetime(2021, 8, 11, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Instance:
    """The programs of a plan under one supervisor. Progress and restarts are told to `say`."""

    plan: Plan
    say: Callable[[str], None] = field(default=lambda _: None)

    @property
    def name(self) -> str:
        """`district`, `demo`, or a test's own."""
        return self.plan.name

    @property
    def folders(self) -> Folders:
        """Data, logs, secrets and configuration."""
        return self.plan.folders

    @property
    def addresses(self) -> Addresses:
        """Where it is reached."""
        return self.plan.addresses

    @property
    def restarts(self) -> Restarts:
        """What ended by itself since the last `up`."""
        return Restarts(self.folders.supervisor_log)

    @property
    def is_up(self) -> bool:
        """Whether its supervisor runs."""
        return self.folders.supervised()

    def up(self, patience: float = 120) -> None:
        """Bring everything up and wait until it is ready; at once when it is already.

        Raises LocalProblem for a taken port (nothing is started then), or for a program that cannot start
        (everything is stopped again, the logs stay).
        """
        self.folders.make()
        with self._alone():
            was_up = self.is_up
            try:
                if not was_up:
                    self._launch()
                for tier in Tier:
                    self._start(tier, patience)
            except BaseException:
                if not was_up:
                    self._stop()
                raise

    def wait_ready(self, patience: float = 60) -> None:
        """Wait until every program is ready, also after `kill`. Raises LocalProblem with what is missing."""
        self._readiness(self.plan.programs).wait(patience)

    def down(self) -> list[str]:
        """Stop services, then engines, also what a dead supervisor left behind. Returns what was stopped."""
        if not self.folders.root.exists():
            return []
        with self._alone():
            return self._stop()

    def status(self) -> list[ProgramStatus]:
        """Every program, running or not."""
        states = self._supervisor.states() if self.is_up else {}
        return statuses(self.plan.programs, states, self.restarts)

    def kill(self, name: str) -> int:
        """`kill -9` one program, which the supervisor will start again; it has gone on return. Returns its pid."""
        state = self._supervisor.states()[name]
        if not state.pid:
            raise LocalProblem(f"{name} does not run: its state is {state.state}.")
        end([psutil.Process(state.pid)], signal.SIGKILL, patience=5)
        return state.pid

    def steer(self, to: datetime) -> None:
        """Set the time of every service, before or after `up`. ValueError when it follows the real time."""
        if self.plan.steered is None:
            raise ValueError(f"instance {self.name} follows the real time")
        self.folders.make()
        steer(self.plan.steered, to)

    def wipe(self) -> None:
        """Remove everything it keeps. Raises LocalProblem while it is up, or when others keep its data."""
        if self.is_up:
            raise LocalProblem(f"Instance {self.name} is up: take it down before its data is removed.")
        if self.plan.shared:
            raise LocalProblem(
                f"Instance {self.name} keeps data in an engine that is not its own ({', '.join(self.plan.shared)}). "
                "Begin afresh under a namespace that is not in use: OPENDAY_LOCAL_NAMESPACE=<name>."
            )
        if self.folders.root.exists():
            shutil.rmtree(self.folders.root)

    @property
    def _supervisor(self) -> Supervisor:
        return Supervisor(self.folders)

    def _launch(self) -> None:
        if left := self._supervisor.sweep(STOP_PATIENCE):
            self.say(f"stopped what an earlier supervisor had left behind: {', '.join(left)}")
        wanted = {name: port for program in self.plan.programs for name, port in program.ports.items()}
        if taken := busy(wanted):
            raise LocalProblem("\n".join([*taken, "Nothing was started."]))
        for program in self.plan.programs:
            program.prepare()
        if self.plan.steered is not None and not self.plan.steered.exists():
            self.steer(DAY_OF_THE_NOTICE)
        self._supervisor.launch(render(self.plan.programs, self.folders, self.plan.owner))

    def _start(self, tier: Tier, patience: float) -> None:
        programs = [program for program in self.plan.programs if program.tier is tier]
        states = self._supervisor.states()
        for program in programs:
            if not states[program.name].runs:
                self.say(f"{program.name} starts")
                self._supervisor.start(program.full_name)
        self._readiness(programs).wait(patience)

    def _stop(self) -> list[str]:
        running = []
        if self.is_up:
            running = [name for name, state in self._supervisor.states().items() if state.pid]
            self._supervisor.stop(STOP_PATIENCE)
        return running + self._supervisor.sweep(STOP_PATIENCE)

    def _readiness(self, programs: Sequence[Program]) -> Readiness:
        return Readiness(programs, self._supervisor, self.restarts, self.say)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One `up` or `down` of an instance at a time."""
        with (self.folders.root / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LocalProblem(
                    f"Another command is bringing instance {self.name} up or down. Wait for it, then try again."
                ) from None
            yield
