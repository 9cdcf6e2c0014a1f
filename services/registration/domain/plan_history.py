"""What a plan remembers of its way. Small and bounded: what its versions said stands in documents of their own."""

from dataclasses import dataclass
from datetime import datetime

MOST_SUBMISSIONS = 50


@dataclass(frozen=True)
class Submission:
    """One edition: sent to the office when, and by which unit."""

    edition: int
    unit_id: str
    at: datetime


@dataclass(frozen=True)
class Countersignature:
    """The lead's supervising unit stands behind one edition; another edition needs another."""

    edition: int
    unit_id: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Origin:
    """The plan from which another was copied, with the number under which the office has it."""

    plan_id: str
    receipt: str | None
