"""A unit's year: what is known, the ledger that follows from it, and the scorecard that stands.

Every change ends in `reconcile`: what `evaluate` says must stand is compared with what stands, and the difference is
entered. So the scorecard depends on the set of facts alone; the ledger also tells the way there.
"""

from dataclasses import dataclass, field
from datetime import datetime

from services.scoring.domain import claims
from services.scoring.domain.card import AccountKey
from services.scoring.domain.claim import Claim, Decision
from services.scoring.domain.evaluation import evaluate
from services.scoring.domain.events import BonusClaimed, BonusDecided, ScorecardFrozen, ScoreEntered, ScoreReversed
from services.scoring.domain.facts import Contribution
from services.scoring.domain.ledger import Entry, Kept, Occasion, Step, keep, reconciled, standing, told
from services.scoring.domain.lines import Line
from services.scoring.domain.period import Freeze, Period, State, keeps
from services.scoring.domain.record import Record
from services.scoring.domain.roll import Particulars
from services.scoring.domain.rulebook import Rulebook
from shared.aggregate import Aggregate
from shared.errors import Conflict


@dataclass(frozen=True)
class Movement:
    """What a change did to the ledger, and how the account stands after it."""

    fresh: tuple[Entry, ...]
    total: int
    state: State


@dataclass(kw_only=True)
class Account(Aggregate):
    """One unit in one year. `late`: activities whose facts came after the freeze; they change no line.

    `kept`: of each kind the last line, whole, and whether it stands. `ledger`: the steps that led there, as written;
    `entered`: how many entries they tell of.
    """

    unit_id: str
    year: int
    rulebook: str
    title: str = ""
    assessed: bool = False
    known_up_to: int = 0
    closed: bool = False
    freeze: Freeze | None = None
    activities: dict[str, Contribution] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    ledger: list[str] = field(default_factory=list)
    entered: int = 0
    late: dict[str, Contribution] = field(default_factory=dict)

    @classmethod
    def begin(cls, key: AccountKey, period: Period) -> "Account":
        """An account as the state of its year asks."""
        return cls(
            id=key.id,
            unit_id=key.unit_id,
            year=key.year,
            rulebook=period.rulebook,
            closed=period.closing is not None,
            freeze=period.freeze,
        )

    @property
    def state(self) -> State:
        """As people see it."""
        if self.freeze:
            return "frozen"
        return "closed" if self.closed else "open"

    @property
    def lines(self) -> list[Line]:
        """The lines that stand, in the order of their entry."""
        return [each.line for each in standing(self.kept)]

    @property
    def total(self) -> int:
        """Thousandths: the sum of the lines that stand, which is the sum of all entries."""
        return sum(each.line.points for each in self.kept.values() if each.number)

    @property
    def entries(self) -> list[Entry]:
        """Every entry ever made, whole. Grows with the square of the activities: for those who read, not to keep."""
        return told(self.ledger)

    # facts

    def know_unit(self, unit: Particulars, rulebook: Rulebook, occasion: Occasion) -> Movement:
        """The unit's particulars; the last ones hold."""
        if unit.sequence > self.known_up_to and self._takes(unit.recorded_at):
            self.title, self.known_up_to = unit.title, unit.sequence
            self.assessed = unit.assessed_in(self.year)
        return self.reconcile(rulebook, occasion)

    def contribute(self, contribution: Contribution, rulebook: Rulebook, occasion: Occasion) -> Movement:
        """The whole of what an activity means to this unit; an older version changes nothing."""
        kept = self.late if self.freeze and not self.freeze.rebuilt else self.activities
        known = kept.get(contribution.activity_id)
        if known is None or known.version <= contribution.version:
            kept[contribution.activity_id] = contribution
        return self.reconcile(rulebook, occasion)

    def follow(self, period: Period, rulebook: Rulebook, occasion: Occasion) -> Movement:
        """Be closed, and frozen, when the year is."""
        self.closed = self.closed or period.closing is not None
        movement = self.reconcile(rulebook, occasion)
        if period.freeze is None or self.freeze:
            return movement
        self.freeze = period.freeze
        if period.freeze.rebuilt:
            return self.reconcile(rulebook, occasion)
        if self.assessed:
            self.record(ScorecardFrozen(self.unit_id, self.year, self.rulebook, self.total, period.freeze.at))
        return movement

    def recall_freeze(self, rulebook: Rulebook, occasion: Occasion) -> Movement:
        """Our own fact of a freeze, read back: news only in a rebuild."""
        if self.freeze is None:
            self.closed, self.freeze = True, Freeze(occasion.at, rebuilt=True)
        return self.reconcile(rulebook, occasion)

    # bonus claims

    def claim(self, claim: Claim, rulebook: Rulebook) -> Claim:
        """A unit claims a bonus. Raises Conflict or Invalid; a claim itself earns nothing."""
        self._must_not_be_frozen()
        held = {id_ for id_, each in self.activities.items() if each.held}
        claims.check(claim, rulebook, self.claims.values(), held)
        self.claims[claim.id] = claim
        self.record(BonusClaimed(self.unit_id, self.year, claim))
        return claim

    def decide(self, claim_id: str, decision: Decision, units: frozenset[str], rulebook: Rulebook) -> Claim:
        """An assessor decides; nobody decides on a claim of their own, or of a unit they belong to.

        The line follows by `reconcile`.
        """
        self._must_not_be_frozen()
        decided = claims.decided(self.claims[claim_id], decision, rulebook, own_unit=self.unit_id in units)
        self.claims[claim_id] = decided
        self.record(BonusDecided(self.unit_id, self.year, decided))
        return decided

    def recall_claim(self, claim: Claim, rulebook: Rulebook, occasion: Occasion) -> Movement:
        """Our own fact of a claim, read back: news only in a rebuild."""
        self.claims.setdefault(claim.id, claim)
        return self.reconcile(rulebook, occasion)

    def recall_decision(self, claim_id: str, decision: Decision, rulebook: Rulebook, occasion: Occasion) -> Movement:
        """Our own fact of a decision, read back: news only in a rebuild."""
        known = self.claims[claim_id]
        if known.decision is None:
            self.claims[claim_id] = claims.with_decision(known, decision)
        return self.reconcile(rulebook, occasion)

    # the ledger

    def reconcile(self, rulebook: Rulebook, occasion: Occasion) -> Movement:
        """Enter what must stand and does not, take back what stands and must not. A frozen ledger is left alone."""
        fresh: list[Entry] = []
        if self.freeze is None or self.freeze.rebuilt:
            self.rulebook = rulebook.version
            desired = evaluate(rulebook, self._record())
            fresh = reconciled(self.kept, self.entered, desired, rulebook.version, occasion)
        if fresh:
            self._enter(fresh)
        return Movement(tuple(fresh), self.total, self.state)

    def _enter(self, fresh: list[Entry]) -> None:
        self.ledger.append(Step.of(fresh, self.kept).written())
        self.entered += len(fresh)
        keep(self.kept, fresh)
        for each in fresh:
            kind = ScoreEntered if each.reverses is None else ScoreReversed
            self.record(kind(self.unit_id, self.year, each))

    def _record(self) -> Record:
        known = self.activities.values()
        taken = [each.until(self.freeze.at) for each in known] if self.freeze else known
        return Record.of(self.year, taken, self.claims.values(), assessed=self.assessed, closed=self.closed)

    def _takes(self, recorded_at: datetime) -> bool:
        return self.freeze is None or keeps(self.freeze, recorded_at)

    def _must_not_be_frozen(self) -> None:
        if self.freeze:
            raise Conflict(
                "period_frozen",
                "该年度评分已冻结，不再变动。",
                "This year's scores are frozen; nothing changes any more.",
                state="frozen",
                year=self.year,
            )
