"""Sending what is due through one channel: woken by timers, never polling, at a bounded rate, nobody twice.

An attempt is claimed in the mailbox before it is made and settled after it, so two replicas never send the same at
once. A crash in between is found by the timers' sweep when the claim has run out, and the attempt is made again with
the same id: a channel that knows ids (a file's name, a gateway's idempotency key) makes one message of the two; mail
cannot, and a person may get that one twice.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from services.registration.application.notice_ports import Channel, Message, Notices
from services.registration.application.ports import Ports
from services.registration.domain.delivery import DeliveryState, Outcome, Postponed, Refused, Sent
from services.registration.domain.mailbox import URGENT, Claim, Mailbox
from shared.errors import NotFound, Unavailable
from shared.logging import get_logger

TOGETHER = 10  # mailboxes at once
SEVERAL = 5  # attempts of one round that were all put off: it is the channel that is away
LONGEST_REST = 60.0  # seconds, while nothing goes through


class Outgoing:
    """The way out through one channel, in one process."""

    def __init__(self, channel: Channel, ports: Ports, notices: Notices, per_second: float) -> None:
        self._channel = channel
        self._ports = ports
        self._notices = notices
        self._step = 1 / per_second
        self._urgent: dict[str, None] = {}
        self._ordinary: dict[str, None] = {}
        self._rest = 0.0
        self._awake = asyncio.Event()

    def wake(self, mailbox_id: str, *, urgent: bool) -> None:
        """Something in this mailbox is due. Said again, it is known."""
        (self._urgent if urgent else self._ordinary)[mailbox_id] = None
        self._measure()
        self._awake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; what is under way then is ended, as long as the process waits for it."""
        stopping = asyncio.ensure_future(self._wake_at(stop))
        try:
            while not stop.is_set():
                await self._awake.wait()
                await self._some(stop)
        finally:
            stopping.cancel()

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._awake.set()

    async def _some(self, stop: asyncio.Event) -> None:
        chosen = self._next()
        self._measure()
        if not chosen:
            self._awake.clear()
            return
        made = [each for some in await asyncio.gather(*map(self._serve, chosen)) for each in some]
        away = len(made) >= SEVERAL and all(isinstance(each, Postponed) for each in made)
        self._rest = min(max(1.0, self._rest * 2), LONGEST_REST) if away else 0.0
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), self._rest + len(made) * self._step)

    def _next(self) -> list[str]:
        chosen = list(self._urgent)[:TOGETHER]
        for each in chosen:
            del self._urgent[each]
            self._ordinary.pop(each, None)
        more = list(self._ordinary)[: TOGETHER - len(chosen)]
        for each in more:
            del self._ordinary[each]
        return chosen + more

    async def _serve(self, mailbox_id: str) -> Sequence[Outcome]:
        """One mailbox. What goes wrong here is tried again at the timers' next sweep, a bounded number of times."""
        try:
            mailbox, claims = await self._claimed(mailbox_id)
            return [await self._attempt(mailbox, each) for each in claims]
        except (NotFound, Unavailable) as away:
            get_logger().warning("notice_waits", channel=self._channel.name, cause=away.code)
        except Exception as defect:  # noqa: BLE001 one person's notice keeps nobody else's
            get_logger().error("notice_stuck", channel=self._channel.name, id=mailbox_id, exc_info=defect)
        return []

    async def _claimed(self, mailbox_id: str) -> tuple[Mailbox, list[Claim]]:
        now, channel = self._ports.clock.now(), self._channel.name

        def claim(mailbox: Mailbox) -> tuple[Mailbox, list[Claim]]:
            return mailbox, mailbox.claim(channel, now, self._notices.channels)

        return await self._notices.mailboxes.change(mailbox_id, claim)

    async def _attempt(self, mailbox: Mailbox, claim: Claim) -> Outcome:
        outcome = await self._send(mailbox, claim)
        now = self._ports.clock.now()
        after = await self._notices.mailboxes.change(mailbox.id, lambda each: each.settle(claim, outcome, now))
        self._count(claim, outcome, after)
        return outcome

    async def _send(self, mailbox: Mailbox, claim: Claim) -> Outcome:
        contact = await self._ports.vault.contact(mailbox.id)
        if contact is None or not self._channel.reaches(contact):
            return Refused("no_address")
        activity = await self._ports.activities.get(mailbox.activity_id)
        words = self._notices.wording.words(claim.notice, activity, mailbox.point_id, self._notices.language)
        id_ = f"{mailbox.id}:{claim.notice.key}:{self._channel.name}:{claim.delivery.edition}"
        return await self._channel.send(Message(id_, claim.notice.kind, contact, words))

    def _count(self, claim: Claim, outcome: Outcome, after: DeliveryState | None) -> None:
        metrics, channel = self._ports.metrics, self._channel.name
        if isinstance(outcome, Postponed):
            metrics.count("notices_postponed_total", channel=channel)
        if after and after != DeliveryState.QUEUED:
            metrics.count("notices_total", kind=claim.notice.kind, channel=channel, state=after)
        if after == DeliveryState.FAILED and not isinstance(outcome, Sent):
            get_logger().warning("notice_failed", channel=channel, kind=claim.notice.kind, error=outcome.error)

    def _measure(self) -> None:
        waiting = len(self._urgent) + len(self._ordinary)
        self._ports.metrics.set("notices_waiting", waiting, channel=self._channel.name)


class WaysOut:
    """Every channel of this process; a mailbox with something due is shown to each."""

    def __init__(self, channels: Sequence[Outgoing]) -> None:
        self._channels = channels

    async def ring(self, mailbox_id: str, timer: str) -> None:
        """For the timers. It is not taken off here but when everything has gone: so it rings again after a crash."""
        for each in self._channels:
            each.wake(mailbox_id, urgent=timer == URGENT)
        await asyncio.sleep(0)  # hundreds may be due at once, and others have a turn in between

    @property
    def loops(self) -> list[Callable[[asyncio.Event], Coroutine[Any, Any, None]]]:
        """What runs as long as the process takes something in."""
        return [each.run for each in self._channels]
