"""Who is on a list registers as everybody does; killed after any write, the repeat ends it, nobody twice."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.registration.adapters.events import published
from services.registration.adapters.vault import MongoVault
from services.registration.application import commands as c
from services.registration.application.handlers import uploads
from services.registration.application.handlers.rosters import RosterHandlers
from services.registration.application.handlers.uploads import UploadHandlers
from services.registration.application.ports import Contact, Ports
from services.registration.application.sheets import Sheets
from services.registration.application.uploads import Imported, Row
from services.registration.domain import roster as domain
from services.registration.domain.admission import Admission
from services.registration.domain.plan_content import Selection
from services.registration.domain.roster import Roster
from services.registration.domain.sheet import Sheet
from services.registration.domain.turns import TurnRule, Turns
from shared.commands import PUBLIC, Actor, Once
from shared.errors import Forbidden, Invalid, Problem
from shared.metrics import Metrics
from shared.security.vault import Keys
from shared.storage.aggregates import Aggregates
from shared.storage.ports import Document
from tests.support.collection import MemoryDocuments
from tests.support.tally import HandClock
from tests.unit.registration.draw_service import Fuse, Killed, Mortal
from tests.unit.registration.rosters import CLOSES, OPENS, RESIDENT, roster

KEYS = Keys("k", {"k": b"k" * 32}, b"b" * 32, b"c" * 32)
CLERK = Actor("clerk", roles=frozenset({"unit_clerk"}), units=frozenset({"unit"}))
ONCE = Once("key", "digest")
PEOPLE = 7


class Lagging(Mortal):
    """The earlier something is inserted, the longer that takes."""

    lag = 60

    async def insert(self, document: Document) -> None:
        self.lag -= 8
        for _ in range(self.lag):
            await asyncio.sleep(0)
        await super().insert(document)


class Service:
    """One life of the service at a point for four; `writes`: how many it will live to make."""

    def __init__(self, stored: dict[str, MemoryDocuments], writes: int | None = None) -> None:
        self.stored, self.fuse, self.clock = stored, Fuse(writes), HandClock(OPENS)
        self.rosters = self._store("roster", Roster)
        self.sheets = self._store("sheet", Sheet)
        self.vault = MongoVault(Lagging(stored.setdefault("vault", MemoryDocuments()), self.fuse), KEYS)
        self.activity = SimpleNamespace(id_number_reason=None, leads=["unit"])
        ports = SimpleNamespace(
            rosters=self.rosters,
            sheets=self.sheets,
            turns=self._store("turns", Turns),
            turn_rule=TurnRule(),
            vault=self.vault,
            activities=SimpleNamespace(recent=self._activity, get=self._activity),
            clock=self.clock,
            metrics=Metrics("registration"),
        )
        self.handlers = RosterHandlers(cast(Ports, ports))
        self._uploads = UploadHandlers(cast(Ports, ports), self.handlers.own, self.handlers.register)

    async def open(self, selection: Selection = Selection.FIRST_COME) -> "Service":
        """The point, as announced."""
        quota = {RESIDENT: 4} if selection == Selection.RANDOM_DRAW else None
        await self.rosters.create(lambda: roster(4, selection, quota), "point")
        return self

    async def upload(self, *rows: Row, once: Once | None = ONCE, actor: Actor = CLERK) -> list[Imported]:
        """By the unit's clerk."""
        return await self._uploads.upload(c.UploadList(actor=actor, once=once, point_id="point", rows=rows))

    async def register(self, number: int) -> Admission:
        """Somebody by themselves, by staff at the telephone."""
        mine = person(number)
        asked = c.Register(actor=CLERK, point_id="point", category=RESIDENT, grassroots=False, contact=mine.contact)
        return await self.handlers.register(asked)

    async def everybody(self) -> dict[str, str]:
        """Names of those on the list, in its order, with where they stand."""
        whole = await Sheets(self.sheets).whole(await self.rosters.get("point"))
        names = await self.vault.contacts("point")
        placed = sorted(whole.registrations.values(), key=lambda each: each.ticket)
        return {names[each.id].name: each.status for each in placed}

    async def _activity(self, _: str) -> Any:
        return self.activity

    def _documents(self, name: str) -> Any:
        return Mortal(self.stored.setdefault(name, MemoryDocuments()), self.fuse)

    def _store(self, name: str, kind: type[Any]) -> Aggregates[Any]:
        return Aggregates(name, kind, self._documents(name), published, self.clock, Metrics("registration"))


def person(number: int, category: Any = RESIDENT) -> Row:
    return Row(number, Contact(f"代表{number}", f"130{number:08d}"), category, grassroots=False)


ROWS = [person(number) for number in range(2, 2 + PEOPLE)]


def became(done: list[Imported]) -> list[str]:
    """In words: a status with a position, or the code of a refusal."""
    return [
        each.became.code
        if isinstance(each.became, Problem)
        else f"{each.became.status} {each.became.position or ''}".strip()
        for each in done
    ]


@pytest.fixture
async def service() -> Service:
    return await Service({}).open()


async def test_the_order_of_the_list_is_the_order_of_the_queue(service: Service) -> None:
    told = became(await service.upload(*ROWS))
    assert told == ["confirmed"] * 4 + [f"waitlisted {place}" for place in (1, 2, 3)]
    assert list(await service.everybody()) == [each.contact.name for each in ROWS]


async def test_a_row_is_refused_alone_for_what_anybody_would_be_refused_for(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await service.register(3)
    monkeypatch.setattr(domain, "WAITING_CAP", 1)
    told = became(await service.upload(*ROWS))
    assert (
        told
        == ["confirmed", "already_registered", "confirmed", "confirmed", "waitlisted 1"] + ["waiting_list_full"] * 2
    )
    assert len(await service.everybody()) == 5
    assert len(await service.vault.contacts("point")) == 5  # who was refused leaves no contact behind


async def test_after_the_close_who_is_registered_is_told_so_again_and_the_others_are_refused(service: Service) -> None:
    await service.upload(*ROWS[:2])
    service.clock.move((CLOSES - OPENS).total_seconds())
    assert became(await service.upload(*ROWS[:4])) == ["confirmed"] * 2 + ["registration_closed"] * 2


async def test_killed_after_any_write_the_repeat_ends_it_and_nobody_stands_there_twice() -> None:
    whole = await Service({}).open()
    want, made = became(await whole.upload(*ROWS)), whole.fuse.written
    ids = [each.became.registration_id for each in await whole.upload(*ROWS) if isinstance(each.became, Admission)]
    assert whole.fuse.written == made  # a repeat writes nothing
    for writes in range(1, made):
        stored: dict[str, MemoryDocuments] = {}
        with pytest.raises(Killed):
            await (await Service(stored, writes).open()).upload(*ROWS)
        again = Service(stored)
        done = await again.upload(*ROWS)
        assert became(done) == want, writes
        assert [each.became.registration_id for each in done if isinstance(each.became, Admission)] == ids
        assert len(await again.everybody()) == PEOPLE


async def test_at_a_draw_all_apply_and_a_repeat_after_a_kill_enters_nobody_twice() -> None:
    stored: dict[str, MemoryDocuments] = {}
    with pytest.raises(Killed):
        await (await Service(stored, 9).open(Selection.RANDOM_DRAW)).upload(*ROWS)
    again = Service(stored)
    assert became(await again.upload(*ROWS)) == ["applied"] * PEOPLE
    assert Counter((await again.everybody()).values()) == {"applied": PEOPLE}


async def test_a_second_click_while_the_first_is_under_way_gets_the_same_answer(service: Service) -> None:
    first, second = await asyncio.gather(service.upload(*ROWS), service.upload(*ROWS))
    assert first == second
    assert len(await service.everybody()) == PEOPLE


async def test_the_same_list_under_another_key_or_mended_registers_nobody_twice(service: Service) -> None:
    await service.upload(*ROWS[:3])
    for once in (Once("another", "digest"), Once("key", "mended")):
        assert became(await service.upload(*ROWS[:3], once=once)) == ["already_registered"] * 3
    assert len(await service.everybody()) == 3


async def test_one_bad_row_and_nothing_is_imported(service: Service) -> None:
    before, again = service.fuse.written, replace(ROWS[0], number=9)
    with pytest.raises(Invalid) as refusal:
        await service.upload(*ROWS, again)
    said = [(each["row"], each["code"]) for each in cast(Any, refusal.value.facts["rows"])]
    assert (said, service.fuse.written) == ([(9, "phone_repeated")], before)


async def test_a_list_needs_a_key_and_somebody_of_the_unit(service: Service) -> None:
    with pytest.raises(Invalid) as refusal:
        await service.upload(*ROWS, once=None)
    assert refusal.value.code == "idempotency_key_missing"
    for stranger in (Actor("other", roles=frozenset({"unit_clerk"}), units=frozenset({"another"})), PUBLIC):
        with pytest.raises(Forbidden):
            await service.upload(*ROWS, actor=stranger)
    assert await service.everybody() == {}


@pytest.mark.parametrize(
    ("guard", "broken", "promise"),
    [
        ("must_be_right", lambda *_, **__: None, test_one_bad_row_and_nothing_is_imported),
        ("derived_id", lambda *_: "one", test_the_order_of_the_list_is_the_order_of_the_queue),
        ("_abreast", lambda _: PEOPLE, test_the_order_of_the_list_is_the_order_of_the_queue),
    ],
    ids=["the check", "an id for each row", "one after another"],
)
async def test_without_a_guard_a_promise_breaks(
    monkeypatch: pytest.MonkeyPatch, service: Service, guard: str, broken: Any, promise: Callable[[Service], Any]
) -> None:
    """The controls."""
    monkeypatch.setattr(uploads, guard, broken)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        await promise(service)


async def test_with_ids_that_change_a_repeat_would_not_know_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the ids: by them a repeat finds what it did."""
    ids = iter(range(100))
    monkeypatch.setattr(uploads, "derived_id", lambda *_: f"id {next(ids)}")
    with pytest.raises(AssertionError):
        await test_killed_after_any_write_the_repeat_ends_it_and_nobody_stands_there_twice()
