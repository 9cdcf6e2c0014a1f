"""The store that services use: aggregates by id, changed by pure functions, each in its own lane.

await rosters.change(point_id, lambda roster: roster.register(...), once=command.once, answer=Admission)
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Generic, Protocol, TypeVar, cast

from pydantic import TypeAdapter

from shared.aggregate import A, Aggregate, fork
from shared.commands import Once
from shared.errors import not_found
from shared.logging import traceparent
from shared.metrics import Metrics
from shared.repository import Versioned
from shared.storage.document import TIMERS, Codec, Entry, Form, Publish, Stamp
from shared.storage.lane import Lane, Missing, Request
from shared.storage.ports import Documents
from shared.time import Clock

R = TypeVar("R")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
LANES = 2000  # kept in hand; beyond it the longest unused is forgotten


class Listener(Protocol):
    """Who wants to know of commits: the relay and the timers."""

    def committed(self, store: "Aggregates[Any]", aggregate: Aggregate, *, pending: int) -> None:
        """State is durable; `pending` facts wait to be published."""


class Aggregates(Generic[A]):
    """All aggregates of one kind."""

    def __init__(
        self,
        name: str,
        kind: type[A],
        documents: Documents,
        publish: Publish,
        clock: Clock,
        metrics: Metrics,
        form: Form[A] | None = None,
        *,
        lanes: int = LANES,
    ) -> None:
        self.name = name
        self._kept = lanes
        self._documents = documents
        self._codec = Codec(kind, publish, form)
        self._clock = clock
        self._metrics = metrics
        self._lanes: OrderedDict[str, Lane[A]] = OrderedDict()
        self._listeners: list[Listener] = []

    # reading

    async def get(self, id_: str) -> A:
        """As last written. Raises NotFound."""
        return (await self.versioned(id_)).aggregate

    async def versioned(self, id_: str) -> Versioned[A]:
        """As last written, with its version. Raises NotFound."""
        document = await self._documents.get(id_)
        if document is None:
            raise not_found(self.name)
        return Versioned(self._codec.aggregate(document), document["version"])

    async def recent(self, id_: str) -> A:
        """As this process last saw it, perhaps overtaken by another replica; a copy. Raises NotFound."""
        lane = self._lanes.get(id_)
        held = lane.held if lane else None
        if held is None:
            document = await self._documents.get(id_)
            if document is None:
                raise not_found(self.name)
            held = self._codec.held(document)
            self._lane(id_).remember(held)
        return fork(held.aggregate)

    async def find(self, where: Mapping[str, Any] | None = None, *, limit: int = 0) -> list[A]:
        """All whose state has these values, by id. A scan on the embedded engine: for lists, never on a hot path."""
        prefixed = {f"state.{key}": value for key, value in (where or {}).items()}
        documents = await self._documents.find(prefixed, sort=[("_id", 1)], limit=limit)
        return [self._codec.aggregate(each) for each in documents]

    # writing

    async def create(self, make: Callable[[], A], id_: str, *, once: Once | None = None) -> A:
        """Insert. A repeat with the same key answers as the first; otherwise 409 `already_exists`."""
        await self._submit(id_, lambda _: None, once=once, create=make, must_be_new=True)
        return await self.get(id_)

    async def change(
        self,
        id_: str,
        change: Callable[[A], R],
        *,
        once: Once | None = None,
        answer: type[R] | None = None,
        version: int | None = None,
    ) -> R:
        """Apply `change`: durable and applied once when this returns. It may run several times, so it must be pure.

        `answer` is the type of what it returns, needed to repeat the answer to a repeated key. `version`: If-Match.
        Raises NotFound, what `change` raises, PreconditionFailed, Invalid (key reused), Unavailable.
        """
        result: R = await self._submit(id_, change, once=once, answer=answer, version=version)
        return result

    async def change_or_create(
        self,
        id_: str,
        make: Callable[[], A],
        change: Callable[[A], R],
        *,
        once: Once | None = None,
        answer: type[R] | None = None,
        likely_new: bool = False,
    ) -> R:
        """Apply `change` to what is there, or to what `make` makes; `once` and `answer` as for `change`.

        `likely_new` saves the look where there is nothing yet, and costs a write that is refused where there is.
        """
        result: R = await self._submit(id_, change, once=once, answer=answer, create=make, likely_new=likely_new)
        return result

    async def ring(self, id_: str, timer: str) -> None:
        """Let a timer that is due change its aggregate: exactly once, because taking it off is part of the change."""
        now = self._clock.now()

        def rung(aggregate: A) -> None:
            due = aggregate.timers.get(timer)
            if due is not None and due <= now:
                del aggregate.timers[timer]
                aggregate.ring(timer, due)
                self._metrics.count("timers_rung_total", store=self.name)

        await self.change(id_, rung)

    async def delete(self, id_: str) -> None:
        """Forget an aggregate; for retention."""
        await self._documents.delete(id_)
        self._lanes.pop(id_, None)

    # the relay's side

    async def unpublished(self, id_: str) -> tuple[Entry, ...]:
        """Facts that are stored and not known to be published, in order.

        Raises ValueError, LookupError or TypeError when the document is not one of ours.
        """
        lane = self._lanes.get(id_)
        held = lane.held if lane else None
        if held is None:
            document = await self._documents.get(id_)
            held = self._codec.held(document) if document else None
        lane = self._lanes.get(id_)
        return held.without_published(lane.published if lane else 0).outbox if held else ()

    async def told(self, id_: str) -> bool:
        """Whether all its facts are known to be published; as the database has it, or as this process knows better."""
        document = await self._documents.get(id_)
        lane = self._lanes.get(id_)
        return not document or not document["pending"] or (lane is not None and lane.published >= document["seq"])

    def acknowledge(self, id_: str, seq: int) -> None:
        """The broker has everything up to `seq`."""
        self._lane(id_).acknowledge(seq)

    async def with_unpublished(self) -> list[tuple[str, int]]:
        """Ids of all that have facts to publish, and how many; for start-up and rare sweeps."""
        found = await self._documents.find({"pending": {"$gt": 0}}, fields=("pending",))
        return [(each["_id"], each["pending"]) for each in found]

    async def with_timers(self) -> list[tuple[str, dict[str, datetime]]]:
        """Ids and timers of all that have any; for start-up and rare sweeps."""
        found = await self._documents.find({"timer_at": {"$gt": LONG_AGO}}, fields=(TIMERS,))
        return [(each["_id"], self._codec.timers(each)) for each in found]

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of every commit."""
        self._listeners.append(listener)

    async def prepare(self) -> None:
        """Declare indexes for the two sweeps. Both ask for `$gt`: what the embedded engine's index answers."""
        await self._documents.index([("pending", 1)])
        await self._documents.index([("timer_at", 1)])

    async def settle(self) -> None:
        """Write the marks that still wait; for shutdown."""
        await asyncio.gather(*(lane.settle() for lane in list(self._lanes.values())))

    # a lane's ears

    def committed(self, aggregate: Aggregate, *, pending: int) -> None:
        for each in self._listeners:
            each.committed(self, aggregate, pending=pending)

    def lost_race(self) -> None:
        self._metrics.count("lost_races_total", store=self.name)

    async def _submit(
        self,
        id_: str,
        change: Callable[[A], Any],
        *,
        once: Once | None = None,
        answer: type[Any] | None = None,
        version: int | None = None,
        create: Callable[[], A] | None = None,
        must_be_new: bool = False,
        likely_new: bool = False,
    ) -> Any:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._lane(id_).submit(
            Request(
                change=change,
                answer=future,
                stamp=Stamp(self._clock.now(), traceparent.get()),
                once=once,
                codec=_adapter(cast(Any, answer)) if answer else None,
                version=version,
                create=create,
                must_be_new=must_be_new,
                likely_new=likely_new,
            )
        )
        try:
            return await future
        except Missing:
            raise not_found(self.name) from None

    def _lane(self, id_: str) -> Lane[A]:
        lane = self._lanes.get(id_)
        if lane is None:
            lane = self._lanes[id_] = Lane(id_, self._documents, self._codec, self)
            self._forget_some()
        self._lanes.move_to_end(id_)
        return lane

    def _forget_some(self) -> None:
        while len(self._lanes) > self._kept:
            oldest = next(iter(self._lanes))
            if not self._lanes[oldest].idle:
                return
            del self._lanes[oldest]


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
