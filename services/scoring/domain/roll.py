"""The roll of units: who is assessed in which year, and which activities wait to hear of a unit's standing."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from services.scoring.domain.card import Guidance
from services.scoring.domain.facts import Standing
from shared.aggregate import Aggregate
from shared.time import start_of_year


@dataclass(frozen=True)
class Particulars:
    """What the roll knows of a unit. `active_to`: start of the last day; `sequence` counts facts about the unit."""

    title: str
    assessed: bool
    supervising_unit_id: str | None
    active_from: datetime
    active_to: datetime | None
    sequence: int
    recorded_at: datetime
    known_since: datetime

    def assessed_in(self, year: int) -> bool:
        """Whether the unit has a scorecard in this year: assessed, and active on any day of it.

        A year that was over before the unit was first registered is not scored: nobody could have opened in it.
        """
        began = max(self.active_from, self.known_since) < start_of_year(year + 1)
        ended = self.active_to is not None and self.active_to < start_of_year(year)
        return self.assessed and began and not ended


@dataclass(kw_only=True)
class UnitEntry(Aggregate):
    """One unit. May be a shell: an opinion can become overdue here before the unit is heard of."""

    particulars: Particulars | None = None
    activities: list[str] = field(default_factory=list)

    def register(self, particulars: Particulars) -> tuple[str, ...]:
        """The last particulars hold. Answers with the activities that must learn of them."""
        if self.particulars is None or self.particulars.sequence <= particulars.sequence:
            since = self.particulars.known_since if self.particulars else particulars.known_since
            self.particulars = replace(particulars, known_since=min(since, particulars.known_since))
        return tuple(self.activities)

    def answers_for(self, activity_id: str) -> Guidance | None:
        """Remember the activity, so that it hears of every change; answers with the standing, once known."""
        if activity_id not in self.activities:
            self.activities = sorted([*self.activities, activity_id])
        return self.guidance

    @property
    def guidance(self) -> Guidance | None:
        """The standing, once known."""
        known = self.particulars
        if known is None:
            return None
        return Guidance(Standing(self.id, known.assessed, known.supervising_unit_id), known.sequence)
