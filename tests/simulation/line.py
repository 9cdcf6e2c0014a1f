"""The lines between a simulated process and its engines: every call may be slow, fail, or be the process's last.

A fault is armed by the schedule for the n-th further call of a kind; without one, a call is only a little late. Where a
call is cut off, it may still arrive.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from shared.messaging.ports import BrokerAway, Message, PublishFailed, Received
from shared.storage.ports import Document, Documents
from tests.support.broker import Log
from tests.support.documents import away
from tests.support.groups import MemorySubscription, Partition

T = TypeVar("T")

CALLS = ("get", "insert", "replace", "delete", "find", "publish", "poll", "commit")
HOWS = ("crash before", "crash after", "fail before", "fail after", "fail, arrive later", "slow")
ARRIVES = frozenset({"insert", "replace", "publish"})  # what may still arrive after its caller has given up
REFUSAL = 2.0  # seconds until a driver says that an engine is away
SLOW = 9.0  # seconds; more than a handover waits, less than a driver does


class Crash(BaseException):
    """The process dies here; nothing of ours may catch it."""


@dataclass
class Fault:
    """What happens to the n-th further call of a kind."""

    call: str
    nth: int
    how: str


class Engine:
    """A database or the broker, which may be away for a while."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.away_until = 0.0


class Line:
    """One process's way to its engines."""

    def __init__(self, name: str, random: Random, said: Callable[[str], None], die: Callable[[], None]) -> None:
        self.alive = True
        self.faults: list[Fault] = []
        self.stalled_until = 0.0
        self.troubled = 0
        self._name = name
        self._random = random
        self._say = said
        self._die = die

    async def call(
        self, engine: Engine, call: str, act: Callable[[], Awaitable[T]], failure: Callable[[], T | Exception]
    ) -> T:
        """Do it, as the schedule wants. `failure` is what the caller gets instead, raised when it is an exception."""
        how = self._fate(engine, call)
        await self._on_the_way(call, act, how)
        if how == "crash before":
            self._crash()
        if how in ("fail before", "away") or (how.startswith("fail") and call == "poll"):
            return _given(failure())  # a poll that brought nothing has not moved on either
        if how == "fail, arrive later":
            if call in ARRIVES:
                self._later(act)
            return _given(failure())
        result = await act()
        if how == "crash after":
            self._crash()
        if how == "fail after":
            return _given(failure())
        if call != "poll" and self._random.random() < 0.3:  # what a poll brings is here already
            await self._wait(self._random.uniform(0.0005, 0.004))
        return result

    def fewer(self, _: Partition, there: int) -> int:
        """How many of the records that are there come with this poll."""
        return there if self._random.random() < 0.7 else self._random.randint(0, there)

    def _fate(self, engine: Engine, call: str) -> str:
        self._must_be_alive()
        for each in self.faults:
            if each.call == call:
                each.nth -= 1
                if each.nth == 0:
                    self.faults.remove(each)
                    self.troubled += 1
                    self._say(f"{self._name}: {call}: {each.how}")
                    return each.how
        if engine.away_until > _now():
            self.troubled += 1
            return "away"
        return ""

    async def _on_the_way(self, call: str, act: Callable[[], Awaitable[Any]], how: str) -> None:
        try:
            await self._wait({"slow": SLOW, "away": REFUSAL}.get(how) or self._latency())
            while self.stalled_until > _now():
                await self._wait(self.stalled_until - _now())
        except asyncio.CancelledError:
            if call in ARRIVES and self._random.random() < 0.5:
                self._later(act)
            raise

    def _latency(self) -> float:
        often = self._random.random()
        return 0.0005 + 0.003 * often if often < 0.96 else 0.3 * self._random.random()

    async def _wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._must_be_alive()

    def _later(self, act: Callable[[], Awaitable[Any]]) -> None:
        """It arrives on its own; what it answers nobody hears."""

        async def arriving() -> None:
            try:
                await act()
            except Exception as unheard:  # noqa: BLE001 nobody is there any more to hear it
                self._say(f"{self._name}: an answer that nobody heard: {type(unheard).__name__}")

        def arrive() -> None:
            loop.create_task(arriving(), context=nobody)

        loop, nobody = asyncio.get_running_loop(), Context()
        loop.call_later(self._random.choice((0.001, 0.05, 1.0)), arrive, context=nobody)

    def _crash(self) -> None:
        self._die()
        raise Crash

    def _must_be_alive(self) -> None:
        if not self.alive:
            raise Crash


class LineDocuments:
    """`shared.storage.ports.Documents` at the other end of a line."""

    def __init__(self, line: Line, engine: Engine, documents: Documents) -> None:
        self._line = line
        self._engine = engine
        self._documents = documents

    async def get(self, id_: str) -> Document | None:
        return await self._call("get", lambda: self._documents.get(id_))

    async def insert(self, document: Document) -> None:
        await self._call("insert", lambda: self._documents.insert(document))

    async def replace(self, document: Document, *, rev: int) -> bool:
        return await self._call("replace", lambda: self._documents.replace(document, rev=rev))

    async def delete(self, id_: str, *, rev: int | None = None) -> bool:
        return await self._call("delete", lambda: self._documents.delete(id_, rev=rev))

    async def find(
        self,
        where: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int = 0,
        fields: Sequence[str] = (),
    ) -> list[Document]:
        return await self._call("find", lambda: self._documents.find(where, sort=sort, limit=limit, fields=fields))

    async def index(self, keys: Sequence[tuple[str, int]], *, unique: bool = False) -> None:
        await self._documents.index(keys, unique=unique)

    async def _call(self, call: str, act: Callable[[], Awaitable[T]]) -> T:
        return await self._line.call(self._engine, call, act, away)


class LinePublisher:
    """`shared.messaging.ports.Publisher` at the other end of a line."""

    def __init__(self, line: Line, engine: Engine, log: Log) -> None:
        self._line = line
        self._engine = engine
        self._log = log

    async def publish(self, messages: Sequence[Message]) -> None:
        await self._line.call(
            self._engine, "publish", lambda: self._log.publish(messages), lambda: PublishFailed("told to")
        )


class LineSubscription:
    """`shared.messaging.ports.Subscription` at the other end of a line."""

    def __init__(self, line: Line, engine: Engine, inner: MemorySubscription) -> None:
        self._line = line
        self._engine = engine
        self._inner = inner
        inner.how_many = line.fewer

    async def poll(self, at_most: int, patience: float) -> dict[Partition, list[Received]]:
        nothing: dict[Partition, list[Received]] = {}
        if self._engine.away_until > _now():
            await asyncio.sleep(patience)
            return nothing
        return await self._line.call(self._engine, "poll", lambda: self._inner.poll(at_most, patience), lambda: nothing)

    async def commit(self, next_offsets: Mapping[Partition, int]) -> bool:
        return await self._line.call(self._engine, "commit", lambda: self._inner.commit(next_offsets), lambda: False)

    def rewind(self, tp: Partition, offset: int) -> None:
        self._inner.rewind(tp, offset)

    def resume(self, tp: Partition) -> None:
        self._inner.resume(tp)

    def assignment(self) -> set[Partition]:
        return self._inner.assignment()

    async def bounds(self) -> dict[Partition, tuple[int, int]]:
        return await self._line.call(self._engine, "bounds", self._inner.bounds, lambda: BrokerAway("told to"))


def _given(outcome: T | Exception) -> T:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _now() -> float:
    return asyncio.get_running_loop().time()
