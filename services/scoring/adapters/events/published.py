"""Scoring's facts as contracts."""

from functools import singledispatch
from typing import Any

from services.scoring.domain import events
from shared.aggregate import Fact
from shared.events import scoring_v1 as v1
from shared.events.contract import Contract


@singledispatch
def published(fact: Fact) -> Contract:
    """The contract that tells others of a fact."""
    raise TypeError(f"{type(fact).__name__} has no contract")


@published.register
def _(fact: events.ScoreEntered) -> Contract:
    return v1.ScoreEntered(**_entry(fact), evidence=fact.entry.line.evidence)


@published.register
def _(fact: events.ScoreReversed) -> Contract:
    return v1.ScoreReversed(**_entry(fact), reverses=fact.entry.reverses or 0)


@published.register
def _(fact: events.BonusClaimed) -> Contract:
    claim = fact.claim
    return v1.BonusClaimed(
        unit_id=fact.unit_id,
        year=fact.year,
        claim_id=claim.id,
        rule=claim.rule,
        level=claim.level,
        claimed_at=claim.claimed_at,
        url=claim.url,
        activity_id=claim.activity_id,
    )


@published.register
def _(fact: events.BonusDecided) -> Contract:
    decision = fact.claim.decision
    if decision is None:
        raise ValueError("a decided claim without its decision")
    return v1.BonusDecided(
        unit_id=fact.unit_id,
        year=fact.year,
        claim_id=fact.claim.id,
        rule=fact.claim.rule,
        level=decision.level,
        accepted=decision.accepted,
        decided_at=decision.decided_at,
    )


@published.register
def _(fact: events.ScorecardFrozen) -> Contract:
    return v1.ScorecardFrozen(
        unit_id=fact.unit_id, year=fact.year, rulebook=fact.rulebook, total=fact.total, frozen_at=fact.frozen_at
    )


def _entry(fact: events.ScoreEntered | events.ScoreReversed) -> dict[str, Any]:
    entry = fact.entry
    return {
        "unit_id": fact.unit_id,
        "year": fact.year,
        "entry": entry.number,
        "rulebook": entry.rulebook,
        "rule": entry.line.rule,
        "subject": entry.line.subject,
        "points": entry.line.points,
        "entered_at": entry.entered_at,
    }
