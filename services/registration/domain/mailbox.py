"""All that one representative was told, or is to be told: one document, so that a later word overtakes an earlier one
in the same write. Its id is the registration's; personal data is not in it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.registration.domain.delivery import MOST_ATTEMPTS, Delivery, DeliveryState, Outcome, Refused
from services.registration.domain.notice import OVERTAKES, Notice, NoticeKind
from shared.aggregate import Aggregate

MOST_NOTICES = 50
GONE = timedelta(minutes=10)  # while processes with other channels may be running beside each other
URGENT, ORDINARY = "urgent", "ordinary"


@dataclass(frozen=True)
class Claim:
    """An attempt that begins: of this notice, through the channel that asked; with what it says."""

    notice: Notice
    delivery: Delivery


@dataclass(kw_only=True)
class Mailbox(Aggregate):
    """Of one registration; `closed`: it was cancelled, or its activity was, and there is nothing more to say."""

    activity_id: str
    point_id: str
    notices: dict[str, Notice] = field(default_factory=dict)
    closed: bool = False

    def tell(self, notice: Notice, now: datetime) -> bool:
        """Queue it; whether it is new. What it overtakes is withdrawn."""
        if self.closed or notice.key in self.notices:
            return False
        overtaken = OVERTAKES.get(notice.kind, frozenset())
        self._withdraw(now, [each for each in self.notices.values() if each.kind in overtaken])
        self.notices[notice.key] = notice
        self.closed = notice.kind == NoticeKind.CALLED_OFF
        self._forget_some()
        self._set_timers()
        return True

    def close(self, now: datetime) -> None:
        """Nothing more is said; what has not gone yet is withdrawn. Twice is once."""
        self.closed = True
        self._withdraw(now, list(self.notices.values()))
        self._set_timers()

    def hush(self, now: datetime) -> None:
        """The person is here: nothing that waits needs to be said any more."""
        self._withdraw(now, list(self.notices.values()))
        self._set_timers()

    def claim(self, channel: str, now: datetime, known: Collection[str] = ()) -> list[Claim]:
        """Everything that is due through this channel and that nobody else is sending, for one attempt.

        `known`: every channel that is set up, if it is said. What has been due through another one for GONE fails.
        """
        if known:
            self._give_up(known, now)
        claims = []
        for notice, delivery in self._due(channel, now):
            if notice.is_moot(now):
                self.notices[notice.key] = notice.with_delivery(delivery.withdrawn())
            elif delivery.attempts >= MOST_ATTEMPTS:  # it never got as far as an answer
                self.notices[notice.key] = notice.with_delivery(delivery.after(Refused("no_answer"), now))
            else:
                claims.append(Claim(notice, claimed := delivery.claimed(now)))
                self.notices[notice.key] = notice.with_delivery(claimed)
        self._set_timers()
        return claims

    def settle(self, claim: Claim, outcome: Outcome, now: datetime) -> DeliveryState | None:
        """What the attempt led to; None when another message stands in its place by now."""
        notice = self.notices.get(claim.notice.key)
        delivery = notice.delivery(claim.delivery.channel) if notice else None
        if notice is None or delivery is None or delivery.edition != claim.delivery.edition:
            return None
        after = delivery.after(outcome, now)
        if notice.is_moot(now) and after.waits:
            after = after.withdrawn()
        self.notices[notice.key] = notice.with_delivery(after)
        self._set_timers()
        return after.state

    def receipt(self, key: str, channel: str, edition: int, *, error: str | None, at: datetime) -> bool:
        """The gateway says what became of a message; whether that is news."""
        notice = self.notices.get(key)
        delivery = notice.delivery(channel) if notice else None
        if notice is None or delivery is None or delivery.edition != edition:
            return False
        after = delivery.undeliverable(error) if error else delivery.confirmed(at)
        self.notices[key] = notice.with_delivery(after)
        self._set_timers()
        return after != delivery

    def read(self, at: datetime) -> list[Notice]:
        """The person has looked at the status page: which of them are read now for the first time."""
        fresh = [each for each in self.notices.values() if each.read_at is None and not each.overtaken]
        for each in fresh:
            self.notices[each.key] = replace(each, read_at=at)
        return fresh

    def send_again(self, now: datetime) -> int:
        """Anew what reached nobody; how many there were."""
        failed = [each for each in self.notices.values() if each.unreached]
        for each in failed:
            self.notices[each.key] = replace(each, deliveries=tuple(every.again(now) for every in each.deliveries))
        self._set_timers()
        return len(failed)

    def in_order(self) -> list[Notice]:
        """As they were queued."""
        return sorted(self.notices.values(), key=lambda each: each.queued_at)

    def _withdraw(self, now: datetime, notices: list[Notice]) -> None:
        for each in notices:
            if each.waits or each.unreached:
                self.notices[each.key] = each.withdrawn(now)

    def _give_up(self, known: Collection[str], now: datetime) -> None:
        """What nobody will ever send, because its channel is not set up any more."""
        for notice in self.in_order():
            for each in notice.deliveries:
                if each.waits and each.channel not in known and each.due_at + GONE <= now and not each.under_way(now):
                    notice = notice.with_delivery(each.after(Refused("channel_gone"), now))
            self.notices[notice.key] = notice

    def _due(self, channel: str, now: datetime) -> Iterator[tuple[Notice, Delivery]]:
        for notice in self.in_order():
            delivery = notice.delivery(channel)
            if delivery and delivery.waits and delivery.due_at <= now and not delivery.under_way(now):
                yield notice, delivery

    def _set_timers(self) -> None:
        """When something is due. What is under way stays due, so that a crash is found out by the timers' sweep."""
        self.timers = {
            timer: min(due)
            for timer, urgent in ((URGENT, True), (ORDINARY, False))
            if (due := [each.due_at for each in self._waiting(urgent=urgent)])
        }

    def _waiting(self, *, urgent: bool) -> Iterator[Delivery]:
        for notice in self.notices.values():
            if notice.urgent == urgent:
                yield from (each for each in notice.deliveries if each.waits)

    def _forget_some(self) -> None:
        """The oldest of those that wait for nothing."""
        done = (each for each in self.in_order() if not each.waits)
        for each in list(done)[: max(0, len(self.notices) - MOST_NOTICES)]:
            del self.notices[each.key]
