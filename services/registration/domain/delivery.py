"""One notice on its way through one channel: its states, its attempts."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.aggregate import Machine

LEASE = timedelta(minutes=2)
"""So long an attempt belongs to the process that began it; a crash is noticed after that."""
PAUSES = tuple(timedelta(minutes=each) for each in (1, 2, 5, 10, 20, 40, 60, 120, 240))
MOST_ATTEMPTS = len(PAUSES) + 1


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


DELIVERY = Machine(
    "delivery",
    {
        None: {"queue": (DeliveryState.QUEUED,)},
        DeliveryState.QUEUED: {
            "send": (DeliveryState.SENT,),
            "confirm": (DeliveryState.DELIVERED,),
            "fail": (DeliveryState.FAILED,),
            "withdraw": (DeliveryState.WITHDRAWN,),
        },
        DeliveryState.SENT: {"confirm": (DeliveryState.DELIVERED,), "fail": (DeliveryState.FAILED,)},
        DeliveryState.DELIVERED: {},
        DeliveryState.FAILED: {"confirm": (DeliveryState.DELIVERED,), "send_again": (DeliveryState.QUEUED,)},
        DeliveryState.WITHDRAWN: {},
    },
)
"""`confirm` and `fail` of what was sent are the gateway's receipts; one may overtake our own note that it was sent."""


@dataclass(frozen=True)
class Sent:
    """The channel has taken it; `reference` is the channel's own name of it."""

    reference: str | None = None


@dataclass(frozen=True)
class Postponed:
    """Not now: a channel that is away, or slow; nobody knows whether it was sent."""

    error: str


@dataclass(frozen=True)
class Refused:
    """Never: no address, or the channel will not take this."""

    error: str


Outcome = Sent | Postponed | Refused


@dataclass(frozen=True)
class Delivery:
    """`edition` rises when staff send again what has failed: it is another message then, and not a repeat."""

    channel: str
    state: DeliveryState
    due_at: datetime
    attempts: int = 0
    edition: int = 1
    claimed_until: datetime | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    error: str | None = None
    reference: str | None = None

    @property
    def waits(self) -> bool:
        """Whether there is something to do yet."""
        return self.state == DeliveryState.QUEUED

    def under_way(self, now: datetime) -> bool:
        """Whether a process is sending it at this moment: nobody can tell what will become of it."""
        return self.waits and self.claimed_until is not None and now < self.claimed_until

    def claimed(self, now: datetime) -> "Delivery":
        """For the attempt that begins."""
        return replace(self, attempts=self.attempts + 1, claimed_until=now + LEASE)

    def withdrawn(self) -> "Delivery":
        """Overtaken before it went."""
        return replace(self, state=DELIVERY.after(self.state, "withdraw"), claimed_until=None)

    def after(self, outcome: Outcome, now: datetime) -> "Delivery":
        """What an attempt led to. A receipt that came before our own note of it stands."""
        if not self.waits:
            return self
        if isinstance(outcome, Sent):
            state = DELIVERY.after(self.state, "send")
            return replace(self, state=state, sent_at=now, claimed_until=None, error=None, reference=outcome.reference)
        if isinstance(outcome, Postponed) and self.attempts < MOST_ATTEMPTS:
            return replace(self, due_at=now + PAUSES[self.attempts - 1], claimed_until=None, error=outcome.error)
        return replace(self, state=DELIVERY.after(self.state, "fail"), claimed_until=None, error=outcome.error)

    def confirmed(self, at: datetime) -> "Delivery":
        """A receipt: it has arrived. Said twice, it is said once."""
        if not DELIVERY.allows(self.state, "confirm"):
            return self
        state, sent_at = DELIVERY.after(self.state, "confirm"), self.sent_at or at
        return replace(self, state=state, sent_at=sent_at, delivered_at=at, claimed_until=None, error=None)

    def undeliverable(self, error: str) -> "Delivery":
        """A receipt: it will not arrive."""
        if not DELIVERY.allows(self.state, "fail"):
            return self
        return replace(self, state=DELIVERY.after(self.state, "fail"), claimed_until=None, error=error)

    def again(self, now: datetime) -> "Delivery":
        """Anew, as another message; what has not failed stays as it is."""
        if not DELIVERY.allows(self.state, "send_again"):
            return self
        state = DELIVERY.after(self.state, "send_again")
        return Delivery(self.channel, state, due_at=now, edition=self.edition + 1)
