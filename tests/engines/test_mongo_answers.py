"""What the driver documents: refusals, absences, order, and a filter by `_id` that means what it says."""

import random
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import ObjectId
from pymongo import InsertOne, ReplaceOne, ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from tests.engines.guarantees import Document, Documentbase, Documents, fresh_name

DUPLICATE_KEY = 11000


def test_a_duplicate_key_is_told_as_such_and_changes_nothing(database: Documentbase) -> None:
    people = database["people"]
    people.create_index("phone", unique=True)
    people.insert_many([{"_id": "a", "phone": "1"}, {"_id": "b", "phone": "2"}])

    refused: list[DuplicateKeyError] = []
    for attempt in (
        lambda: people.insert_one({"_id": "a", "phone": "3"}),
        lambda: people.insert_one({"_id": "c", "phone": "1"}),
        lambda: people.update_one({"_id": "b"}, {"$set": {"phone": "1"}}),
        lambda: people.replace_one({"_id": "b"}, {"phone": "1"}),
        lambda: people.find_one_and_update({"_id": "b"}, {"$set": {"phone": "1"}}),
        lambda: people.replace_one({"_id": "a", "phone": "9"}, {"phone": "9"}, upsert=True),
    ):
        with pytest.raises(DuplicateKeyError) as refusal:
            attempt()
        refused.append(refusal.value)

    assert [each.code for each in refused] == [DUPLICATE_KEY] * 6
    assert list(people.find(sort=[("_id", 1)])) == [{"_id": "a", "phone": "1"}, {"_id": "b", "phone": "2"}]


def test_an_unordered_batch_keeps_the_good_and_names_the_duplicates(database: Documentbase) -> None:
    contacts = database["contacts"]
    contacts.insert_one({"_id": 2})

    with pytest.raises(BulkWriteError) as refusal:
        contacts.insert_many([{"_id": number} for number in range(5)], ordered=False)

    errors = refusal.value.details["writeErrors"]
    assert [(error["index"], error["code"]) for error in errors] == [(2, DUPLICATE_KEY)]
    assert contacts.count_documents({}) == 5


def test_an_upsert_says_what_it_made(database: Documentbase) -> None:
    units = database["units"]

    answer = units.bulk_write([UpdateOne({"_id": "u"}, {"$set": {"n": 1}}, upsert=True), InsertOne({"_id": "v"})])

    assert (answer.upserted_ids, answer.inserted_count) == ({0: "u"}, 1)
    assert units.replace_one({"_id": "u"}, {"n": 2}, upsert=True).upserted_id is None
    assert list(units.find(sort=[("_id", 1)])) == [{"_id": "u", "n": 2}, {"_id": "v"}]


def test_what_is_not_there_is_answered_not_raised(database: Documentbase) -> None:
    nothing = database["nothing"]
    assert nothing.find_one({"_id": "x"}) is None
    nothing.insert_one({"_id": "y", "rev": 1})

    for absent in ({"_id": "x"}, {"_id": "y", "rev": 2}, {"rev": 2}):
        assert nothing.find_one(absent) is None
        assert nothing.replace_one(absent, {"rev": 9}).matched_count == 0
        assert nothing.update_one(absent, {"$set": {"rev": 9}}).modified_count == 0
        assert nothing.delete_one(absent).deleted_count == 0
        assert nothing.find_one_and_update(absent, {"$set": {"rev": 9}}) is None
        assert nothing.find_one_and_delete(absent) is None
    assert list(nothing.find()) == [{"_id": "y", "rev": 1}]


def test_sort_skip_limit_and_projection(database: Documentbase) -> None:
    opinions = database["opinions"]
    opinions.insert_many([{"_id": f"o{n:02}", "due": n % 3, "text": "…"} for n in range(30)])

    page = opinions.find({"due": {"$lte": 1}}, {"due": 1}).sort([("due", -1), ("_id", 1)]).skip(2).limit(3)
    assert list(page) == [{"_id": f"o{n:02}", "due": 1} for n in (7, 10, 13)]
    every = [each["_id"] for each in opinions.find(sort=[("_id", -1)], batch_size=7)]
    assert every == [f"o{n:02}" for n in reversed(range(30))]


WHEN, OID = datetime(2021, 9, 1, tzinfo=UTC), ObjectId("613000000000000000000000")
IDS = ["a", "ab", "b", 1, 2.5, OID, WHEN]
BY_ID: list[tuple[Document, list[Any]]] = [
    ({"_id": "a", "rev": 1}, ["a"]),
    ({"_id": "a", "rev": 2}, []),
    ({"_id": "nobody", "rev": 1}, []),
    ({"_id": 1, "rev": 1}, [1]),
    ({"_id": 1.0, "rev": 1}, [1]),
    ({"_id": "1", "rev": 1}, []),
    ({"_id": OID, "rev": 1}, [OID]),
    ({"_id": str(OID), "rev": 1}, []),
    ({"_id": WHEN, "rev": {"$gte": 1}}, [WHEN]),
    ({"_id": None, "rev": 1}, []),
    ({"_id": {"$eq": "a"}, "rev": 1}, ["a"]),
    ({"_id": {"$in": ["a", 1, "nobody"]}, "rev": 1}, ["a", 1]),
    ({"_id": {"$gt": "a"}, "rev": 1}, ["ab", "b"]),
    ({"_id": {"$regex": "^a"}, "rev": 1}, ["a", "ab"]),
    ({"_id": re.compile("^a"), "rev": 1}, ["a", "ab"]),
    ({"_id": {"$ne": "a"}, "rev": 1}, IDS[1:]),
    ({"$and": [{"_id": "a"}, {"rev": 1}]}, ["a"]),
    ({"_id": "a", "$or": [{"rev": 5}, {"tags": "x"}]}, ["a"]),
    ({"_id": "a", "$or": [{"rev": 5}, {"tags": "y"}]}, []),
    ({"_id": "a", "$expr": {"$eq": ["$rev", 1]}}, ["a"]),
    ({"_id": "a", "seats": {"$elemMatch": {"who": "p", "state": "held"}}}, ["a"]),
    ({"_id": "a", "seats.who": "q"}, []),
]


@pytest.mark.parametrize(("asked", "expected"), BY_ID, ids=lambda value: str(value)[:60])
def test_an_id_with_a_condition_finds_what_it_says(
    database: Documentbase, asked: Document, expected: list[Any]
) -> None:
    documents = filled(database)

    found = [each["_id"].replace(tzinfo=UTC) if each["_id"] == naive else each["_id"] for each in documents.find(asked)]
    assert sorted(map(str, found)) == sorted(map(str, expected))
    assert documents.count_documents(asked) == len(expected)
    assert documents.update_many(asked, {"$set": {"seen": True}}).modified_count == len(expected)
    assert documents.count_documents({"seen": True}) == len(expected)
    one = documents.find_one_and_update(asked, {"$inc": {"rev": 10}}, return_document=ReturnDocument.AFTER)
    assert (one["rev"] if one else None) == (11 if expected else None)
    assert documents.count_documents({"rev": 11}) == min(1, len(expected))
    assert documents.delete_many({"seen": True}).deleted_count == len(expected)
    assert documents.count_documents({}) == len(IDS) - len(expected)


naive = WHEN.replace(tzinfo=None)


def filled(database: Documentbase) -> Documents:
    """One document for each kind of `_id`."""
    documents = database[fresh_name("ids_")]
    seats = [{"who": "p", "state": "held"}, {"who": "q2", "state": "free"}]
    documents.insert_many([{"_id": each, "rev": 1, "tags": ["x"], "seats": seats} for each in IDS])
    return documents


VALUES = [0, 1, 2.5, -1, 0.0, None, WHEN, datetime(1960, 1, 1, tzinfo=UTC), "text", True, [3], "nothing there"]


def test_an_index_finds_what_a_walk_finds_whatever_was_changed(database: Documentbase) -> None:
    documents, chance = database[fresh_name("waiting_")], random.Random(7)
    documents.insert_many([_waiting(n, chance) for n in range(20)])  # some before there is an index
    documents.create_index("waits")
    for _ in range(300):
        _changed(documents, chance)
    for bound in (0, 1, -5, WHEN, datetime(1970, 1, 1, tzinfo=UTC), None):
        asked: Document = {"waits": {"$gt": bound}}
        walked = {each["_id"] for each in documents.find({**asked, "_id": {"$exists": True}})}
        assert {each["_id"] for each in documents.find(asked)} == walked
        assert documents.count_documents(asked) == len(walked)


def _waiting(number: int, chance: random.Random) -> Document:
    value = chance.choice(VALUES)
    return {"_id": f"d{number}"} | ({} if value == "nothing there" else {"waits": value})


def _changed(documents: Documents, chance: random.Random) -> None:
    """One of them, in one of the ways in which documents are changed."""
    number = chance.randrange(30)
    made, by_id = _waiting(number, chance), {"_id": f"d{number}"}
    match chance.randrange(6):
        case 0:
            documents.delete_one(by_id)
        case 1:
            documents.update_one(by_id, {"$unset": {"waits": ""}})
        case 2:
            documents.update_one(by_id, {"$set": made})
        case 3:
            documents.find_one_and_update(by_id, {"$set": made})
        case 4:
            documents.bulk_write([ReplaceOne(by_id, made), UpdateOne(by_id, {"$inc": {"rev": 1}})])
        case _:
            documents.replace_one(by_id, made, upsert=True)


def test_a_dropped_database_takes_no_neighbour_with_it(database: Documentbase) -> None:
    neighbour = database.client[f"{database.name}_2"]
    try:
        for each in (database, neighbour):
            each["units"].create_index("code", unique=True)
            each["units"].insert_one({"_id": "u", "code": "c"})

        database.client.drop_database(database.name)

        assert database["units"].find_one() is None
        assert neighbour["units"].find_one({"code": "c"}) == {"_id": "u", "code": "c"}
        assert inserted_again(database["units"])
    finally:
        database.client.drop_database(neighbour.name)


def inserted_again(units: Documents) -> bool:
    """Whether a dropped collection is empty, its unique keys too."""
    units.create_index("code", unique=True)
    return units.insert_one({"_id": "u", "code": "c"}).acknowledged and units.count_documents({}) == 1
