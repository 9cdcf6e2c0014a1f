"""Calls that reach the database together are promised what a call of its own would be; guards taken away in turn."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from pymongo.errors import AutoReconnect

from shared.errors import Unavailable
from shared.storage import mongo as fence
from shared.storage.mongo import Database, MongoDocuments
from shared.storage.ports import Document, Documents, DuplicateId


class Overtaken(MongoDocuments):
    """Somebody writes between our write and our look at it."""

    meanwhile: Callable[[], Awaitable[None]]

    async def _told_apart(self, sent: list[fence._Replacement], matched: int) -> list[bool | Exception]:
        await self.meanwhile()
        return await super()._told_apart(sent, matched)


def numbered(number: int, rev: int = 1, **more: object) -> Document:
    return {"_id": f"d{number}", "rev": rev, **more}


async def there(documents: Documents, count: int) -> Documents:
    """So many documents, all at revision 1."""
    await asyncio.gather(*(documents.insert(numbered(each)) for each in range(count)))
    return documents


async def replaced(documents: Documents, *fresh: Document, rev: int = 1) -> list[bool | BaseException]:
    """Several at once: they go together."""
    return await asyncio.gather(*(documents.replace(each, rev=rev) for each in fresh), return_exceptions=True)


async def test_of_those_who_insert_the_same_at_once_one_is_first(documents: Documents) -> None:
    same = [documents.insert(numbered(each // 3)) for each in range(30)]
    answers = await asyncio.gather(*same, return_exceptions=True)
    assert [answers[at : at + 3].count(None) for at in range(0, 30, 3)] == [1] * 10
    assert sum(isinstance(each, DuplicateId) for each in answers) == 20


async def test_readers_that_ask_together_each_get_their_own(documents: Documents) -> None:
    await there(documents, 3)
    found = await asyncio.gather(*(documents.get(f"d{each}") for each in (0, 1, 2, 1, 7)))
    assert [each and each["_id"] for each in found] == ["d0", "d1", "d2", "d1", None]
    assert found[1] is not found[3]


async def of_equal_rivals_one_wins(documents: Documents) -> None:
    """Two replicas may want to write the very same document: two changes, not one."""
    await there(documents, 5)
    rivals = [numbered(each, rev=2, total=1) for each in range(5)] * 2
    answers = await replaced(documents, *rivals)
    assert [bool(answers[at]) + bool(answers[at + 5]) for at in range(5)] == [1] * 5


async def test_of_equal_rivals_one_wins(documents: Documents) -> None:
    await of_equal_rivals_one_wins(documents)


async def test_control_without_the_mark_of_the_write_equal_rivals_both_win(
    documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fence, "new_id", lambda: "the same")
    with pytest.raises(AssertionError):
        await of_equal_rivals_one_wins(documents)


async def test_each_is_told_of_its_own_race(documents: Documents) -> None:
    await there(documents, 6)
    for number in (1, 4):
        assert await documents.replace(numbered(number, rev=2, by="another"), rev=1)
    answers = await replaced(documents, *(numbered(each, rev=2, by="us") for each in (*range(6), 50)))
    assert answers == [True, False, True, True, False, True, False]
    stored = await documents.find({}, sort=[("_id", 1)])
    assert [each.get("by") for each in stored] == ["us", "another", "us", "us", "another", "us"]


async def overtaken(mongo: Database, documents: MongoDocuments, *numbers: int) -> Overtaken:
    """As `documents`; before the look, these are written by somebody else, on top of what is there."""
    watched = Overtaken(documents._collection, mongo.pulse)

    async def meanwhile() -> None:
        for each in numbers:
            now = await documents.get(f"d{each}") or {}
            assert await documents.replace({**now, "rev": now["rev"] + 1}, rev=now["rev"])

    watched.meanwhile = meanwhile
    return watched


async def test_who_wrote_and_was_overtaken_is_told_that_it_wrote(mongo: Database, documents: MongoDocuments) -> None:
    await there(documents, 3)
    assert await documents.replace(numbered(2, rev=2), rev=1)
    watched = await overtaken(mongo, documents, 0)
    assert await replaced(watched, *(numbered(each, rev=2) for each in range(3))) == [True, True, False]


async def test_who_lost_twice_is_told_that_it_lost(mongo: Database, documents: MongoDocuments) -> None:
    await there(documents, 3)
    assert await documents.replace(numbered(2, rev=2), rev=1)
    watched = await overtaken(mongo, documents, 2)
    assert await replaced(watched, *(numbered(each, rev=2) for each in range(3))) == [True, True, False]


async def test_when_nobody_can_know_nobody_is_told_a_guess(mongo: Database, documents: MongoDocuments) -> None:
    await there(documents, 4)
    assert await documents.replace(numbered(2, rev=2), rev=1)
    watched = await overtaken(mongo, documents, 0, 2)
    answers = await replaced(watched, *(numbered(each, rev=2) for each in range(4)))
    assert [answers[1], answers[3]] == [True, True]
    assert [isinstance(answers[each], Unavailable) for each in (0, 2)] == [True, True]


async def test_one_document_that_cannot_be_stored_is_its_writers_trouble(documents: Documents) -> None:
    answers = await asyncio.gather(
        documents.insert(numbered(0)),
        documents.insert(numbered(1, what=object())),
        documents.insert(numbered(2)),
        return_exceptions=True,
    )
    assert [answers[0], answers[2]] == [None, None]
    assert isinstance(answers[1], Exception)


async def test_a_database_that_goes_away_is_said_to_everybody(
    documents: MongoDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object, **__: object) -> None:
        raise AutoReconnect("connection closed")

    await there(documents, 3)
    with monkeypatch.context() as patched:
        patched.setattr(documents, "_collection", type("Gone", (), {"bulk_write": gone})())
        answers = await replaced(documents, *(numbered(each, rev=2) for each in range(3)))
    assert [isinstance(each, Unavailable) for each in answers] == [True] * 3
    assert await replaced(documents, *(numbered(each, rev=2) for each in range(3))) == [True] * 3
