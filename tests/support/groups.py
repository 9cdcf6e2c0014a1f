"""Consumer groups in memory, as the real coordinator deals: everything is taken from everybody, then dealt anew.

Each member is told before (`revoked`, and the group waits for it) and after (`assigned`). A member that vanished
without a word holds the others up for a session; one that was declared dead and comes back may no longer commit.
"""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from shared.messaging.ports import Member, Received

Partition = tuple[str, int]
Topics = dict[str, list[list[Received]]]

SESSION = 6.0  # seconds without a heartbeat until a member is declared dead, as in `shared.messaging.kafka`
HANDOVER = 60.0  # seconds that a group waits for a member to let go


class Group:
    """The coordinator of one group."""

    def __init__(self, topic: Callable[[str], list[list[Received]]], *, latest: bool = False) -> None:
        self.topic = topic
        self.committed: dict[Partition, int] = {}
        self.generation = 0
        self.members: list[MemorySubscription] = []
        self._latest = latest
        self._dealing: asyncio.Task[None] | None = None
        self._again = False

    async def enter(self, member: "MemorySubscription") -> None:
        """A new member; returns when partitions were dealt to it."""
        self.members.append(member)
        member.gone = asyncio.get_running_loop().create_future()
        await self.deal()

    def expel(self, member: "MemorySubscription") -> None:
        """A member left, or was not heard for a session; its partitions go to the others."""
        if member in self.members:
            self.members.remove(member)
            if not member.gone.done():
                member.gone.set_result(None)
            if self.members:
                self.start_dealing()

    async def deal(self) -> None:
        """Take everything, deal it anew; returns when that is done, however many asked for it."""
        dealing = self.start_dealing()
        await asyncio.shield(dealing)

    def start_dealing(self) -> "asyncio.Task[None]":
        """Like `deal`, without waiting for it. The coordinator lives in the broker, not in who asked."""
        self._again = True
        if self._dealing is None or self._dealing.done():
            self._dealing = asyncio.get_running_loop().create_task(self._deal(), context=contextvars.Context())
        return self._dealing

    def first_offset(self, tp: Partition) -> int:
        """Where a member begins to read."""
        return self.committed.get(tp, len(self.topic(tp[0])[tp[1]]) if self._latest else 0)

    def arrived(self, topic: str) -> None:
        """A record came: whoever polls is woken."""
        for each in self.members:
            if topic in each.topics:
                each.wake()

    async def _deal(self) -> None:
        while self._again:
            self._again = False
            await asyncio.gather(*(each.let_go() for each in self.members))
            self.generation += 1
            members = list(self.members)
            for each in members:
                each.take(self._share(each, members))
            await asyncio.gather(*(each.told_of_its_share() for each in members))

    def _share(self, member: "MemorySubscription", members: "list[MemorySubscription]") -> list[Partition]:
        mine = []
        for topic in sorted({topic for each in members for topic in each.topics}):
            readers = [each for each in members if topic in each.topics]
            mine += [(topic, p) for p in range(len(self.topic(topic))) if readers[p % len(readers)] is member]
        return mine


class MemorySubscription:
    """`shared.messaging.ports.Subscription`: one member of a group."""

    def __init__(self, group: Group, topics: Sequence[str], member: Member | None) -> None:
        self.group = group
        self.topics = list(topics)
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.polls = 0
        self.how_many: Callable[[Partition, int], int] = lambda _, there: there
        """How many of so many records a poll brings from a partition: whoever orders a schedule may say less."""
        self._member = member
        self._context = contextvars.copy_context()
        self._generation = 0
        self._position: dict[Partition, int] = {}
        self._paused: set[Partition] = set()
        self._letting_go = False
        self._away = False  # it left, or is on its way back
        self._arrival: asyncio.Future[None] | None = None

    # the port

    async def poll(self, at_most: int, patience: float) -> dict[Partition, list[Received]]:
        """What is there, or what comes within `patience`."""
        self.polls += 1
        await self.come_back()
        found = self._fetch(at_most)
        if not found:
            await self._something(patience)
            found = self._fetch(at_most)
        return found

    async def commit(self, next_offsets: Mapping[Partition, int]) -> bool:
        """Remembered by the group, unless the group has gone on without this member."""
        await asyncio.sleep(0)
        if self not in self.group.members or self._generation != self.group.generation:
            return not next_offsets
        mine = {tp: offset for tp, offset in next_offsets.items() if tp in self._position}
        self.group.committed.update(mine)
        return len(mine) == len(next_offsets)

    def rewind(self, tp: Partition, offset: int) -> None:
        """Read again, after `resume`; of no effect on a partition of somebody else."""
        if tp in self._position:
            self._position[tp] = offset
            self._paused.add(tp)

    def resume(self, tp: Partition) -> None:
        """Go on."""
        self._paused.discard(tp)
        self.wake()

    def assignment(self) -> set[Partition]:
        """Mine."""
        return set(self._position)

    async def bounds(self) -> dict[Partition, tuple[int, int]]:
        """Where we are, and the end."""
        await asyncio.sleep(0)
        return {(t, p): (at, len(self.group.topic(t)[p])) for (t, p), at in self._position.items()}

    # how members come and go

    def leave(self) -> None:
        """In good order: the others get its partitions at once."""
        self._away = True
        self.group.expel(self)
        self._position.clear()

    def vanish(self, session: float = SESSION) -> None:
        """Without a word: the group notices after a session."""
        asyncio.get_running_loop().call_later(session, self.group.expel, self, context=contextvars.Context())

    async def come_back(self) -> None:
        """A member that was declared dead while it slept finds that out, and joins again."""
        if self._away or self in self.group.members:
            return
        self._away = True
        await self._told(self._member.revoked if self._member and self._position else None)
        self._position.clear()
        self._away = False
        await self.group.enter(self)

    # the coordinator's side

    async def let_go(self) -> None:
        """Returns when this member has finished what it had in hand, or is gone, or took too long."""
        self._letting_go = True
        telling = self._told(self._member.revoked if self._member and self._position else None)
        await asyncio.wait([telling, self.gone], timeout=HANDOVER, return_when=asyncio.FIRST_COMPLETED)
        if telling.done() and _died(telling):  # nobody answers for it any more: it still counts as a member
            await asyncio.wait([self.gone], timeout=HANDOVER)

    def take(self, share: list[Partition]) -> None:
        """These partitions are mine now, from where the group has come."""
        self._generation = self.group.generation
        self._position = {tp: self.group.first_offset(tp) for tp in share}
        self._paused.clear()

    async def told_of_its_share(self) -> None:
        """Returns when the member was told, or is gone."""
        telling = self._told(self._member.assigned if self._member else None)
        await asyncio.wait([telling, self.gone], return_when=asyncio.FIRST_COMPLETED)
        self._letting_go = False
        self.wake()

    def wake(self) -> None:
        """Something may be there."""
        if self._arrival and not self._arrival.done():
            self._arrival.set_result(None)

    def _told(self, telling: Callable[[], Coroutine[Any, Any, None]] | None) -> "asyncio.Task[None]":
        return asyncio.get_running_loop().create_task((telling or _nothing)(), context=self._context)

    def _fetch(self, at_most: int) -> dict[Partition, list[Received]]:
        found: dict[Partition, list[Received]] = {}
        if self._letting_go:
            return found
        for tp, position in self._position.items():
            if tp in self._paused or at_most <= 0:
                continue
            there = self.group.topic(tp[0])[tp[1]][position : position + at_most]
            records = there[: self.how_many(tp, len(there))]
            if records:
                self._position[tp] = position + len(records)
                at_most -= len(records)
                found[tp] = records
        return found

    async def _something(self, patience: float) -> None:
        loop = asyncio.get_running_loop()
        self._arrival = loop.create_future()
        timer = loop.call_later(patience, self.wake)
        try:
            await self._arrival
        finally:
            timer.cancel()


def _died(telling: "asyncio.Task[None]") -> bool:
    """Whether the process ended while it was told. An ordinary failure is logged by the client, and it goes on."""
    if telling.cancelled():
        return True
    raised = telling.exception()
    return raised is not None and not isinstance(raised, Exception)


async def _nothing() -> None:
    """Nobody wants to be told."""
