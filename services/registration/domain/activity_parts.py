"""What an activity is made of: its time, its hosts and open points, who came."""

from dataclasses import dataclass
from datetime import datetime

from services.registration.domain.composition import Category, Composition, Headcount
from services.registration.domain.plan_content import Host


@dataclass(frozen=True)
class Session:
    """One stretch of time."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class CreditedHost:
    """A host as it stands on the day of the activity; `name` None for what was announced before names were kept."""

    host: Host
    assessed: bool
    supervising_unit_id: str | None
    name: str | None = None
    name_en: str | None = None


@dataclass(frozen=True)
class OpenPoint:
    """Where people go; its roster has the same id."""

    id: str
    slug: str
    unit_id: str
    name: str
    place: str
    cap: int


@dataclass(frozen=True)
class Attendance:
    """Who was expected and who came, by category."""

    confirmed: Headcount
    attended: Headcount

    @property
    def composition_met(self) -> bool:
        """The strict rule, at the door."""
        return Composition.planned(self.attended).met

    def plus(self, other: "Attendance") -> "Attendance":
        """Over several open points."""
        return Attendance(
            {each: self.confirmed[each] + other.confirmed[each] for each in Category},
            {each: self.attended[each] + other.attended[each] for each in Category},
        )
