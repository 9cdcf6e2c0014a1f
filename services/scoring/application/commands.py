"""What is asked of scoring: one frozen dataclass per command, with the type of its answer.

`recorded_at` is when the fact behind a command was recorded at its source.
"""

from dataclasses import dataclass
from datetime import datetime

from services.scoring.domain.claim import Claim, Decision
from services.scoring.domain.facts import ActivityFact
from services.scoring.domain.roll import Particulars
from shared.commands import Command


@dataclass(frozen=True, kw_only=True)
class AdoptRulebooks(Command[None]):
    """Begin the year of every rulebook; bring accounts to a rulebook that is new."""


@dataclass(frozen=True, kw_only=True)
class EnterUnit(Command[None]):
    """A unit is known, or its particulars changed. `event`: that says so."""

    unit_id: str
    event: str
    particulars: Particulars


@dataclass(frozen=True, kw_only=True)
class NoteActivity(Command[None]):
    """Something is known of an activity; several facts in their order, each with its own entries in the ledgers."""

    activity_id: str
    facts: tuple[ActivityFact, ...]


@dataclass(frozen=True, kw_only=True)
class CloseYear(Command[None]):
    """The year is over: who held nothing loses points. Rung by the period's timer."""

    period_id: str
    timer: str


@dataclass(frozen=True, kw_only=True)
class FreezeYear(Command[None]):
    """From now on nothing in this year changes."""

    year: int


@dataclass(frozen=True, kw_only=True)
class ClaimBonus(Command[Claim]):
    """A unit claims a bonus."""

    unit_id: str
    year: int | None
    rule: str
    level: str | None
    url: str
    activity_id: str | None


@dataclass(frozen=True, kw_only=True)
class DecideClaim(Command[Claim]):
    """An assessor accepts or rejects a claim."""

    unit_id: str
    claim_id: str
    accepted: bool
    level: str | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class RecallClaim(Command[None]):
    """Our own fact of a claim, read back."""

    claim: Claim


@dataclass(frozen=True, kw_only=True)
class RecallDecision(Command[None]):
    """Our own fact of a decision, read back."""

    unit_id: str
    year: int
    claim_id: str
    decision: Decision


@dataclass(frozen=True, kw_only=True)
class RecallFreeze(Command[None]):
    """Our own fact of a frozen scorecard, read back."""

    unit_id: str
    year: int
    frozen_at: datetime
