"""What scoring knows of an activity, fact by fact, each with the event that proves it.

There are many of them in memory, so they have slots.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from shared.time import day_of

LIVE = frozenset({"live_blog", "live_video"})


@dataclass(frozen=True, slots=True)
class Proof:
    """The event that says so, and when it was recorded at its source (never when it arrived here)."""

    event: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a unit is assessed, and who guides it (主管部门, policy clause two)."""

    unit_id: str
    assessed: bool
    supervising_unit_id: str | None

    def credited(self, *, through_supervisor: bool) -> str | None:
        """The unit whose account it counts for: deeds and faults of an unassessed unit go to the one that guides it."""
        if self.assessed:
            return self.unit_id
        return self.supervising_unit_id if through_supervisor else None


@dataclass(frozen=True)
class Held:
    """The activity took place; attendance is final."""

    hosts: tuple[Standing, ...]
    starts_at: datetime
    held_at: datetime
    announced_at: datetime
    plan_filed_at: datetime
    composition_met: bool
    proof: Proof

    @cached_property
    def lead_days(self) -> int:
        """Calendar days in the district from the announcement to the first session."""
        return (day_of(self.starts_at) - day_of(self.announced_at)).days


@dataclass(frozen=True, slots=True)
class Filed:
    """The first complete set of materials; it alone fixes lateness."""

    on_time: bool
    days_late: int
    proof: Proof


@dataclass(frozen=True, slots=True)
class FilingMissed:
    """The two days are over and no complete set is there."""

    proof: Proof


@dataclass(frozen=True, slots=True)
class Published:
    """Something about the activity is public."""

    publicity_id: str
    kind: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class OpinionOverdue:
    """An opinion was not answered in time in this unit's hands. `reply_by` is 24:00 of the last day."""

    opinion_id: str
    unit_id: str
    reply_by: datetime
    proof: Proof

    @property
    def last_day(self) -> date:
        """The last day on which an answer would have been in time."""
        return day_of(self.reply_by - timedelta(milliseconds=1))


ActivityFact = Held | Filed | FilingMissed | Published | OpinionOverdue


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one activity means to one account: the whole of it, so that a later one simply replaces it.

    `version` counts the facts folded into the activity's card; a lower one is older. `held` is None when the unit did
    not hold the activity and only answers for opinions of it.
    """

    activity_id: str
    version: int
    held: Held | None = None
    filed: Filed | None = None
    filing_missed: FilingMissed | None = None
    published: tuple[Published, ...] = ()
    overdue: tuple[OpinionOverdue, ...] = ()

    def until(self, moment: datetime) -> "Contribution":
        """Only what was recorded up to `moment`."""

        def kept(proof: Proof) -> bool:
            return proof.at <= moment

        return Contribution(
            self.activity_id,
            self.version,
            held=self.held if self.held and kept(self.held.proof) else None,
            filed=self.filed if self.filed and kept(self.filed.proof) else None,
            filing_missed=self.filing_missed if self.filing_missed and kept(self.filing_missed.proof) else None,
            published=tuple(each for each in self.published if kept(each.proof)),
            overdue=tuple(each for each in self.overdue if kept(each.proof)),
        )
