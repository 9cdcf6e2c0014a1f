"""Mailboxes to try rules on, and a channel that answers as it is told."""

from datetime import UTC, datetime, timedelta
from itertools import chain, repeat

from services.registration.application.notice_ports import Message
from services.registration.application.ports import Contact
from services.registration.domain.delivery import Delivery, DeliveryState, Outcome, Sent
from services.registration.domain.mailbox import Mailbox
from services.registration.domain.notice import Notice, NoticeKind

NOON = datetime(2021, 9, 8, 4, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def mailbox() -> Mailbox:
    """An empty one."""
    return Mailbox(id="somebody", activity_id="activity", point_id="point")


def notice(
    kind: NoticeKind = NoticeKind.CONFIRMED,
    occasion: str = "1",
    *,
    at: datetime = NOON,
    urgent: bool = False,
    channels: tuple[str, ...] = ("file",),
    until: datetime | None = None,
) -> Notice:
    """Queued at `at`, due at once."""
    queued = tuple(Delivery(each, DeliveryState.QUEUED, at) for each in channels)
    return Notice(kind, occasion, at, urgent, queued, {}, until)


def states(of: Mailbox) -> dict[str, str]:
    """By kind."""
    return {each.kind: each.state for each in of.notices.values()}


class Scripted:
    """A channel whose outcomes are written down beforehand; then everything is sent."""

    name = "file"

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        self._outcomes = chain(outcomes, repeat(Sent()))
        self.sent: list[Message] = []

    def reaches(self, contact: Contact) -> bool:
        return bool(contact.phone)

    async def send(self, message: Message) -> Outcome:
        self.sent.append(message)
        outcome = next(self._outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
