"""The one list of a joint activity: everybody with a place at any of its points."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.registration.domain.activity import Activity
from services.registration.domain.composition import Composition, Headcount, headcount
from services.registration.domain.place import Registration
from services.registration.domain.roster import Roster


@dataclass(frozen=True)
class Representatives:
    """Who has a place, each with the point's id; how many wait."""

    activity: Activity
    seated: tuple[tuple[str, Registration], ...]
    waiting: int

    @classmethod
    def of(cls, activity: Activity, rosters: Sequence[Roster]) -> "Representatives":
        """By point and order of registration."""
        seated = tuple((roster.id, each) for roster in rosters for each in roster.seated())
        return cls(activity, seated, sum(len(each.waiting()) for each in rosters))

    @property
    def composition(self) -> Composition:
        """Of all points together."""
        return Composition.of(each.category for _, each in self.seated)

    @property
    def confirmed(self) -> Headcount:
        """Of all points together, by category."""
        return headcount(each.category for _, each in self.seated)
