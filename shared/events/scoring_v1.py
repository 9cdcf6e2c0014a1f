"""Facts of scoring: ledger lines, bonus claims, frozen scorecards. Source: policy clause six (3).

Points are integers of thousandths; a deduction is negative.
"""

from typing import ClassVar

from shared.events.contract import Code, Contract, Id, Instant, PublicUrl


class Scoring(Contract):
    """What all facts of this owner have in common."""

    OWNER: ClassVar[str] = "scoring"
    KEY: ClassVar[str] = "unit_id"
    unit_id: Id
    year: int


class ScoreEntered(Scoring):
    """A line of the ledger. (`rulebook`, `rule`, unit, `subject`) is unique among the lines that stand."""

    entry: int
    rulebook: Code
    rule: Code
    subject: Id
    points: int
    evidence: tuple[Id, ...]
    entered_at: Instant


class ScoreReversed(Scoring):
    """A line no longer stands; it is taken back by a line of its own, never edited."""

    entry: int
    reverses: int
    rulebook: Code
    rule: Code
    subject: Id
    points: int
    entered_at: Instant


class BonusClaimed(Scoring):
    claim_id: Id
    rule: Code
    level: Code | None
    claimed_at: Instant
    url: PublicUrl | None = None
    activity_id: Id | None = None


class BonusDecided(Scoring):
    claim_id: Id
    rule: Code
    level: Code | None
    accepted: bool
    decided_at: Instant


class ScorecardFrozen(Scoring):
    rulebook: Code
    total: int
    frozen_at: Instant


CONTRACTS: tuple[type[Contract], ...] = (ScoreEntered, ScoreReversed, BonusClaimed, BonusDecided, ScorecardFrozen)
