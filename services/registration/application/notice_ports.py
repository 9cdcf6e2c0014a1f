"""What telling people needs from outside: channels, words, and the district's habits."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

from services.registration.application.ports import Contact
from services.registration.domain.activity import Activity
from services.registration.domain.delivery import Outcome
from services.registration.domain.mailbox import Mailbox
from services.registration.domain.notice import Notice
from services.registration.domain.quiet_hours import QuietHours
from services.registration.domain.reminders import Reminders
from shared.repository import Repository

Language = Literal["zh-CN", "en"]


@dataclass(frozen=True)
class Words:
    """A notice as a person reads it."""

    subject: str
    text: str


@dataclass(frozen=True)
class Message:
    """What a channel is given: once for each attempt, with the same `id` for every attempt of one message.

    The only object of ours in which words, address and occasion meet; it is never kept.
    """

    id: str
    kind: str
    to: Contact
    words: Words

    def __repr__(self) -> str:
        return f"Message({self.id})"


class Channel(Protocol):
    """One way to people."""

    @property
    def name(self) -> str:
        """A short word, for settings, documents and metrics."""

    def reaches(self, contact: Contact) -> bool:
        """Whether this person has an address of its kind."""

    async def send(self, message: Message) -> Outcome:
        """One attempt, within seconds. Never raises for what the outside does: it says so."""


class Signatures(Protocol):
    """Who says that something came of a message."""

    def holds(self, signature: str, body: bytes) -> bool:
        """Whether this body was signed with the secret, lately."""


class Wording(Protocol):
    """The texts, from template files."""

    def words(self, notice: Notice, activity: Activity, point_id: str, language: Language) -> Words:
        """As it reads with what is true of the activity now."""


@dataclass(frozen=True, kw_only=True)
class Notices:
    """Filled in by `main`. `channels` are the names of those that are set up, `oldest` is the age of a fact beyond
    which it is no news; `receipts` is None where no gateway says what came of a message."""

    mailboxes: Repository[Mailbox]
    reminders: Repository[Reminders]
    wording: Wording
    channels: tuple[str, ...]
    quiet_hours: QuietHours
    oldest: timedelta
    language: Language
    receipts: Signatures | None
