"""Questions about what people were told."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from services.registration.application.notice_ports import Language, Notices, Words
from services.registration.application.ports import Contact, Ports
from services.registration.application.sheets import Sheets
from services.registration.domain.mailbox import Mailbox
from services.registration.domain.notice import Notice, NoticeKind, NoticeState
from services.registration.domain.roster import Roster
from shared.commands import Actor
from shared.errors import Forbidden, NotFound, not_found

Own = Callable[[Actor, str], Awaitable[Roster]]


@dataclass(frozen=True)
class Told:
    """A notice with its words."""

    notice: Notice
    words: Words


@dataclass(frozen=True)
class Unreached:
    """Somebody to whom no channel came through, and who has not looked; the contact only where one is known."""

    registration_id: str
    contact: Contact | None
    notice: Notice


@dataclass(frozen=True)
class Telling:
    """How an open point's notices stand."""

    point_id: str
    counts: dict[NoticeKind, Counter[NoticeState]]
    unreached: list[Unreached]


class NoticeQueries:
    """Reads over mailboxes, by the ids that the rosters know: never a walk through all of them."""

    def __init__(self, ports: Ports, notices: Notices, own: Own) -> None:
        self._ports = ports
        self._notices = notices
        self._own = own

    async def told(self, registration_id: str, language: Language) -> list[Told]:
        """What one person was told, or is about to be, the oldest first; not what was overtaken before it went."""
        mailbox = await self._mailbox(registration_id)
        notices = [each for each in mailbox.in_order() if not each.overtaken] if mailbox else []
        if mailbox is None or not notices:
            return []
        activity = await self._ports.activities.get(mailbox.activity_id)
        wording = self._notices.wording
        return [Told(each, wording.words(each, activity, mailbox.point_id, language)) for each in notices]

    async def telling(self, actor: Actor, point_id: str) -> Telling:
        """For staff of the activity's units."""
        roster = await Sheets(self._ports.sheets).whole(await self._own(actor, point_id))
        mailboxes = await self._mailboxes(roster.registrations)
        counts: dict[NoticeKind, Counter[NoticeState]] = {}
        unreached = list[tuple[str, Notice]]()
        for mailbox in mailboxes:
            for notice in mailbox.in_order():
                counts.setdefault(notice.kind, Counter())[notice.state] += 1
            unreached += [(mailbox.id, each) for each in mailbox.in_order() if each.unreached]
        contacts = await self._ports.vault.contacts(point_id) if unreached else {}
        return Telling(point_id, counts, [Unreached(id_, contacts.get(id_), each) for id_, each in unreached])

    def must_be_signed(self, signature: str | None, body: bytes) -> None:
        """By a gateway that we know. Raises NotFound where there is none, Forbidden."""
        if self._notices.receipts is None:
            raise not_found("notice receipts")
        if not signature or not self._notices.receipts.holds(signature, body):
            raise Forbidden(
                "signature_invalid",
                "签名无效或已过期。",
                "The signature is missing, wrong, or made more than five minutes ago.",
            )

    async def _mailboxes(self, registration_ids: Iterable[str]) -> list[Mailbox]:
        found = await asyncio.gather(*map(self._mailbox, registration_ids))
        return [each for each in found if each]

    async def _mailbox(self, registration_id: str) -> Mailbox | None:
        try:
            return await self._notices.mailboxes.get(registration_id)
        except NotFound:
            return None
