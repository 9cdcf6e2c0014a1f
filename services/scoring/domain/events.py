"""What scoring tells: lines entered and taken back, claims, decisions, frozen scorecards."""

from dataclasses import dataclass
from datetime import datetime

from services.scoring.domain.claim import Claim
from services.scoring.domain.ledger import Entry
from shared.aggregate import Fact


@dataclass(frozen=True)
class AccountFact(Fact):
    """Of one unit and year."""

    unit_id: str
    year: int


@dataclass(frozen=True)
class ScoreEntered(AccountFact):
    """A line stands."""

    entry: Entry


@dataclass(frozen=True)
class ScoreReversed(AccountFact):
    """A line stands no longer."""

    entry: Entry


@dataclass(frozen=True)
class BonusClaimed(AccountFact):
    """A unit claims a bonus."""

    claim: Claim


@dataclass(frozen=True)
class BonusDecided(AccountFact):
    """An assessor accepted or rejected a claim."""

    claim: Claim


@dataclass(frozen=True)
class ScorecardFrozen(AccountFact):
    """Nothing changes any more."""

    rulebook: str
    total: int
    frozen_at: datetime
