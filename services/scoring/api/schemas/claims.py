"""Bonus claims and what was decided."""

from datetime import datetime

from pydantic import BaseModel

from services.scoring.domain.claim import Claim, ClaimState, Decision


class DecisionView(BaseModel):
    """What was decided, and why."""

    accepted: bool
    level: str | None
    reason: str
    decided_at: datetime

    @classmethod
    def of(cls, decision: Decision) -> "DecisionView":
        """From the domain; who decided stays inside."""
        return cls(
            accepted=decision.accepted,
            level=decision.level,
            reason=decision.reason,
            decided_at=decision.decided_at,
        )


class ClaimView(BaseModel):
    """A bonus claim."""

    id: str
    unit_id: str
    year: int
    rule: str
    level: str | None
    url: str
    activity_id: str | None
    claimed_at: datetime
    state: ClaimState
    decision: DecisionView | None

    @classmethod
    def of(cls, claim: Claim) -> "ClaimView":
        """From the domain."""
        return cls(
            id=claim.id,
            unit_id=claim.unit_id,
            year=claim.year,
            rule=claim.rule,
            level=claim.level,
            url=claim.url,
            activity_id=claim.activity_id,
            claimed_at=claim.claimed_at,
            state=claim.state,
            decision=DecisionView.of(claim.decision) if claim.decision else None,
        )


class ClaimList(BaseModel):
    """Claims, by time."""

    year: int
    claims: list[ClaimView]
