"""`shared.storage.ports.Documents`: in memory and in the database, the same answers.

A stored document may carry more than was put (the adapter marks its writes), never less.
"""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from bson.errors import InvalidDocument

from shared.errors import Unavailable
from shared.storage.ports import Document, Documents, DuplicateId
from tests.simulation.builds import replaced_without_the_revision
from tests.support.collection import MemoryDocuments

NOON = datetime(2021, 9, 1, 4, 0, tzinfo=UTC)


async def stands(documents: Documents, document: Document) -> bool:
    """Whether this is what is there."""
    found = await documents.get(document["_id"])
    return found is not None and found.items() >= document.items()


async def ids(documents: Documents, where: dict[str, Any], **how: Any) -> list[str]:
    return [each["_id"] for each in await documents.find(where, **how)]


async def put(documents: Documents, *found: Document) -> None:
    for each in found:
        await documents.insert(each)


async def test_what_was_inserted_is_there_and_nothing_else(documents: Documents) -> None:
    assert await documents.get("a") is None
    await put(documents, {"_id": "a", "rev": 1, "n": 1}, {"_id": "b", "rev": 1})
    assert await stands(documents, {"_id": "a", "rev": 1, "n": 1})
    assert await documents.get("c") is None


async def test_a_second_document_of_one_id_is_refused_and_the_first_stays(documents: Documents) -> None:
    await put(documents, {"_id": "a", "rev": 1, "n": 1})
    with pytest.raises(DuplicateId):
        await documents.insert({"_id": "a", "rev": 1, "n": 2})
    assert await stands(documents, {"_id": "a", "rev": 1, "n": 1})


async def test_of_rivals_that_insert_one_is_taken(documents: Documents) -> None:
    rivals = (documents.insert({"_id": "a", "rev": 1, "n": number}) for number in range(10))
    answers = await asyncio.gather(*rivals, return_exceptions=True)
    winner = answers.index(None)
    assert [type(each) for each in answers].count(DuplicateId) == 9
    assert await stands(documents, {"_id": "a", "n": winner})


async def test_a_replace_needs_the_revision_that_is_there(documents: Documents) -> None:
    await put(documents, {"_id": "a", "rev": 1, "n": 1})
    assert not await documents.replace({"_id": "a", "rev": 9, "n": 2}, rev=8)
    assert await stands(documents, {"_id": "a", "rev": 1, "n": 1})
    assert await documents.replace({"_id": "a", "rev": 2, "m": 3}, rev=1)
    assert await stands(documents, {"_id": "a", "rev": 2, "m": 3})
    assert "n" not in (await documents.get("a") or {}), "it is replaced, not merged"
    assert not await documents.replace({"_id": "b", "rev": 2}, rev=1), "there is none"


async def test_of_rivals_that_replace_one_wins(documents: Documents) -> None:
    await put(documents, {"_id": "a", "rev": 1})
    rivals = (documents.replace({"_id": "a", "rev": 2, "n": number}, rev=1) for number in range(10))
    answers = await asyncio.gather(*rivals)
    assert answers.count(True) == 1
    assert await stands(documents, {"_id": "a", "rev": 2, "n": answers.index(True)})


async def test_a_deleted_document_is_gone_and_may_come_again(documents: Documents) -> None:
    await put(documents, {"_id": "a", "rev": 1})
    assert await documents.delete("a")
    assert not await documents.delete("a")
    assert await documents.get("a") is None
    await put(documents, {"_id": "a", "rev": 1})


async def test_a_document_that_somebody_has_written_since_is_not_deleted(documents: Documents) -> None:
    await put(documents, {"_id": "a", "rev": 1})
    assert await documents.replace({"_id": "a", "rev": 2}, rev=1)
    assert not await documents.delete("a", rev=1)
    assert await stands(documents, {"_id": "a", "rev": 2})
    assert await documents.delete("a", rev=2)
    assert not await documents.delete("a", rev=2)


async def test_what_somebody_does_to_a_document_in_hand_changes_nothing_that_is_stored(documents: Documents) -> None:
    mine: Document = {"_id": "a", "rev": 1, "words": ["one"]}
    await documents.insert(mine)
    mine["words"].append("two")
    first, second = await asyncio.gather(documents.get("a"), documents.get("a"))
    assert first
    assert second
    first["words"].append("three")
    assert second["words"] == ["one"]
    assert await stands(documents, {"_id": "a", "words": ["one"]})


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, ["a", "b", "c", "d"]),
        ({"_id": "b"}, ["b"]),
        ({"kind": "x"}, ["a", "b"]),
        ({"kind": "x", "n": 2}, ["b"]),
        ({"n": {"$gt": 1}}, ["b", "c"]),
        ({"n": {"$gt": 1, "$lt": 3}}, ["b"]),
        ({"n": {"$gte": 2}}, ["b", "c"]),
        ({"n": {"$lte": 1}}, ["a"]),
        ({"_id": {"$in": ["a", "d", "e"]}}, ["a", "d"]),
        ({"at": {"$ne": None}}, ["b", "c"]),
        ({"at": None}, ["a", "d"]),
        ({"at": {"$lte": NOON}}, ["b"]),
        ({"inner.name": "deep"}, ["c"]),
        ({"words": "two"}, ["d"]),
        ({"kind": "nobody"}, []),
    ],
    ids=str,
)
async def test_documents_are_found_by_their_values(documents: Documents, where: Any, expected: list[str]) -> None:
    await put(
        documents,
        {"_id": "a", "kind": "x", "n": 1, "at": None},
        {"_id": "b", "kind": "x", "n": 2, "at": NOON},
        {"_id": "c", "kind": "y", "n": 3, "at": NOON + timedelta(days=1), "inner": {"name": "deep"}},
        {"_id": "d", "kind": "z", "n": "text", "words": ["one", "two"]},
    )
    assert await ids(documents, where, sort=[("_id", 1)]) == expected


async def test_they_come_in_the_order_that_was_asked_for_and_no_more_than_that(documents: Documents) -> None:
    await put(
        documents,
        {"_id": "a", "n": 2, "m": 1},
        {"_id": "b", "n": 1, "m": 1},
        {"_id": "c", "n": 1, "m": 2},
        {"_id": "d"},
    )
    assert await ids(documents, {}, sort=[("n", 1), ("m", -1)]) == ["d", "c", "b", "a"]
    assert await ids(documents, {}, sort=[("n", -1), ("_id", 1)]) == ["a", "b", "c", "d"]
    assert await ids(documents, {}, sort=[("_id", -1)], limit=2) == ["d", "c"]
    assert await ids(documents, {"n": 1}, sort=[("_id", 1)], limit=0) == ["b", "c"]


async def test_only_the_fields_that_were_asked_for_come(documents: Documents) -> None:
    await put(
        documents,
        {"_id": "a", "n": 1, "inner": {"name": "deep", "more": [1]}, "other": "x"},
        {"_id": "b", "n": None, "inner": {"more": [2]}},
        {"_id": "c", "inner": "flat"},
    )
    found = await documents.find({}, sort=[("_id", 1)], fields=("n", "inner.name"))
    assert found == [
        {"_id": "a", "n": 1, "inner": {"name": "deep"}},
        {"_id": "b", "n": None, "inner": {}},
        {"_id": "c"},
    ]
    assert await documents.find({"other": "x"}, fields=("n",), limit=1) == [{"_id": "a", "n": 1}]


async def test_a_unique_key_is_held_by_one_document(documents: Documents) -> None:
    await documents.index([("code", 1)], unique=True)
    await put(documents, {"_id": "a", "rev": 1, "code": "1"}, {"_id": "b", "rev": 1, "code": "2"})
    with pytest.raises(DuplicateId):
        await documents.insert({"_id": "c", "rev": 1, "code": "1"})
    assert await documents.get("c") is None
    assert not await documents.replace({"_id": "b", "rev": 2, "code": "1"}, rev=1)
    assert await stands(documents, {"_id": "b", "rev": 1, "code": "2"})
    assert await documents.replace({"_id": "a", "rev": 2, "code": "1"}, rev=1), "its own key is no other's"


async def test_an_index_that_is_not_unique_refuses_nothing(documents: Documents) -> None:
    await documents.index([("code", 1), ("n", -1)])
    await put(documents, {"_id": "a", "code": "1", "n": 1}, {"_id": "b", "code": "1", "n": 1})
    assert await ids(documents, {"code": "1"}, sort=[("_id", 1)]) == ["a", "b"]


@pytest.mark.parametrize(
    ("value", "comes_back"),
    [
        (b"\x00\xff", b"\x00\xff"),
        (b"", b""),
        (2**62, 2**62),
        (-1, -1),
        (0.1, 0.1),
        (True, True),
        (None, None),
        ("政府开放日", "政府开放日"),
        ((1, 2), [1, 2]),
        ({"a": [{"b": None}]}, {"a": [{"b": None}]}),
        (NOON, NOON),
        (NOON.replace(microsecond=123_000), NOON.replace(microsecond=123_000)),
        (NOON.replace(microsecond=123_999), NOON.replace(microsecond=123_000)),
        (NOON.astimezone(timezone(timedelta(hours=8))), NOON),
        (NOON.replace(tzinfo=None), NOON),
    ],
    ids=repr,
)
async def test_values_come_back(documents: Documents, value: Any, comes_back: Any) -> None:
    await documents.insert({"_id": "a", "rev": 1, "value": value})
    found = await documents.get("a")
    assert found
    assert found["value"] == comes_back
    assert isinstance(found["value"], type(comes_back))
    assert not isinstance(comes_back, datetime) or found["value"].tzinfo is not None


@pytest.mark.parametrize("value", [{1, 2}, 2**64, object()], ids=["set", "too big", "object"])
async def test_what_cannot_be_stored_is_its_own_callers_trouble(documents: Documents, value: Any) -> None:
    good = documents.insert({"_id": "good", "rev": 1})
    bad = documents.insert({"_id": "bad", "rev": 1, "value": value})
    answers = await asyncio.gather(good, bad, return_exceptions=True)
    assert answers[0] is None
    assert isinstance(answers[1], InvalidDocument | OverflowError)
    assert await ids(documents, {}) == ["good"]


async def test_a_database_that_is_away_is_said_to_be(documents_away: Documents) -> None:
    calls = (
        documents_away.get("a"),
        documents_away.insert({"_id": "a", "rev": 1}),
        documents_away.replace({"_id": "a", "rev": 2}, rev=1),
        documents_away.delete("a"),
        documents_away.find({}),
    )
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(each) for each in answers] == [Unavailable] * 5


async def test_control_a_stand_in_that_does_not_compare_revisions_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    replaced_without_the_revision(monkeypatch)
    with pytest.raises(AssertionError):
        await test_of_rivals_that_replace_one_wins(MemoryDocuments())
