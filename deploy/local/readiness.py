"""Waiting until programs work, saying meanwhile what happens, and giving up on one that cannot start."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deploy.local.problems import LocalProblem
from deploy.local.program import Program, missing
from deploy.local.restarts import Restarts
from deploy.local.supervisor import Supervisor

LOOK_EVERY = 0.1  # seconds
MOST_ENDS = 3  # a program that ended so often while it was waited for will not start by being tried again
LAST_LINES = 12


@dataclass(frozen=True)
class Readiness:
    """The wait for some programs of an instance."""

    programs: Sequence[Program]
    supervisor: Supervisor
    restarts: Restarts
    say: Callable[[str], None]

    def wait(self, patience: float) -> None:
        """Return when all are ready. Raises LocalProblem naming the first that is not, with its log's end."""
        begun = time.monotonic()
        heard = len(self.restarts.since_up())
        before = {program.name: len(self.restarts.of(program.name)) for program in self.programs}
        waiting = list(self.programs)
        while waiting:
            reasons = missing(waiting)
            heard = self._tell(heard)
            for program in waiting:
                if program.name not in reasons:
                    self.say(f"{program.name} is ready after {time.monotonic() - begun:.1f} s")
            waiting = [program for program in waiting if program.name in reasons]
            self._refuse_hopeless({name: before[name] for name in reasons})
            if reasons and time.monotonic() - begun > patience:
                name, reason = next(iter(reasons.items()))
                raise self._failure(name, f"is not ready after {patience:.0f} s: {reason}")
            if waiting:
                time.sleep(LOOK_EVERY)

    def _tell(self, heard: int) -> int:
        lines = self.restarts.since_up()
        for line in lines[heard:]:
            self.say(line)
        return len(lines)

    def _refuse_hopeless(self, ends_before: Mapping[str, int]) -> None:
        states = self.supervisor.states()
        for name, before in ends_before.items():
            if states[name].state == "FATAL" or len(self.restarts.of(name)) - before >= MOST_ENDS:
                raise self._failure(name, "ends again and again at its start")

    def _failure(self, name: str, what: str) -> LocalProblem:
        log = self.restarts.log.parent / f"{name}.log"
        last = log.read_text(errors="replace").splitlines()[-LAST_LINES:] if log.exists() else []
        return LocalProblem("\n".join([f"{name} {what}", *(f"  | {line}" for line in last), f"Its log: {log}"]))
