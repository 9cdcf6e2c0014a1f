"""One writer per aggregate and process (group commit).

Changes that wait are applied one after another to the aggregate in hand and written by one compare-and-set, so a hot
roster costs one write for many commands. A change that refuses leaves nothing behind and gets its own answer. A lost
race (another replica wrote) reloads and applies again. The relay's mark rides on the next write.
"""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol

from pydantic import TypeAdapter

from shared.aggregate import A, Aggregate, fork
from shared.commands import Once
from shared.errors import Conflict, PreconditionFailed, Unavailable, key_reused
from shared.failpoints import failpoint
from shared.storage.document import Answer, Codec, Held, Stamp
from shared.storage.ports import Documents, DuplicateId
from shared.time import elapsed

OUTBOX_CAP = 100
BATCH = 64
RACES = 12  # lost in a row, before the caller is asked to come back
STEP_ASIDE = 0.005  # seconds, times the races lost: rivals that fell into step fall out of it
ROOM = 1.0  # seconds that a full outbox may wait for the relay, once, before commands are refused
LAZY_MARK = 2.0  # seconds that a mark may wait for a command to ride on: busy points see one each a second
LATE_MARK = 5.0  # seconds until a mark that could not be written is tried again


class Missing(Exception):
    """There is no such aggregate, and nothing that would make one."""


class Ears(Protocol):
    """Who is told what a lane did."""

    def committed(self, aggregate: Aggregate, *, pending: int) -> None:
        """State is durable; so many facts wait to be published."""

    def lost_race(self) -> None:
        """Another writer was faster."""


@dataclass(eq=False)
class Request(Generic[A]):
    """A change that waits, with everything needed to answer it."""

    change: Callable[[A], Any]
    answer: "asyncio.Future[Any]"
    stamp: Stamp
    once: Once | None = None
    codec: "TypeAdapter[Any] | None" = None
    version: int | None = None
    create: Callable[[], A] | None = None
    must_be_new: bool = False
    likely_new: bool = False
    """There is most likely nothing yet: insert without looking, and look when something was there after all."""


class Lane(Generic[A]):
    """The lane of one aggregate. There are thousands, most of them at rest: what only some need is made when needed."""

    def __init__(self, id_: str, documents: Documents, codec: Codec[A], ears: Ears) -> None:
        self.id = id_
        self._documents = documents
        self._codec = codec
        self._ears = ears
        self._waiting: list[Request[A]] = []
        self._held: Held[A] | None = None
        self._published = 0
        self._moved: asyncio.Event | None = None  # while somebody waits for the relay
        self._waited_at: int | None = None  # what was published when it was last waited in vain
        self._mark: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._flush = False

    @property
    def idle(self) -> bool:
        """Whether this lane may be forgotten."""
        return self._task is None and self._mark is None and not self._waiting

    @property
    def held(self) -> Held[A] | None:
        """The aggregate in hand, as last written or read."""
        return self._held

    @property
    def published(self) -> int:
        """The broker has everything up to this fact, whether or not that is marked yet."""
        return self._published

    def remember(self, held: Held[A]) -> None:
        """Take in hand what somebody read, unless there is something newer in hand or under way."""
        if self._held is None and self._task is None:
            self._held = held

    def submit(self, request: Request[A]) -> None:
        """Queue a change."""
        self._waiting.append(request)
        self._run()

    def acknowledge(self, seq: int) -> None:
        """The broker has everything up to `seq`; forget it at the next write, or soon."""
        if seq <= self._published:
            return
        self._published = seq
        if self._moved:
            self._moved.set()
        self._mark_in(LAZY_MARK)

    async def settle(self) -> None:
        """Write what is left to write; for shutdown."""
        if self._mark:
            self._mark.cancel()
            self._mark_alone()
        while self._task:
            await asyncio.wait([self._task])

    def _mark_in(self, seconds: float) -> None:
        if self._mark is None:
            self._mark = asyncio.get_running_loop().call_later(seconds, self._mark_alone)

    def _mark_alone(self) -> None:
        self._mark = None
        self._flush = True
        self._run()

    def _run(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        try:
            while self._waiting or self._flush:
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                await self._serve([each for each in batch if not each.answer.done()])
        finally:
            self._task = None
            if self._waiting:
                self._run()

    async def _serve(self, batch: list[Request[A]]) -> None:
        """Answers every request of the batch, whatever happens; what found the outbox full waits for the relay."""
        flush, self._flush = self._flush, False
        try:
            await self._commit(batch, flush=flush)
            self._waiting = [*(each for each in batch if not each.answer.done()), *self._waiting]
        except Exception as error:  # noqa: BLE001 each caller gets it; the lane lives on
            self._held = None
            if flush and not isinstance(error, Missing):
                self._mark_in(LATE_MARK)
            for each in batch:
                if not each.answer.done():
                    each.answer.set_exception(error)

    async def _commit(self, batch: list[Request[A]], *, flush: bool) -> None:
        for race in range(RACES):
            if race:
                await asyncio.sleep(STEP_ASIDE * race * random.random())  # noqa: S311
            fresh = self._held is None
            supposed = None if race or self._held else _supposed(batch)
            before = self._held or supposed or await self._load(batch)
            await failpoint("api.loaded")
            await self._room(before, len(batch))
            after, outcomes = _apply(before.without_published(self._published), batch, self._codec)
            after = after.without_published(self._published)
            if after.version == before.version and not (flush and len(after.outbox) < len(before.outbox)):
                if not supposed and (fresh or not batch or not await self._stale(before)):
                    return _deliver(outcomes)
            elif await self._write(before, after):
                self._ears.committed(after.aggregate, pending=len(after.outbox))
                return _deliver(outcomes)
            else:
                self._ears.lost_race()
            self._held = None
        raise Unavailable(
            "busy", "同时办理的人较多，请稍后重试。", "Many are changing this at once; try again.", retry_after=1
        )

    async def _room(self, before: Held[A], commands: int) -> None:
        """Wait until the outbox has room for a fact of each command: mostly the relay needs only a moment.

        While the broker is away it is waited in vain, once: from then on refusals come at once, until something moves.
        """
        room = OUTBOX_CAP - min(commands, OUTBOX_CAP)
        deadline = elapsed() + ROOM
        while len(before.without_published(self._published).outbox) > room and self._waited_at != self._published:
            self._moved = asyncio.Event()
            try:
                async with asyncio.timeout_at(deadline):
                    await self._moved.wait()
            except TimeoutError:
                self._waited_at = self._published
            finally:
                self._moved = None

    async def _load(self, batch: list[Request[A]]) -> Held[A]:
        document = await self._documents.get(self.id)
        if document is not None:
            self._held = self._codec.held(document)
            return self._held
        create = next((each.create for each in batch if each.create), None)
        if create is None:
            raise Missing(self.id)
        return Held(create())

    async def _stale(self, before: Held[A]) -> bool:
        """A refusal must be true now: look again when it rests on the aggregate in hand."""
        document = await self._documents.get(self.id)
        return document is None or int(document["rev"]) != before.rev

    async def _write(self, before: Held[A], after: Held[A]) -> bool:
        written = replace(after, rev=after.rev + 1)
        document = self._codec.document(written)
        marks = bool(before.outbox) and before.outbox[0].seq <= self._published
        await failpoint("api.before_cas")
        if marks:
            await failpoint("relay.before_mark")
        if after.rev == 0:
            try:
                await self._documents.insert(document)
            except DuplicateId:
                return False
        elif not await self._documents.replace(document, rev=after.rev):
            return False
        await failpoint("api.after_cas")
        if marks:
            await failpoint("relay.after_mark")
        self._held = written
        if self._mark and not written.outbox:
            self._mark.cancel()
            self._mark = None
        return True


def _supposed(batch: list[Request[A]]) -> Held[A] | None:
    """What is there when everybody in the batch is right that there is nothing yet."""
    first = batch[0].create if batch and all(each.likely_new for each in batch) else None
    return Held(first()) if first else None


Outcome = tuple[Request[Any], Any, Exception | None]


def _apply(before: Held[A], batch: list[Request[A]], codec: Codec[A]) -> tuple[Held[A], list[Outcome]]:
    """The outcomes, from the first request on. Those that the facts of others left no room come with the next write."""
    held = before
    outcomes: list[Outcome] = []
    for request in batch:
        if not _has_room(held, before):
            break
        try:
            held, value = _decide(held, request, codec)
            outcomes.append((request, value, None))
        except Exception as error:  # noqa: BLE001 a refusal is that caller's answer, and nobody else's
            outcomes.append((request, None, error))
    return held, outcomes


def _has_room(held: Held[A], before: Held[A]) -> bool:
    """False when others of the batch took the last room; a full outbox from the beginning is a refusal's reason."""
    return len(held.outbox) < OUTBOX_CAP or len(before.outbox) >= OUTBOX_CAP


def _decide(held: Held[A], request: Request[A], codec: Codec[A]) -> tuple[Held[A], Any]:
    if request.once and (said := held.answered(request.once)):
        return held, _said_before(request, said)
    _admissible(held, request)
    trial = request.create() if request.create and not held.version else fork(held.aggregate)
    value = request.change(trial)
    if held.version and not trial.facts and not request.once and trial == held.aggregate:
        return held, value
    entries = codec.entries(trial.facts, held, request.stamp)
    changed = replace(
        held,
        aggregate=trial,
        version=held.version + 1,
        seq=held.seq + len(entries),
        chain=entries[-1].chain if entries else held.chain,
        outbox=(*held.outbox, *entries),
    )
    if request.once:
        stored = request.codec.dump_json(value) if request.codec else b""
        changed = changed.with_answer(request.once, stored)
    return changed, value


def _said_before(request: Request[A], said: Answer) -> Any:
    if request.once and said.digest != request.once.digest:
        raise key_reused()
    return request.codec.validate_json(said.value) if request.codec else None


def _admissible(held: Held[A], request: Request[A]) -> None:
    if not held.version and not request.create:
        raise Missing
    if held.version and request.must_be_new:
        raise Conflict("already_exists", "已存在，无需重复创建。", "It exists already.")
    if request.version is not None and request.version != held.version:
        raise PreconditionFailed(
            "changed_meanwhile", "内容已被他人修改，请刷新后重试。", "It was changed in the meantime; load it again."
        )
    if len(held.outbox) >= OUTBOX_CAP:
        raise Unavailable(
            "outbox_full", "消息积压，请稍后重试。", "Too many events wait to be sent; try again.", retry_after=5
        )


def _deliver(outcomes: list[Outcome]) -> None:
    for request, value, error in outcomes:
        with suppress(asyncio.InvalidStateError):
            if error:
                request.answer.set_exception(error)
            else:
                request.answer.set_result(value)
