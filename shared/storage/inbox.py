"""How far a service has applied other services' facts: `shared.messaging.ports.Inbox` over two collections."""

from collections import OrderedDict
from contextlib import suppress
from typing import Any

from shared.messaging.ports import Received
from shared.storage.ports import Documents, DuplicateId

REMEMBERED = 50_000
ROTTEN = "dead letters in a row"  # no aggregate's id has a blank


class StoredInbox:
    """`applied`: {_id: aggregate, rev, applied}. `parked`: {_id: "aggregate:seq", aggregate, sequence, record}."""

    def __init__(self, applied: Documents, parked: Documents) -> None:
        self._applied = applied
        self._parked = parked
        self._memory: OrderedDict[str, int] = OrderedDict()
        self._may_be_parked: bool | None = None  # None: not known yet

    async def applied(self, aggregate: str, *, fresh: bool = False) -> int:
        if fresh or aggregate not in self._memory:
            document = await self._applied.get(aggregate)
            self._remember(aggregate, document["applied"] if document else 0)
        return self._memory[aggregate]

    def forget(self) -> None:
        self._memory.clear()
        self._may_be_parked = None

    async def advance(self, aggregate: str, sequence: int) -> None:
        while True:
            if sequence == 1:
                try:
                    return await self._inserted(aggregate, sequence)
                except DuplicateId:
                    pass
            document = await self._applied.get(aggregate)
            if document is None:
                try:
                    return await self._inserted(aggregate, sequence)
                except DuplicateId:
                    continue
            if document["applied"] >= sequence:
                return self._remember(aggregate, document["applied"])
            rev = document["rev"]
            if await self._applied.replace({**document, "rev": rev + 1, "applied": sequence}, rev=rev):
                return self._remember(aggregate, sequence)

    async def park(self, aggregate: str, sequence: int, record: Received) -> None:
        self._may_be_parked = True
        try:
            await self._parked.insert(_parked_document(aggregate, sequence, record))
        except DuplicateId:
            return

    async def parked(self, aggregate: str, sequence: int) -> Received | None:
        if self._may_be_parked is False:
            return None
        document = await self._parked.get(_place(aggregate, sequence))
        return _received(document["record"]) if document else None

    async def unpark(self, aggregate: str, sequence: int) -> None:
        await self._parked.delete(_place(aggregate, sequence))

    async def parked_heads(self) -> list[tuple[str, int]]:
        found = await self._parked.find({}, sort=[("aggregate", 1), ("sequence", 1)])
        self._may_be_parked = bool(found)
        heads: dict[str, int] = {}
        for each in found:
            heads.setdefault(each["aggregate"], each["sequence"])
        return list(heads.items())

    async def count_parked(self) -> int:
        return len(await self._parked.find({})) if self._may_be_parked is not False else 0

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

    async def _inserted(self, aggregate: str, sequence: int) -> None:
        await self._applied.insert({"_id": aggregate, "rev": 1, "applied": sequence})
        self._remember(aggregate, sequence)

    def _remember(self, aggregate: str, sequence: int) -> None:
        self._memory[aggregate] = sequence
        self._memory.move_to_end(aggregate)
        if len(self._memory) > REMEMBERED:
            self._memory.popitem(last=False)


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
