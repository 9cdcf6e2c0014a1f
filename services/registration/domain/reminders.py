"""When the people of one activity are reminded of it: timers in a document of its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.registration.domain.notice import NoticeKind
from shared.aggregate import Aggregate
from shared.time import day_of

AHEAD = {NoticeKind.REMINDER_3D: timedelta(days=3), NoticeKind.REMINDER_1D: timedelta(days=1)}
LATE = timedelta(hours=12)
"""A reminder that could not be given for so long (a service that stood still) is not true any more."""


def occasion(starts_at: datetime) -> str:
    """One reminder of a kind for each day on which it is to begin: an hour earlier or later is told as a change."""
    return day_of(starts_at).isoformat()


@dataclass(kw_only=True)
class Reminders(Aggregate):
    """Of one activity, with its id. `starts_at`: for which they are set; None where there is nothing to remind of."""

    starts_at: datetime | None = None

    def follow(self, starts_at: datetime | None, now: datetime) -> None:
        """It begins then, or not at all. Said again it changes nothing: what has rung does not ring twice."""
        if starts_at == self.starts_at:
            return
        self.starts_at = starts_at
        due = {kind: starts_at - ahead for kind, ahead in AHEAD.items()} if starts_at else {}
        self.timers = {kind.value: at for kind, at in due.items() if at > now}

    def is_due(self, kind: NoticeKind, starts_at: datetime, now: datetime) -> bool:
        """Whether it is to be said now of an activity that begins at `starts_at`; not too early and not too late."""
        return timedelta(0) <= now - (starts_at - AHEAD[kind]) < LATE
