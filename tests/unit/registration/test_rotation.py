"""The vault goes under another key while people register: everything opens afterwards, nothing of theirs is lost."""

import asyncio
from typing import Any

import pytest

from services.registration.adapters.rotation import STEP, Pass, Rotation
from services.registration.adapters.vault import MongoVault
from services.registration.application.ports import Contact
from shared.security.vault import FieldCipher, Keys, Tampered, sealed_with
from shared.storage.ports import Document
from tests.support.collection import MemoryDocuments

BEFORE = Keys("old", {"old": b"o" * 32}, b"b" * 32, b"c" * 32)
BETWEEN = Keys("new", {"old": b"o" * 32, "new": b"n" * 32}, b"b" * 32, b"c" * 32)
AFTER = Keys("new", {"new": b"n" * 32}, b"b" * 32, b"c" * 32)
PEOPLE = 2 * STEP + 7


def contact(number: int) -> Contact:
    return Contact(f"代表{number}", f"139{number:08d}", "11010519491231002X" if number % 2 else None)


async def filled(documents: MemoryDocuments, people: int = PEOPLE) -> MongoVault:
    """A vault under the old key."""
    vault = MongoVault(documents, BEFORE)
    for number in range(people):
        async with vault.claim("a1", "p1", f"r{number}", contact(number)):
            pass
    return vault


async def resealed(documents: MemoryDocuments) -> list[Pass]:
    return [each async for each in Rotation(documents, BETWEEN).reseal()]


async def everybody(documents: MemoryDocuments, keys: Keys) -> dict[str, Contact]:
    return await MongoVault(documents, keys).contacts("p1", ("name", "phone", "id_number"))


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.registration.adapters.rotation.PAUSE", 0)


async def test_afterwards_the_new_key_alone_opens_everything_and_the_old_one_is_needed_by_nothing() -> None:
    documents = MemoryDocuments()
    await filled(documents)
    before = {each["_id"]: each for each in documents.all()}
    passes = await resealed(documents)
    assert [(each.seen, each.resealed) for each in passes] == [(PEOPLE, PEOPLE), (PEOPLE, 0)]
    assert await everybody(documents, AFTER) == {f"r{number}": contact(number) for number in range(PEOPLE)}
    assert set(await Rotation(documents, BETWEEN).needed()) == {"new"}
    for each in documents.all():
        plain = [name for name, value in each.items() if not sealed_with(value) and name != "rev"]
        assert {name: each[name] for name in plain} == {name: before[each["_id"]][name] for name in plain}
        assert each["rev"] == before[each["_id"]]["rev"] + 1


async def test_a_run_that_was_killed_is_begun_again_and_finds_what_is_left() -> None:
    documents = Killing(after=STEP + 3)
    await filled(documents)
    documents.armed = True
    with pytest.raises(asyncio.CancelledError):
        await resealed(documents)
    needed = await Rotation(documents, BETWEEN).needed()
    assert min(needed["new"], needed["old"]) > 0
    assert await everybody(documents, BETWEEN) == {f"r{number}": contact(number) for number in range(PEOPLE)}
    documents.armed = False
    assert (await resealed(documents))[0].resealed == PEOPLE - STEP - 3
    assert set(await Rotation(documents, BETWEEN).needed()) == {"new"}


async def test_a_person_who_registers_again_in_between_is_not_overwritten() -> None:
    documents = Racing()
    vault = await filled(documents, people=3)
    documents.rival = lambda: vault.take_over("a1", "p1", "r9", contact(1))
    passes = await resealed(documents)
    assert [each.lost for each in passes] == [1, 0, 0]
    assert set(await everybody(documents, AFTER)) == {"r0", "r2", "r9"}


async def test_without_the_comparison_of_revisions_the_person_would_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    async def blind(self: MemoryDocuments, document: Document, *, rev: int) -> bool:
        await MemoryDocuments.delete(self, document["_id"])
        await MemoryDocuments.insert(self, document)
        return True

    monkeypatch.setattr(MemoryDocuments, "replace", blind)
    with pytest.raises(AssertionError):
        await test_a_person_who_registers_again_in_between_is_not_overwritten()


async def test_two_runs_at_once_do_no_harm() -> None:
    documents = MemoryDocuments()
    await filled(documents, people=30)
    await asyncio.gather(resealed(documents), resealed(documents))
    assert set(await Rotation(documents, BETWEEN).needed()) == {"new"}
    assert len(await everybody(documents, AFTER)) == 30


async def test_what_cannot_be_opened_is_named_by_its_registration_and_left_as_it_is() -> None:
    documents = MemoryDocuments()
    await filled(documents, people=3)
    damaged = next(each for each in documents.all() if each["registration_id"] == "r1")
    await documents.replace(damaged | {"name": FieldCipher(BEFORE).seal("某", "elsewhere")}, rev=1)
    passes = await resealed(documents)
    assert {each.damaged for each in passes} == {("r1",)}
    assert (await Rotation(documents, BETWEEN).needed())["old"] == 3


async def test_only_what_is_asked_for_is_read_and_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = MemoryDocuments()
    vault = await filled(documents, people=4)
    opened: list[str] = []
    honest = FieldCipher.open

    def watched(self: FieldCipher, stored: str, place: str) -> str:
        opened.append(place.rpartition("|")[2])
        return honest(self, stored, place)

    monkeypatch.setattr(FieldCipher, "open", watched)
    assert (await vault.contacts("p1"))["r1"] == Contact("代表1", "13900000001")
    assert set(opened) == {"name", "phone"}
    opened.clear()
    assert (await vault.contacts("p1", ("name",)))["r1"] == Contact("代表1", "")
    assert opened == ["name"] * 4
    assert (await vault.contacts("p1", ("id_number",)))["r1"].id_number == "11010519491231002X"


async def test_a_large_point_lets_others_have_their_turn_while_it_is_opened() -> None:
    documents = MemoryDocuments()
    vault = await filled(documents, people=450)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    await vault.contacts("p1")
    beside.cancel()
    assert turns >= 2


def test_a_value_moved_to_another_person_does_not_come_through_a_rotation() -> None:
    sealed = FieldCipher(BEFORE).seal("某", "vault|a|name")
    with pytest.raises(Tampered):
        FieldCipher(BETWEEN).open(sealed, "vault|b|name")


class Killing(MemoryDocuments):
    """Ends the run after so many replaces, as a kill would: between two documents."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.armed = False
        self._left = after

    async def replace(self, document: Document, *, rev: int) -> bool:
        if self.armed and not self._left:
            raise asyncio.CancelledError
        self._left -= self.armed
        return await super().replace(document, rev=rev)


class Racing(MemoryDocuments):
    """Lets a rival write before the first replace of what the rotation has read."""

    rival: Any = None

    async def replace(self, document: Document, *, rev: int) -> bool:
        if self.rival and document["registration_id"] == "r1":
            rival, self.rival = self.rival, None
            await rival()
        return await super().replace(document, rev=rev)
