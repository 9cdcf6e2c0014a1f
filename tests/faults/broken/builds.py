"""The seven, by name: what each does to the kernel of the process that it runs in."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from services.reporting.domain.dossier import Dossier
from shared.messaging import kafka
from shared.messaging.consumer import Consumer
from shared.storage import lane
from shared.storage.document import Codec, Held
from shared.storage.mongo import MongoDocuments
from shared.storage.relay import Relay
from tests.faults.broken.patching import must_mention, patch

LATE = 0.5  # seconds by which a write comes after its answer
_running: set["asyncio.Task[None]"] = set()


def commit_first() -> None:
    """The offset is committed before the effects of its events."""

    def make(original: Any) -> Any:
        async def partition(self: Any, subscription: Any, tp: Any, records: Any) -> None:
            await self._commit(subscription, {tp: records[-1].offset + 1})
            await original(self, subscription, tp, records)

        return partition

    patch(Consumer, "_partition", "self subscription tp records", make)
    must_mention(Consumer._commit, "subscription.commit")


def reply_first() -> None:
    """A change is answered before its write is acknowledged; writes of one document keep their order."""
    last: dict[str, asyncio.Task[None]] = {}

    def make(original: Any) -> Any:
        async def replace(self: Any, document: Any, *, rev: int) -> bool:
            id_, before = document["_id"], last.get(document["_id"])

            async def write() -> None:
                await asyncio.sleep(LATE)
                if before:
                    await asyncio.wait([before])
                await original(self, document, rev=rev)

            last[id_] = _forgotten(write())
            return True

        return replace

    patch(MongoDocuments, "replace", "self document rev", make)
    must_mention(lane.Lane._write, "self._documents.replace(")


def no_duplicates() -> None:
    """Nobody asks whether a command or a fact came before: neither the kernel, nor who keeps what a fact said last."""

    def forgetful(_: Any) -> Any:
        def answered(self: Any, once: Any) -> None:
            return None

        return answered

    def eager(original: Any) -> Any:
        async def in_sequence(self: Any, envelope: Any, record: Any) -> None:
            if envelope.sequence <= await self._inbox.applied(envelope.aggregate):
                await self._apply(envelope, record)
            else:
                await original(self, envelope, record)

        return in_sequence

    def credulous(original: Any) -> Any:
        def announced(self: Any, activity: Any, sequence: int) -> None:
            original(self, activity, max(sequence, self.told))

        return announced

    patch(Held, "answered", "self once", forgetful)
    must_mention(lane, ".answered(request.once)")
    patch(Consumer, "_in_sequence", "self envelope record", eager)
    must_mention(Consumer, "self._in_sequence(", "async def _apply(self, envelope")
    patch(Dossier, "announced", "self activity sequence", credulous)


def no_outbox() -> None:
    """Facts are sent after the write and kept nowhere: what is not sent when the process dies never is."""

    def make(original: Any) -> Any:
        def document(self: Any, held: Any) -> Any:
            written = original(self, held)
            if "outbox" not in written or "pending" not in written:
                raise LookupError("documents no longer keep their outbox under these names")
            return {**written, "outbox": [], "pending": 0}

        return document

    patch(Codec, "document", "self held", make)
    must_mention(lane.Lane._write, "self._codec.document(")


def marks_first() -> None:
    """The relay takes facts for published before the broker has them."""

    class Hasty:
        def __init__(self, publisher: Any) -> None:
            self._publisher = publisher

        async def publish(self, messages: Sequence[Any]) -> None:
            _forgotten(self._publisher.publish(messages))

    def make(original: Any) -> Any:
        def init(self: Any, service: Any, stores: Any, publisher: Any, *more: Any, **named: Any) -> None:
            original(self, service, stores, Hasty(publisher), *more, **named)

        return init

    patch(Relay, "__init__", "self service stores publisher prefix metrics follow", make)
    must_mention(Relay, "self._publisher.publish(", ".acknowledge(")


def no_revision() -> None:
    """A document is replaced whatever stands there now."""

    def make(original: Any) -> Any:
        async def replace(self: Any, document: Any, *, rev: int) -> bool:
            while True:
                found = await self.get(document["_id"])
                if found is None:
                    return False
                if await original(self, document, rev=found["rev"]):
                    return True

        return replace

    patch(MongoDocuments, "replace", "self document rev", make)
    must_mention(lane.Lane._write, "self._documents.replace(")


def latest() -> None:
    """A group without an offset begins at the end of its topics."""

    def make(original: Any) -> Any:
        def consumer(*topics: Any, **settings: Any) -> Any:
            return original(*topics, **settings | {"auto_offset_reset": "latest"})

        return consumer

    must_mention(kafka.subscribe, "AIOKafkaConsumer(", 'auto_offset_reset="earliest"')
    patch(kafka, "AIOKafkaConsumer", None, make)


BUILDS: dict[str, Callable[[], None]] = {
    each.__name__: each
    for each in (commit_first, reply_first, no_duplicates, no_outbox, marks_first, no_revision, latest)
}


def _forgotten(what: Coroutine[Any, Any, Any]) -> "asyncio.Task[None]":
    """Fire and forget: nobody hears how it ended."""

    async def quietly() -> None:
        with suppress(Exception):  # that is what is broken here
            await what

    task = asyncio.get_running_loop().create_task(quietly())
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task
