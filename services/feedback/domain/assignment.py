"""Parts of an opinion that belong to the unit's duty: the assignment, returns, progress, supervision."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class OnSiteAnswer:
    """Answered at once (现场答复)."""

    text: str
    answered_by: str
    answered_at: datetime


@dataclass(frozen=True)
class Assignment:
    """Who has it now, since when, until when. `accepted_at` None: not yet accepted."""

    unit_id: str
    assigned_by: str
    assigned_at: datetime
    accept_by: datetime
    reply_by: datetime
    accepted_at: datetime | None = None


@dataclass(frozen=True)
class Return:
    """Given back to the office as not the unit's own, with a reason."""

    unit_id: str
    reason: str
    returned_by: str
    returned_at: datetime


@dataclass(frozen=True)
class ProgressNote:
    """How far the unit is; the holder of the claim code reads it, the public does not."""

    text: str
    noted_by: str
    noted_at: datetime


@dataclass(frozen=True)
class SupervisionOrder:
    """The office presses a unit; `text` is empty and `issued_by` "system" when the clock issued it."""

    unit_id: str
    text: str
    issued_by: str
    issued_at: datetime
    automatic: bool
