"""A bonus claim (加分申报): a unit says what it achieved and where that can be seen; an assessor decides."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ClaimState = Literal["pending", "accepted", "rejected"]


@dataclass(frozen=True)
class Decision:
    """What was decided, why and by whom. `level` may be lower than the one claimed."""

    accepted: bool
    level: str | None
    reason: str
    decided_at: datetime
    decided_by: str


@dataclass(frozen=True)
class Claim:
    """One claim. `activity_id` names the achievement, of which only the highest level counts."""

    id: str
    unit_id: str
    year: int
    rule: str
    level: str | None
    url: str
    activity_id: str | None
    claimed_at: datetime
    claimed_by: str
    decision: Decision | None = None

    @property
    def state(self) -> ClaimState:
        """As people see it."""
        if self.decision is None:
            return "pending"
        return "accepted" if self.decision.accepted else "rejected"
