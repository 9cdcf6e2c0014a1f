"""The hours in which nobody is disturbed with what can wait."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from services.registration.domain.notice import NoticeKind
from shared.time import SHANGHAI

PRESSING = timedelta(hours=24)
PRESSED = frozenset({NoticeKind.OFFERED, NoticeKind.PROMOTED, NoticeKind.CHANGED, NoticeKind.CALLED_OFF})
"""Kinds on which somebody must act, or stay at home."""


def is_urgent(kind: NoticeKind, at: datetime, starts_at: datetime) -> bool:
    """Whether it cannot wait for the morning: what changes somebody's day, less than a day before."""
    return kind in PRESSED and starts_at - at <= PRESSING


@dataclass(frozen=True)
class QuietHours:
    """From `begin` to `end`, in the district's time; over midnight where `end` is the earlier. Equal: never."""

    begin: time
    end: time

    @classmethod
    def parse(cls, text: str) -> "QuietHours":
        """From "22:00-07:00", or an empty text for none. Raises ValueError."""
        if not text:
            return cls(time(), time())
        begin, _, end = text.partition("-")
        return cls(time.fromisoformat(begin.strip()), time.fromisoformat(end.strip()))

    def release(self, at: datetime) -> datetime:
        """When something that could go at `at` goes: then, or when the quiet hours end."""
        local = at.astimezone(SHANGHAI)
        if not self._cover(local.time()):
            return at
        ends = datetime.combine(local.date(), self.end, SHANGHAI)
        return (ends if ends > local else ends + timedelta(days=1)).astimezone(at.tzinfo)

    def after(self, at: datetime, awake: timedelta, limit: datetime) -> datetime:
        """When so much time has passed outside the quiet hours; `limit` where that would be later."""
        begins = self.release(at)
        while begins < limit:
            quiet = self._next(begins)
            if begins + awake <= quiet:
                return min(begins + awake, limit)
            awake -= quiet - begins
            begins = self.release(quiet)
        return limit

    def _next(self, at: datetime) -> datetime:
        """When quiet hours begin next, or a day later where there are none."""
        local = at.astimezone(SHANGHAI)
        begins = datetime.combine(local.date(), self.begin, SHANGHAI)
        return (begins if begins > local else begins + timedelta(days=1)).astimezone(at.tzinfo)

    def _cover(self, moment: time) -> bool:
        if self.begin <= self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end
