"""The card of one activity: every fact about it, in whatever order topics deliver them, and whom it counts for.

A fold by key: repeats change nothing, and the outcome depends on the set of facts alone. Accounts are told the whole
present meaning of the card each time (`pushes`), with the card's version, so a crash or an overtaking only repeats.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.scoring.domain.facts import (
    ActivityFact,
    Contribution,
    Filed,
    FilingMissed,
    Held,
    OpinionOverdue,
    Published,
    Standing,
)
from services.scoring.domain.rulebook import Rulebooks
from shared.aggregate import Aggregate
from shared.time import day_of


@dataclass(frozen=True, order=True)
class AccountKey:
    """A unit's year."""

    unit_id: str
    year: int

    @property
    def id(self) -> str:
        """The account's id."""
        return f"{self.unit_id}-{self.year}"


@dataclass(frozen=True)
class Push:
    """What an account is to be told."""

    account: AccountKey
    contribution: Contribution


@dataclass(frozen=True)
class Guidance:
    """A unit's standing as of the `sequence`-th fact about it."""

    standing: Standing
    sequence: int


@dataclass(kw_only=True)
class ActivityCard(Aggregate):
    """One activity. May be a shell: facts of other topics can come before `activity-held`."""

    version: int = 0
    held: Held | None = None
    filed: Filed | None = None
    filing_missed: FilingMissed | None = None
    published: dict[str, Published] = field(default_factory=dict)
    overdue: dict[str, OpinionOverdue] = field(default_factory=dict)
    guidance: dict[str, Guidance] = field(default_factory=dict)
    reached: list[AccountKey] = field(default_factory=list)

    def note(self, fact: ActivityFact) -> tuple[str, ...]:
        """Fold a fact in. Answers with the units that answer for overdue opinions: their standing must be learned."""
        match fact:
            case Held():
                changed, self.held = self.held != fact, fact
            case Filed():
                changed, self.filed = self.filed is None, self.filed or fact
            case FilingMissed():
                changed, self.filing_missed = self.filing_missed is None, self.filing_missed or fact
            case Published():
                changed = self.published.get(fact.publicity_id) != fact
                self.published[fact.publicity_id] = fact
            case OpinionOverdue():
                changed = fact.proof.event not in self.overdue
                self.overdue[fact.proof.event] = fact
        self.version += changed
        return tuple(sorted({each.unit_id for each in self.overdue.values()}))

    def learn(self, guidance: Guidance) -> None:
        """A unit's standing; an older one than is known changes nothing."""
        unit_id = guidance.standing.unit_id
        known = self.guidance.get(unit_id)
        if known is None or known.sequence < guidance.sequence:
            self.guidance[unit_id] = guidance
            self.version += 1

    def pushes(self, rulebooks: Rulebooks) -> tuple[Push, ...]:
        """What to tell each account that this activity counts for, or ever counted for."""
        present = {key: self._meaning(key, rulebooks) for key in self._accounts(rulebooks)}
        self.reached = sorted({*self.reached, *present})
        nothing = Contribution(self.id, self.version)
        return tuple(Push(key, present.get(key, nothing)) for key in self.reached if key.year in rulebooks)

    def _accounts(self, rulebooks: Rulebooks) -> set[AccountKey]:
        held = self._holders(rulebooks)
        answering = (self._answerable(each, rulebooks) for each in self.overdue.values())
        return held | {each for each in answering if each}

    def _meaning(self, key: AccountKey, rulebooks: Rulebooks) -> Contribution:
        overdue = (each for each in self.overdue.values() if self._answerable(each, rulebooks) == key)
        answers_for = tuple(sorted(overdue, key=lambda each: each.proof.event))
        if key not in self._holders(rulebooks):
            return Contribution(self.id, self.version, overdue=answers_for)
        return Contribution(
            self.id,
            self.version,
            held=self.held,
            filed=self.filed,
            filing_missed=self.filing_missed,
            published=tuple(sorted(self.published.values(), key=lambda each: each.publicity_id)),
            overdue=answers_for,
        )

    def _holders(self, rulebooks: Rulebooks) -> set[AccountKey]:
        """Full joint credit: each assessed host, and for an unassessed one the unit that guides it, once."""
        if self.held is None:
            return set()
        return _keys(self.held.hosts, day_of(self.held.held_at).year, rulebooks)

    def _answerable(self, overdue: OpinionOverdue, rulebooks: Rulebooks) -> AccountKey | None:
        """The account that an overdue opinion counts for, in the activity's year where that is known."""
        guidance = self.guidance.get(overdue.unit_id)
        if guidance is None:
            return None
        year = day_of(self.held.held_at).year if self.held else overdue.last_day.year
        return next(iter(_keys([guidance.standing], year, rulebooks)), None)


def _keys(standings: Iterable[Standing], year: int, rulebooks: Rulebooks) -> set[AccountKey]:
    rulebook = rulebooks.get(year)
    if rulebook is None:
        return set()
    credited = (each.credited(through_supervisor=rulebook.credit_to_supervising_unit) for each in standings)
    return {AccountKey(unit_id, year) for unit_id in credited if unit_id}
