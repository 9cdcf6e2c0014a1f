"""A service that starts on an empty database declares indexes, reads and writes at once; each finds what it needs."""

from functools import partial

from tests.engines.guarantees import Documentbase, Documents, at_once
from tests.engines.test_mongo_rivals import inserted

ROUNDS = 40
COLLECTIONS = 4


def test_collections_may_be_made_while_others_read_and_write(database: Documentbase) -> None:
    for number in range(ROUNDS):
        names = [f"collection-{number}-{each}" for each in range(COLLECTIONS)]
        won = at_once(partial(use, database[name]) for name in names for use in (_declare, _read, _insert, _insert))
        assert [won[place : place + 4].count(True) for place in range(0, len(won), 4)] == [1] * COLLECTIONS
        assert all(database[name].count_documents({}) == 1 for name in names)


def _declare(collection: Documents) -> bool:
    collection.create_index([("pending", 1)])
    collection.create_index([("phone", 1)], unique=True)
    return False


def _read(collection: Documents) -> bool:
    list(collection.find({"pending": {"$gt": 0}}))
    return False


def _insert(collection: Documents) -> bool:
    return inserted(collection, {"_id": "first", "phone": "1"})
