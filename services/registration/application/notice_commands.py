"""What gives rise to notices, and what people do about them."""

from dataclasses import dataclass
from datetime import datetime

from services.registration.domain.notice import NoticeKind
from shared.commands import Command


@dataclass(frozen=True, kw_only=True)
class Tell(Command[None]):
    """Something happened to one place, at `at`; `occasion` is the same however often the fact of it is told."""

    activity_id: str
    point_id: str
    registration_id: str
    kind: NoticeKind
    occasion: str
    at: datetime
    details: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class TellEverybody(Command[None]):
    """Something happened to the whole activity: for all who have a place, wait for one, or are in the draw."""

    activity_id: str
    kind: NoticeKind
    occasion: str
    at: datetime
    details: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class FollowReminders(Command[None]):
    """The activity was announced, moved, held or called off: set its reminders by what it is now."""

    activity_id: str


@dataclass(frozen=True, kw_only=True)
class SayNoMore(Command[None]):
    """What waits to be said to this person is not true or not needed any more; `for_good`: the place was given up."""

    activity_id: str
    point_id: str
    registration_id: str
    for_good: bool


@dataclass(frozen=True, kw_only=True)
class SendNoticesAgain(Command[int]):
    """Staff send again what reached nobody at an open point, or of one person; how many notices that were."""

    point_id: str
    registration_id: str | None


@dataclass(frozen=True)
class Receipt:
    """What a gateway says of one message: delivered, or why not."""

    message_id: str
    error: str | None


@dataclass(frozen=True, kw_only=True)
class NoteReceipts(Command[int]):
    """A gateway says what came of messages; of how many of them that is known here."""

    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, kw_only=True)
class NoteNoticesRead(Command[None]):
    """The person has looked at the status page."""

    registration_id: str
