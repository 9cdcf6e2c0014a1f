"""Broken builds: the kernel with one of its guards taken away. The simulation must find out every one of them.

Where a guard stands in one function of the kernel, that function is broken; where it lies in how an answer is awaited,
the line is: an answer that comes before the act is the same to whoever waits for it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from shared.aggregate import Aggregate
from shared.events.envelope import Envelope
from shared.messaging.consumer import Consumer
from shared.messaging.ports import Message, Received
from shared.storage import document, lane
from shared.storage.aggregates import Aggregates
from shared.storage.document import Codec, Held
from shared.storage.inbox import StoredInbox
from shared.storage.ports import Document
from tests.simulation.line import LineDocuments, LinePublisher, LineSubscription
from tests.support.collection import MemoryDocuments

Break = Callable[[pytest.MonkeyPatch], None]


def offset_committed_before_the_effect(patch: pytest.MonkeyPatch) -> None:
    poll = LineSubscription.poll

    async def hasty(self: LineSubscription, at_most: int, patience: float) -> dict[tuple[str, int], list[Received]]:
        found = await poll(self, at_most, patience)
        await self._inner.commit({tp: records[-1].offset + 1 for tp, records in found.items()})
        return found

    patch.setattr(LineSubscription, "poll", hasty)


def answered_before_the_write_is_acknowledged(patch: pytest.MonkeyPatch) -> None:
    replace = LineDocuments.replace

    async def hasty(self: LineDocuments, document: Document, *, rev: int) -> bool:
        _unattended(replace(self, document, rev=rev))
        return True

    patch.setattr(LineDocuments, "replace", hasty)


def no_duplicate_check(patch: pytest.MonkeyPatch) -> None:
    in_sequence = Consumer._in_sequence

    async def trusting(self: Consumer, envelope: Envelope, record: Received) -> None:
        if envelope.sequence <= await self._inbox.applied(envelope.aggregate, fresh=True):
            await self._apply(envelope, record)
        else:
            await in_sequence(self, envelope, record)

    patch.setattr(Consumer, "_in_sequence", trusting)


def no_outbox(patch: pytest.MonkeyPatch) -> None:
    whole = Codec.document

    def bare(self: Codec[Any], held: Held[Any]) -> Document:
        return whole(self, held) | {"outbox": [], "pending": 0}

    patch.setattr(Codec, "document", bare)


def marked_before_the_broker_acknowledged(patch: pytest.MonkeyPatch) -> None:
    publish = LinePublisher.publish

    async def hasty(self: LinePublisher, messages: Sequence[Message]) -> None:
        _unattended(publish(self, messages))

    patch.setattr(LinePublisher, "publish", hasty)


def replaced_without_the_revision(patch: pytest.MonkeyPatch) -> None:
    async def blind(self: MemoryDocuments, document: Document, *, rev: int) -> bool:
        self._keep(document)
        return True

    patch.setattr(MemoryDocuments, "replace", blind)


def no_memory_of_answers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Held, "answered", lambda *_: None)


def a_timer_is_taken_off_later(patch: pytest.MonkeyPatch) -> None:
    async def apart(self: Aggregates[Any], id_: str, timer: str) -> None:
        def rung(aggregate: Aggregate) -> None:
            if timer in aggregate.timers:
                aggregate.ring(timer, aggregate.timers[timer])

        await self.change(id_, rung)
        await self.change(id_, lambda aggregate: aggregate.timers.pop(timer, None))

    patch.setattr(Aggregates, "ring", apart)


def gaps_are_skipped(patch: pytest.MonkeyPatch) -> None:
    async def dropped(*_: object) -> None:
        """Whatever came too early is forgotten."""

    patch.setattr(StoredInbox, "park", dropped)


def the_unreadable_is_passed_over(patch: pytest.MonkeyPatch) -> None:
    async def ignored(*_: object) -> None:
        """No dead letter."""

    patch.setattr(Consumer, "_bury", ignored)


def no_cap_on_the_outbox(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lane, "OUTBOX_CAP", 10_000)


def facts_are_not_chained(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(document, "link", lambda *_: "0" * 64)


BUILDS: list[Break] = [
    offset_committed_before_the_effect,
    answered_before_the_write_is_acknowledged,
    no_duplicate_check,
    no_outbox,
    marked_before_the_broker_acknowledged,
    replaced_without_the_revision,
    no_memory_of_answers,
    a_timer_is_taken_off_later,
    gaps_are_skipped,
    the_unreadable_is_passed_over,
    no_cap_on_the_outbox,
    facts_are_not_chained,
]


def _unattended(doing: Awaitable[Any]) -> None:
    """Somebody else's business from now on; it ends with the process."""
    asyncio.ensure_future(doing).add_done_callback(lambda done: done.cancelled() or done.exception())
