"""How the programs of an instance are: what the supervisor says, and whether each one answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deploy.local.program import Program, missing
from deploy.local.restarts import Restarts
from deploy.local.supervisor import STOPPED, ProcessState


@dataclass(frozen=True, kw_only=True)
class ProgramStatus:
    """One row of `status`: `why` says what is missing when it is not ready; `restarts` since the last `up`."""

    name: str
    state: str
    pid: int
    running_for: int
    why: str
    restarts: int
    address: str

    @property
    def ready(self) -> bool:
        """Whether it does its work."""
        return not self.why


def statuses(
    programs: Sequence[Program], states: Mapping[str, ProcessState], restarts: Restarts
) -> list[ProgramStatus]:
    """A row for every program; those that run are asked all at once."""
    running = [program for program in programs if states.get(program.name, STOPPED).pid]
    reasons = missing(running)
    return [
        ProgramStatus(
            name=program.name,
            state=states.get(program.name, STOPPED).state,
            pid=states.get(program.name, STOPPED).pid,
            running_for=states.get(program.name, STOPPED).running_for,
            why=reasons.get(program.name, "") if program in running else "it does not run",
            restarts=len(restarts.of(program.name)),
            address=program.address,
        )
        for program in programs
    ]
