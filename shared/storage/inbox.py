"""How far a service has applied other services' facts: `shared.messaging.ports.Inbox` over two collections."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Iterable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from shared.messaging.ports import Received
from shared.storage.ports import Documents, DuplicateId

REMEMBERED = 10_000  # aggregates; more than one poll brings
ROTTEN = "dead letters in a row"  # no aggregate's id has a blank


class Stored(NamedTuple):
    """What stands in the database of one aggregate. `rev` 0: nothing yet."""

    rev: int
    applied: int


NOTHING = Stored(0, 0)


class StoredInbox:
    """`applied`: {_id: aggregate, rev, applied}. `parked`: {_id: "aggregate:seq", aggregate, sequence, record}."""

    def __init__(self, applied: Documents, parked: Documents) -> None:
        self._applied = applied
        self._parked = parked
        self._memory: OrderedDict[str, Stored] = OrderedDict()
        self._noted: dict[str, int] = {}
        self._keeping = asyncio.Lock()
        self._waiting: set[str] | None = None  # aggregates with parked events; None: not known yet

    async def recall(self, aggregates: Sequence[str]) -> None:
        if self._waiting is None:
            await self.parked_heads()
        await _together(self._read(each) for each in aggregates if each not in self._memory)

    def remembered(self, aggregate: str) -> int | None:
        known = self._memory.get(aggregate)
        return None if known is None else max(known.applied, self._noted.get(aggregate, 0))

    def may_wait(self, aggregate: str) -> bool:
        return self._waiting is None or aggregate in self._waiting

    async def applied(self, aggregate: str, *, fresh: bool = False) -> int:
        known = None if fresh else self._memory.get(aggregate)
        if known is None:
            known = await self._read(aggregate)
        return max(known.applied, self._noted.get(aggregate, 0))

    def forget(self) -> None:
        self._memory.clear()
        self._waiting = None

    def note(self, aggregate: str, sequence: int) -> None:
        self._noted[aggregate] = max(sequence, self._noted.get(aggregate, 0))

    async def keep(self) -> None:
        async with self._keeping:
            noted = dict(self._noted)
            await _together(self.advance(aggregate, sequence) for aggregate, sequence in noted.items())
            self._noted = {name: sequence for name, sequence in self._noted.items() if noted.get(name) != sequence}

    async def advance(self, aggregate: str, sequence: int) -> None:
        """`sequence` is applied: written at once. Idempotent; never goes back."""
        while True:
            known = self._memory.get(aggregate) or await self._read(aggregate)
            if known.applied >= sequence or await self._written(aggregate, Stored(known.rev + 1, sequence)):
                return
            self._memory.pop(aggregate, None)

    async def park(self, aggregate: str, sequence: int, record: Received) -> None:
        if self._waiting is not None:
            self._waiting.add(aggregate)
        try:
            await self._parked.insert(_parked_document(aggregate, sequence, record))
        except DuplicateId:
            return

    async def parked(self, aggregate: str, sequence: int) -> Received | None:
        if not self.may_wait(aggregate):
            return None
        document = await self._parked.get(_place(aggregate, sequence))
        return _received(document["record"]) if document else None

    async def unpark(self, aggregate: str, sequence: int) -> None:
        await self._parked.delete(_place(aggregate, sequence))

    async def parked_heads(self) -> list[tuple[str, int]]:
        found = await self._parked.find({}, sort=[("aggregate", 1), ("sequence", 1)])
        heads: dict[str, int] = {}
        for each in found:
            heads.setdefault(each["aggregate"], each["sequence"])
        self._waiting = set(heads)
        return list(heads.items())

    async def count_parked(self) -> int:
        return 0 if self._waiting == set() else len(await self._parked.find({}))

    async def rotten(self) -> int:
        document = await self._applied.get(ROTTEN)
        return int(document["applied"]) if document else 0

    async def set_rotten(self, count: int) -> None:
        await self._applied.delete(ROTTEN)
        if count:
            with suppress(DuplicateId):  # another replica counts, too: one of the two numbers is as good as the other
                await self._applied.insert({"_id": ROTTEN, "rev": 1, "applied": count})

    async def all_parked(self) -> list[tuple[str, int, Received]]:
        """For an operator: everything that waits, as (aggregate, sequence, event)."""
        found = await self._parked.find({}, sort=[("aggregate", 1), ("sequence", 1)])
        return [(each["aggregate"], each["sequence"], _received(each["record"])) for each in found]

    async def replace_parked(self, aggregate: str, sequence: int, record: Received) -> None:
        """For an operator: put a mended or replayed event in its place; the running consumer applies it."""
        await self.unpark(aggregate, sequence)
        await self.park(aggregate, sequence, record)

    async def _read(self, aggregate: str) -> Stored:
        document = await self._applied.get(aggregate)
        return self._remember(aggregate, Stored(document["rev"], document["applied"]) if document else NOTHING)

    async def _written(self, aggregate: str, now: Stored) -> bool:
        """False when somebody else was faster."""
        document = {"_id": aggregate, "rev": now.rev, "applied": now.applied}
        try:
            if now.rev == 1:
                await self._applied.insert(document)
            elif not await self._applied.replace(document, rev=now.rev - 1):
                return False
        except DuplicateId:
            return False
        self._remember(aggregate, now)
        return True

    def _remember(self, aggregate: str, stored: Stored) -> Stored:
        """An answer that comes late never takes the place of a later one."""
        known = self._memory.get(aggregate)
        if known is None or known.rev <= stored.rev:
            self._memory[aggregate] = known = stored
        self._memory.move_to_end(aggregate)
        if len(self._memory) > REMEMBERED:
            self._memory.popitem(last=False)
        return known


async def _together(doing: Iterable[Awaitable[Any]]) -> None:
    """Wait for every one of them; then raise what one of them raised."""
    for each in await asyncio.gather(*doing, return_exceptions=True):
        if isinstance(each, BaseException):
            raise each


def _place(aggregate: str, sequence: int) -> str:
    return f"{aggregate}:{sequence:09d}"


def _parked_document(aggregate: str, sequence: int, record: Received) -> dict[str, Any]:
    return {
        "_id": _place(aggregate, sequence),
        "aggregate": aggregate,
        "sequence": sequence,
        "record": {
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "key": record.key,
            "value": record.value,
            "headers": [[name, value] for name, value in record.headers],
        },
    }


def _received(stored: dict[str, Any]) -> Received:
    headers = [(name, bytes(value)) for name, value in stored["headers"]]
    return Received(stored["topic"], stored["partition"], stored["offset"], stored["key"], stored["value"], headers)
