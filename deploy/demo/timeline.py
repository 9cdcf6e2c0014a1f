"""The season as one ordered list of steps: when, who, where, what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from deploy.demo.stage import Stage

Play = Callable[["Stage"], Awaitable[None]]


@dataclass(frozen=True)
class Step:
    """Something that people do at one time, through one service. `subject`: the activity, or what it is about."""

    at: datetime
    subject: str
    service: str
    what: str
    play: Play


class Scene(Protocol):
    """A part of the season: its steps, each after the one that it builds on."""

    def steps(self) -> Iterable[Step]:
        """In the order in which they must come when times are equal."""


def timeline(scenes: Iterable[Scene]) -> list[Step]:
    """All steps by time; at the same time in the order of the scenes."""
    return sorted((step for scene in scenes for step in scene.steps()), key=lambda step: step.at)
