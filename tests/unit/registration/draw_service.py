"""A draw's handlers over collections in memory, a relay that publishes at once, a process that may be killed."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import bson

from services.registration.adapters.events import published
from services.registration.adapters.roster_form import RosterForm
from services.registration.application import commands as c
from services.registration.application.handlers.draws import DrawHandlers
from services.registration.application.ports import Contact, Ports
from services.registration.domain.composition import Category, Headcount
from services.registration.domain.plan_content import Selection
from services.registration.domain.roster import Roster
from services.registration.domain.sheet import Sheet, sheet_of
from services.registration.domain.turns import TurnRule, Turns
from shared.aggregate import Aggregate
from shared.commands import SYSTEM, Actor, Once
from shared.ids import derived_id
from shared.metrics import Metrics
from shared.storage.aggregates import Aggregates
from shared.storage.document import Entry
from shared.storage.ports import Document, Documents
from tests.support.collection import MemoryDocuments
from tests.support.tally import HandClock
from tests.unit.registration.rosters import OPENS, SEED, roster

POINT = derived_id("point", "a")
NOBODY = Contact("", "")


class Killed(Exception):
    """The process is no more."""


class Fuse:
    """After so many writes nothing is read or written any more."""

    def __init__(self, writes: int | None = None) -> None:
        self.left = writes
        self.written = 0
        self.largest = 0
        """Bytes of the largest document that was written."""

    def burn(self, document: Document) -> None:
        """One more write."""
        self.live()
        self.largest = max(self.largest, len(bson.encode(document)))
        self.written += 1
        if self.left is not None:
            self.left -= 1

    def live(self) -> None:
        """Raises Killed when it is over."""
        if self.left == 0:
            raise Killed


class Mortal:
    """`Documents` that a process reaches as long as it lives."""

    def __init__(self, documents: Documents, fuse: Fuse) -> None:
        self._documents = documents
        self._fuse = fuse

    async def get(self, id_: str) -> Document | None:
        self._fuse.live()
        return await self._documents.get(id_)

    async def insert(self, document: Document) -> None:
        self._fuse.burn(document)
        await self._documents.insert(document)

    async def replace(self, document: Document, *, rev: int) -> bool:
        self._fuse.burn(document)
        return await self._documents.replace(document, rev=rev)

    async def delete(self, id_: str, *, rev: int | None = None) -> bool:
        return await self._documents.delete(id_, rev=rev)

    async def find(self, where: Any, **how: Any) -> list[Document]:
        self._fuse.live()
        return await self._documents.find(where, **how)

    async def index(self, keys: Any, *, unique: bool = False) -> None:
        await self._documents.index(keys, unique=unique)


class Topic:
    """What was published, first occurrences in order: (subject, number of the fact, its kind, its body)."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, int], Entry] = {}

    def publish(self, subject: str, entries: tuple[Entry, ...]) -> None:
        """At least once."""
        for each in entries:
            assert self.entries.setdefault((subject, each.seq), each).body == each.body

    def kinds(self) -> list[str]:
        """In order."""
        return [each.type.split(".")[2] for each in self.entries.values()]


class Relay:
    """Publishes what a store commits, at once."""

    def __init__(self, topic: Topic) -> None:
        self._topic = topic

    def committed(self, store: Aggregates[Any], aggregate: Aggregate, *, pending: int) -> None:
        if pending:
            asyncio.get_running_loop().create_task(self.publish(store, aggregate.id))

    async def publish(self, store: Aggregates[Any], id_: str) -> None:
        """All that waits of one aggregate."""
        entries = await store.unpublished(id_)
        if entries:
            self._topic.publish(f"registration.{store.name}.{id_}", entries)
            store.acknowledge(id_, entries[-1].seq)


class World:
    """What outlives a process."""

    def __init__(self, rosters: Documents | None = None, sheets: Documents | None = None) -> None:
        self.rosters = rosters or MemoryDocuments()
        self.sheets = sheets or MemoryDocuments()
        self.clock = HandClock(OPENS)
        self.topic = Topic()


class Process:
    """One life of the service; `writes`: how many it will live to make."""

    def __init__(self, world: World, writes: int | None = None) -> None:
        self.world, self.fuse = world, Fuse(writes)
        self.rosters = self._store("roster", Roster, world.rosters, RosterForm())
        self.sheets = self._store("sheet", Sheet, world.sheets)
        ports = SimpleNamespace(
            rosters=self.rosters,
            sheets=self.sheets,
            clock=world.clock,
            codes=SimpleNamespace(draw_seed=lambda _: SEED),
            vault=SimpleNamespace(person=lambda contact: contact.phone),
            turns=self._store("turns", Turns, MemoryDocuments()),
            turn_rule=TurnRule(),
        )
        self.draws = DrawHandlers(cast(Ports, ports), self._own)

    async def open(self, quota: dict[Category, int]) -> None:
        """The point, as announced."""

        def make() -> Roster:
            made = roster(cap=sum(quota.values()), selection=Selection.RANDOM_DRAW, quota=quota)
            made.id, made.activity_id = POINT, derived_id("activity", "a")
            made.facts.clear()
            return made.open(20)

        await self.rosters.create(make, POINT)

    async def apply(self, number: int, category: Category, contact: Contact = NOBODY) -> None:
        """Somebody asks for a place."""
        asked = c.Register(actor=Actor("public"), point_id=POINT, category=category, grassroots=False, contact=contact)
        await self.draws.apply(asked, person(number))

    async def weight(self, number: int) -> int:
        """Their lots."""
        sheet: Sheet = await self.sheets.get(sheet_of(POINT, person(number)))
        return sheet.application(person(number)).weight

    async def cancel(self, number: int) -> str:
        """Somebody leaves; where they stand then."""
        asked = c.CancelRegistration(
            actor=Actor("public"), point_id=POINT, registration_id=person(number), claim_code=None
        )
        return (await self.draws.cancel(asked))[0].status

    async def close(self) -> None:
        """As the clerk does."""
        at = self.world.clock.now()
        await self.rosters.change(POINT, lambda each: each.close(at))
        await self.draws.commit(POINT)

    async def hold(self, once: Once | None = None) -> Headcount:
        """As the clerk does."""
        return await self.draws.hold(c.HoldDraw(actor=SYSTEM, once=once, point_id=POINT))

    async def wake(self) -> None:
        """As a process that starts: what waits is published, timers that are due ring."""
        relay = Relay(self.world.topic)
        for store in (self.rosters, self.sheets):
            for id_, _ in await store.with_unpublished():
                await relay.publish(store, id_)
        for id_, timers in await self.rosters.with_timers():
            for timer, due in timers.items():
                if due <= self.world.clock.now():
                    await self.draws.ring(id_, timer)

    async def settle(self) -> None:
        """Nothing is on its way any more."""
        await asyncio.sleep(0)
        await asyncio.gather(self.rosters.settle(), self.sheets.settle(), return_exceptions=True)

    def _store(self, name: str, kind: type[Any], documents: Documents, form: Any = None) -> Aggregates[Any]:
        made = Aggregates(
            name, kind, Mortal(documents, self.fuse), published, self.world.clock, Metrics("registration"), form
        )
        made.listen(Relay(self.world.topic))
        return made

    async def _own(self, _: Actor, point_id: str) -> Roster:
        found: Roster = await self.rosters.get(point_id)
        return found


def person(number: int) -> str:
    """A registration's id."""
    return derived_id("registration", str(number))
