"""What a representative is told about their place. No personal data: a kind, what it speaks of, and how far it came."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.registration.domain.delivery import Delivery, DeliveryState


class NoticeKind(StrEnum):
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    PROMOTED = "promoted"
    DRAWN = "drawn"
    NOT_DRAWN = "not_drawn"
    NO_PLACE = "no_place"
    CHANGED = "changed"
    CALLED_OFF = "called_off"
    REMINDER_3D = "reminder_3d"
    REMINDER_1D = "reminder_1d"


REMINDERS = frozenset({NoticeKind.REMINDER_3D, NoticeKind.REMINDER_1D})
FIRST_WORDS = frozenset({NoticeKind.CONFIRMED, NoticeKind.WAITLISTED})
"""What most people are told before anything else."""

OF_A_WAIT = frozenset({NoticeKind.WAITLISTED, NoticeKind.NOT_DRAWN, NoticeKind.OFFERED})

OVERTAKES: dict[NoticeKind, frozenset[NoticeKind]] = {
    NoticeKind.OFFERED: OF_A_WAIT,
    NoticeKind.PROMOTED: OF_A_WAIT,
    NoticeKind.DRAWN: OF_A_WAIT,
    NoticeKind.CHANGED: REMINDERS | {NoticeKind.CHANGED},
    NoticeKind.CALLED_OFF: frozenset(NoticeKind),
    NoticeKind.REMINDER_1D: REMINDERS,
}
"""What is not said any more when the later one is to be said, as far as it has not gone yet."""


class NoticeState(StrEnum):
    """How far the best of its channels came; `read` on the status page is the end of all doubt."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    READ = "read"


_BEST = (
    DeliveryState.DELIVERED,
    DeliveryState.SENT,
    DeliveryState.QUEUED,
    DeliveryState.FAILED,
    DeliveryState.WITHDRAWN,
)


@dataclass(frozen=True)
class Notice:
    """One thing said once: `occasion` tells two of one kind apart. `details` are numbers and times for its text.

    `until`: from then on it is of no use, and does not go any more.
    """

    kind: NoticeKind
    occasion: str
    queued_at: datetime
    urgent: bool
    deliveries: tuple[Delivery, ...]
    details: dict[str, str]
    until: datetime | None = None
    read_at: datetime | None = None
    overtaken: bool = False

    @property
    def key(self) -> str:
        """Unique in its mailbox, and the same however often the fact that gave rise to it is told."""
        return f"{self.kind}:{self.occasion}"

    @property
    def state(self) -> NoticeState:
        """Of the whole."""
        if self.read_at:
            return NoticeState.READ
        there = {each.state for each in self.deliveries}
        return NoticeState(next((each for each in _BEST if each in there), DeliveryState.QUEUED))

    @property
    def waits(self) -> bool:
        """Whether something of it has still to go."""
        return any(each.waits for each in self.deliveries)

    @property
    def unreached(self) -> bool:
        """Whether it reached nobody and still should: no channel took it, nobody has read it."""
        return self.state == NoticeState.FAILED and not self.overtaken

    def is_moot(self, now: datetime) -> bool:
        """Whether it need not go any more."""
        return self.overtaken or (self.until is not None and self.until <= now)

    def delivery(self, channel: str) -> Delivery | None:
        """By its channel."""
        return next((each for each in self.deliveries if each.channel == channel), None)

    def with_delivery(self, changed: Delivery) -> "Notice":
        """In the place of the one through the same channel."""
        return replace(
            self, deliveries=tuple(changed if each.channel == changed.channel else each for each in self.deliveries)
        )

    def withdrawn(self, now: datetime) -> "Notice":
        """Overtaken: what has not gone yet stays here; what is under way goes no second time."""
        left = (each.withdrawn() if each.waits and not each.under_way(now) else each for each in self.deliveries)
        return replace(self, overtaken=True, deliveries=tuple(left))
