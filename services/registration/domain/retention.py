"""How long what is kept of people is kept, by group of fields, and what stops its erasure: a legal hold (法定留存).

Personal Information Protection Law, articles 19 and 47: the shortest time that the purpose needs, then erased without
being asked. Counted from the end of the activity, in whole days of the district. What is left has no person in it:
places, categories, attendance and scores stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.aggregate import Aggregate, Fact
from shared.errors import Conflict, not_found
from shared.time import day_of, end_of_day

MOST_HOLDS = 100


class Group(StrEnum):
    """`no_place`: name and number of who had no place in the end · `contact`: of who had one."""

    ID_NUMBER = "id_number"
    NO_PLACE = "no_place"
    CONTACT = "contact"
    SCANS = "scans"
    EXPORTS = "exports"


IN_THE_VAULT = (Group.ID_NUMBER, Group.NO_PLACE, Group.CONTACT)


@dataclass(frozen=True)
class Periods:
    """Days by group."""

    days: Mapping[Group, int]

    def due(self, ends_at: datetime) -> dict[Group, datetime]:
        """When each group is to be gone: at 24:00 of its last day."""
        last = day_of(ends_at)
        return {group: end_of_day(last + timedelta(days=days)) for group, days in self.days.items()}


@dataclass(frozen=True)
class Run:
    """What retention has done with a group: so many erased in all, the last time at."""

    erased: int
    at: datetime


@dataclass(frozen=True)
class Lifting:
    """Who ended a hold, when and why."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Hold:
    """Nothing of the activity, or of one registration, may be erased. The reasons are staff's words and stay here."""

    id: str
    registration_id: str | None
    reason: str
    by: str
    at: datetime
    lifted: Lifting | None = None


@dataclass(frozen=True)
class HoldPlaced(Fact):
    activity_id: str
    hold_id: str
    registration_id: str | None
    at: datetime


class HoldLifted(HoldPlaced):
    """From now on what is due is erased."""


@dataclass(frozen=True)
class Erased(Fact):
    activity_id: str
    group: Group
    erased: int
    at: datetime


@dataclass(kw_only=True)
class Retention(Aggregate):
    """Of one activity; its id is the activity's. A timer for each group, named like it."""

    due: dict[Group, datetime] = field(default_factory=dict)
    runs: dict[Group, Run] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)

    def follow(self, due: Mapping[Group, datetime]) -> None:
        """The activity has another end, or the district other periods."""
        for group, at in due.items():
            if self.due.get(group) != at:
                self.due[group] = self.timers[group] = at

    @property
    def on_hold(self) -> bool:
        """The whole activity."""
        return any(not each.lifted and not each.registration_id for each in self.holds.values())

    @property
    def held(self) -> frozenset[str]:
        """Single registrations."""
        return frozenset(
            each.registration_id for each in self.holds.values() if not each.lifted and each.registration_id
        )

    def keeps(self, registration_id: str) -> bool:
        """Whether nothing of this registration may be erased now."""
        return self.on_hold or registration_id in self.held

    def note(
        self,
        group: Group,
        rung: datetime,
        erased: int,
        *,
        done: bool,
        held: frozenset[str],
        again_at: datetime,
        at: datetime,
    ) -> None:
        """So many were erased when the timer set for `rung` rang, all but those that were `held` then.

        `done`: a look found nothing more. Otherwise, and where holds were placed or lifted meanwhile, it rings
        `again_at`. Of two replicas that rang at once both have erased something, and one takes the timer off.
        """
        before = self.runs.get(group)
        total = (before.erased if before else 0) + erased
        if erased:
            self.runs[group] = Run(total, at)
        if self.timers.get(group) != rung:
            return
        if not done or self.on_hold or self.held != held:
            self.timers[group] = again_at
            return
        del self.timers[group]
        if total:
            self.record(Erased(self.id, group, total, at))

    def wait(self, group: Group, rung: datetime) -> None:
        """It is due and on hold: asked again when the hold is lifted. If it was lifted meanwhile, the timer stays."""
        if self.on_hold and self.timers.get(group) == rung:
            del self.timers[group]

    def hold(self, hold_id: str, registration_id: str | None, reason: str, *, by: str, at: datetime) -> Hold:
        """Nothing is erased from now on. Raises Conflict `too_many_holds`."""
        if hold_id in self.holds:
            return self.holds[hold_id]
        if len(self.holds) >= MOST_HOLDS:
            raise Conflict("too_many_holds", "该活动的留存登记已达上限。", "This activity has too many holds.")
        self.holds[hold_id] = Hold(hold_id, registration_id, reason, by, at)
        self.record(HoldPlaced(self.id, hold_id, registration_id, at))
        return self.holds[hold_id]

    def lift(self, hold_id: str, reason: str, *, by: str, at: datetime) -> Hold:
        """What became due meanwhile is erased now. Raises NotFound, Conflict `hold_lifted`."""
        mine = self.holds.get(hold_id)
        if mine is None:
            raise not_found("legal hold")
        if mine.lifted:
            raise Conflict("hold_lifted", "该留存已解除。", "This hold is lifted already.")
        self.holds[hold_id] = replace(mine, lifted=Lifting(reason, by, at))
        self.timers = {str(group): due for group, due in self.due.items()} | self.timers
        self.record(HoldLifted(self.id, hold_id, mine.registration_id, at))
        return self.holds[hold_id]
