"""Notices: queue them, withdraw them, send again what failed, note what was read."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from services.registration.application import notice_commands as c
from services.registration.application.addressees import CONCERNED, EXPECTED, addressees
from services.registration.application.notice_ports import Notices
from services.registration.application.ports import Ports
from services.registration.application.sheets import Sheets
from services.registration.domain.activity import Activity
from services.registration.domain.delivery import Delivery, DeliveryState
from services.registration.domain.mailbox import Mailbox
from services.registration.domain.notice import FIRST_WORDS, REMINDERS, Notice, NoticeKind
from services.registration.domain.quiet_hours import is_urgent
from services.registration.domain.roster import Roster
from shared.commands import Actor
from shared.errors import NotFound
from shared.logging import get_logger

TOGETHER = 64
"""Mailboxes written at once."""

MESSAGE_ID = re.compile(
    rf"(?P<mailbox>[0-9a-f-]{{36}}):(?P<key>({'|'.join(NoticeKind)}):[0-9-]{{1,20}}):(?P<channel>[a-z]+):(?P<edition>[1-9]\d{{0,3}})"
)
"""As `application.outgoing` makes it."""

T = TypeVar("T")
Own = Callable[[Actor, str], Awaitable[Roster]]


class NoticeHandlers:
    """Handlers for what people are told. A fact that is told again finds its notice there and changes nothing."""

    def __init__(self, ports: Ports, notices: Notices, own: Own) -> None:
        self._ports = ports
        self._notices = notices
        self._mailboxes = notices.mailboxes
        self._own = own

    async def tell(self, command: c.Tell) -> None:
        if self._is_old(command):
            return
        activity = await self._ports.activities.recent(command.activity_id)
        await self._queue(command.registration_id, command.point_id, activity, command)

    async def tell_everybody(self, command: c.TellEverybody) -> None:
        """Not those who came later: they were told of it as it is now."""
        if self._is_old(command):
            return
        activity = await self._ports.activities.get(command.activity_id)
        statuses = EXPECTED if command.kind in REMINDERS else CONCERNED
        found = await addressees(self._ports, activity.id, statuses)
        concerned = [each for each in found if each.since <= command.at]
        for some in _parts(concerned):
            queued = (self._queue(each.registration_id, each.point_id, activity, command) for each in some)
            await asyncio.gather(*queued)

    async def say_no_more(self, command: c.SayNoMore) -> None:
        """For good also where nothing was said yet: what another process is about to say must find it closed."""
        now = self._ports.clock.now()
        if command.for_good:
            await self._mailboxes.change_or_create(
                command.registration_id,
                lambda: Mailbox(id=command.registration_id, activity_id=command.activity_id, point_id=command.point_id),
                lambda each: each.close(now),
            )
            return
        try:
            await self._mailboxes.change(command.registration_id, lambda each: each.hush(now))
        except NotFound:  # nothing was ever said
            return

    async def send_again(self, command: c.SendNoticesAgain) -> int:
        """A second click finds nothing that has failed, and a repeat of the same request gets its first answer."""
        now = self._ports.clock.now()
        roster = await Sheets(self._ports.sheets).whole(await self._own(command.actor, command.point_id))
        asked = [roster.registration(command.registration_id)] if command.registration_id else None
        found = [each.id for each in asked or roster.registrations.values()]

        async def anew(registration_id: str) -> int:
            try:
                mailbox = await self._mailboxes.get(registration_id)
            except NotFound:
                return 0
            if not command.once and not any(each.unreached for each in mailbox.notices.values()):
                return 0  # nothing to write; but a key is always looked up, for the answer that it had
            return await self._mailboxes.change(
                registration_id, lambda each: each.send_again(now), once=command.once, answer=int
            )

        return sum([sum(await asyncio.gather(*map(anew, some))) for some in _parts(found)])

    async def note_receipts(self, command: c.NoteReceipts) -> int:
        """Said twice it is noted once."""
        return sum(await asyncio.gather(*map(self._note_receipt, command.receipts)))

    async def _note_receipt(self, receipt: c.Receipt) -> int:
        now, meant = self._ports.clock.now(), MESSAGE_ID.fullmatch(receipt.message_id)
        if meant is None:
            return 0
        key, channel, edition, error = meant["key"], meant["channel"], int(meant["edition"]), receipt.error

        def noted(mailbox: Mailbox) -> bool:
            return mailbox.receipt(key, channel, edition, error=error, at=now)

        try:
            news = await self._mailboxes.change(meant["mailbox"], noted)
        except NotFound:
            return 0
        if news:
            state, kind = "failed" if error else "delivered", key.partition(":")[0]
            self._ports.metrics.count("notices_total", kind=kind, channel=channel, state=state)
        return 1

    async def note_read(self, command: c.NoteNoticesRead) -> None:
        now = self._ports.clock.now()
        for each in await self._mailboxes.change(command.registration_id, lambda mailbox: mailbox.read(now)):
            self._ports.metrics.count("notices_total", kind=each.kind, channel="status_page", state="read")

    async def _queue(
        self, registration_id: str, point_id: str, activity: Activity, command: c.Tell | c.TellEverybody
    ) -> None:
        now = self._ports.clock.now()
        notice = self._notice(activity, command, now)
        queued = await self._mailboxes.change_or_create(
            registration_id,
            lambda: Mailbox(id=registration_id, activity_id=activity.id, point_id=point_id),
            lambda each: each.tell(notice, now),
            likely_new=notice.kind in FIRST_WORDS,
        )
        if queued:
            for channel in self._notices.channels:
                self._ports.metrics.count("notices_total", kind=notice.kind, channel=channel, state="queued")

    def _notice(self, activity: Activity, command: c.Tell | c.TellEverybody, now: datetime) -> Notice:
        starts_at = activity.session.starts_at
        urgent = is_urgent(command.kind, now, starts_at)
        due_at = now if urgent else self._notices.quiet_hours.release(now)
        channels = self._notices.channels
        return Notice(
            kind=command.kind,
            occasion=command.occasion,
            queued_at=now,
            urgent=urgent,
            deliveries=tuple(Delivery(each, DeliveryState.QUEUED, due_at) for each in channels),
            details=command.details,
            until=_until(command, starts_at),
        )

    def _is_old(self, command: c.Tell | c.TellEverybody) -> bool:
        """Facts are told again after a crash, and all of them from a copy of the database that was put back."""
        age: timedelta = self._ports.clock.now() - command.at
        if age <= self._notices.oldest:
            return False
        self._ports.metrics.count("notices_total", kind=command.kind, channel="", state="too_old")
        get_logger().warning("notice_too_old", kind=command.kind, hours=round(age / timedelta(hours=1)))
        return True


def _until(command: c.Tell | c.TellEverybody, starts_at: datetime) -> datetime | None:
    """From when on it is of no use: a reminder of what has begun, an offer that is over."""
    if command.kind in REMINDERS:
        return starts_at
    until = command.details.get("until")
    return datetime.fromisoformat(until) if until else None


def _parts(all_: Sequence[T]) -> Iterator[Sequence[T]]:
    for begin in range(0, len(all_), TOGETHER):
        yield all_[begin : begin + TOGETHER]
