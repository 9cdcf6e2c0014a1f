"""What happens on the roster of an open point."""

from dataclasses import dataclass
from datetime import datetime

from services.registration.domain.composition import Category, Headcount
from shared.aggregate import Fact


@dataclass(frozen=True)
class PointFact(Fact):
    activity_id: str
    point_id: str
    at: datetime


@dataclass(frozen=True)
class RegistrationOpened(PointFact):
    closes_at: datetime
    cap: int
    seed_digest: str | None


class RegistrationClosed(PointFact):
    """Nobody can register any more."""


@dataclass(frozen=True)
class RegistrationExtended(PointFact):
    previous: datetime
    closes_at: datetime
    reopened: bool


@dataclass(frozen=True)
class CapRaised(PointFact):
    cap: int


@dataclass(frozen=True)
class RepresentativeFact(PointFact):
    registration_id: str
    category: Category
    grassroots: bool


class Applied(RepresentativeFact):
    """Entered the draw."""


class NotDrawn(RepresentativeFact):
    """Neither drawn nor among those who wait."""


@dataclass(frozen=True)
class Confirmed(RepresentativeFact):
    via: str


@dataclass(frozen=True)
class Waitlisted(RepresentativeFact):
    reason: str
    position: int


@dataclass(frozen=True)
class Offered(RepresentativeFact):
    answer_by: datetime


class OfferDeclined(RepresentativeFact):
    """Gave up a seat that was held for them."""


class OfferExpired(RepresentativeFact):
    """Did not answer in time."""


@dataclass(frozen=True)
class Cancelled(RepresentativeFact):
    was: str


class CheckedIn(RepresentativeFact):
    """At the door."""


class CheckInUndone(RepresentativeFact):
    """The check-in was a mistake; whose and why stands in the roster."""


class Absent(RepresentativeFact):
    """Confirmed and did not come."""


@dataclass(frozen=True)
class DrawCommitted(PointFact):
    seed_digest: str
    applicants_digest: str
    applicants: int
    algorithm: str


@dataclass(frozen=True)
class DrawRevealed(PointFact):
    seed: str
    drawn: Headcount


@dataclass(frozen=True)
class RosterLocked(PointFact):
    confirmed: Headcount
    waiting: int
    waived: bool


@dataclass(frozen=True)
class CompositionWaived(PointFact):
    short_by: int
