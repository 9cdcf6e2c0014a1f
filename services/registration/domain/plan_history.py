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
