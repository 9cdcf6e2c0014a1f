"""The activity that a dossier is about, as registration tells it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Activity:
    """The activity as registration tells it; `hosts` are unit ids, the lead first."""

    title: str | None
    town: str
    hosts: tuple[str, ...]
    starts_at: datetime
    announced_at: datetime

    @property
    def lead(self) -> str:
        """The unit that files."""
        return self.hosts[0]


@dataclass(frozen=True)
class Holding:
    """The activity took place; attendance by category."""

    held_at: datetime
    attended: dict[str, int]
