"""What a trial leaves behind, as data: the report is written from nothing else."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Result:
    """Of one trial. `seconds_to_recover`: from the end of the faults until everything was quiet."""

    row: str
    title: str
    seed: int
    at: str
    injected: list[str] = field(default_factory=list)
    commands: dict[str, int] = field(default_factory=dict)
    """acked, rejected, unknown (answers, not commands: what was repeated counts each time)"""
    counts: dict[str, int] = field(default_factory=dict)
    """The judge's: acked, rejected, unknown, repeated, events, duplicates, …"""
    kills: int = 0
    restarts: dict[str, int] = field(default_factory=dict)
    parked: int = 0
    dead_letters: int = 0
    seconds_to_recover: float = 0.0
    seconds: float = 0.0
    phases: dict[str, float] = field(default_factory=dict)
    """Where they went: up, prepare, faults, quiet, rebuild, judge."""
    violations: dict[str, list[str]] = field(default_factory=dict)
    """Red points of the judge."""
    missed: list[str] = field(default_factory=list)
    """What the row expected beyond the judge's points."""
    failure: str = ""
    """Why there is no judgement: it never settled, or the lab itself failed."""

    @property
    def green(self) -> bool:
        """Whether all is well."""
        return not (self.violations or self.missed or self.failure)

    @property
    def why(self) -> str:
        """What is wrong, for a person; empty when nothing is."""
        said = [*(f"{point}: {each}" for point, found in self.violations.items() for each in found[:5]), *self.missed]
        return "\n".join([*([self.failure] if self.failure else []), *said])

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"green": self.green, **asdict(self)}
