"""What a load has seen: answers, how long they took, and how services refused when they were in trouble."""

import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Moment:
    """One answer: when it came (monotonic seconds), of which service, status (0: none), seconds, Retry-After."""

    at: float
    service: str
    command: str
    status: int
    seconds: float
    retry_after: float | None


@dataclass
class Traffic:
    """Every answer of one run. `moments` by time; `begun` is on the same clock."""

    begun: float = field(default_factory=time.monotonic)
    moments: list[Moment] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    """acked, rejected, unknown, repeated"""
    differing: list[str] = field(default_factory=list)
    """Keys whose repeat was answered otherwise than the first time."""

    def between(self, since: float, until: float, service: str | None = None) -> list[Moment]:
        """Answers that came in this stretch of monotonic time."""
        return [each for each in self.moments if since <= each.at <= until and service in (None, each.service)]

    def refused_rudely(self) -> list[Moment]:
        """503 without Retry-After."""
        return [each for each in self.moments if each.status == 503 and each.retry_after is None]

    def slow_refusals(self, seconds: float = 3.0) -> list[Moment]:
        """503 that took longer than people were promised."""
        return [each for each in self.moments if each.status == 503 and each.seconds > seconds]
