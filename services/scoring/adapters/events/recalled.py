"""Scoring's own facts, read back.

Claims, decisions and freezes begin here, so nobody else's topic holds them: a rebuild from offset 0 finds them in
scoring's own. In the ordinary run they are known already and change nothing.
"""

from services.scoring.application import Application
from services.scoring.application import commands as c
from services.scoring.domain.claim import Claim, Decision
from shared.commands import SYSTEM
from shared.events import scoring_v1 as v1
from shared.events.envelope import Envelope
from shared.messaging.runs import Effects


def of_our_own(application: Application) -> Effects:
    """What scoring does about its own facts."""

    async def bonus_claimed(fact: v1.BonusClaimed, _: Envelope) -> None:
        claim = Claim(
            id=fact.claim_id,
            unit_id=fact.unit_id,
            year=fact.year,
            rule=fact.rule,
            level=fact.level,
            url=fact.url or "",
            activity_id=fact.activity_id,
            claimed_at=fact.claimed_at,
            claimed_by="",
        )
        await application.handle(c.RecallClaim(actor=SYSTEM, claim=claim))

    async def bonus_decided(fact: v1.BonusDecided, _: Envelope) -> None:
        decision = Decision(fact.accepted, fact.level, "", fact.decided_at, "")
        await application.handle(
            c.RecallDecision(
                actor=SYSTEM, unit_id=fact.unit_id, year=fact.year, claim_id=fact.claim_id, decision=decision
            )
        )

    async def scorecard_frozen(fact: v1.ScorecardFrozen, _: Envelope) -> None:
        await application.handle(
            c.RecallFreeze(actor=SYSTEM, unit_id=fact.unit_id, year=fact.year, frozen_at=fact.frozen_at)
        )

    return {
        v1.BonusClaimed: bonus_claimed,
        v1.BonusDecided: bonus_decided,
        v1.ScorecardFrozen: scorecard_frozen,
    }
