"""One document is changed by one rival at a time, and a key belongs to one document."""

from contextlib import suppress
from functools import partial

from pymongo import ReturnDocument
from pymongo.errors import CollectionInvalid, DuplicateKeyError, OperationFailure

from tests.engines.guarantees import Document, Documentbase, Documents, at_once

RIVALS = 16
ROUNDS = 20


def test_compare_and_set_has_exactly_one_winner(database: Documentbase) -> None:
    rosters = database["rosters"]
    rosters.insert_one({"_id": "roster", "rev": 0, "by": None})

    def replace(rev: int, rival: int) -> int:
        change = {"rev": rev + 1, "by": rival}
        return rosters.replace_one({"_id": "roster", "rev": rev}, change).modified_count

    for rev in range(ROUNDS):
        won = at_once(partial(replace, rev, rival) for rival in range(RIVALS))
        assert sum(won) == 1
        assert rosters.find_one() == {"_id": "roster", "rev": rev + 1, "by": won.index(1)}


def test_a_conditional_update_admits_as_many_as_its_condition(database: Documentbase) -> None:
    rosters = database["rosters"]
    rosters.insert_one({"_id": "roster", "taken": 0, "seats": []})

    def seat(person: int) -> Document | None:
        change = {"$inc": {"taken": 1}, "$push": {"seats": person}}
        room = {"_id": "roster", "taken": {"$lt": 20}}
        return rosters.find_one_and_update(room, change, return_document=ReturnDocument.AFTER)

    answers = at_once(partial(seat, person) for person in range(60))

    seated = [person for person, answer in enumerate(answers) if answer is not None]
    assert len(seated) == 20
    roster = rosters.find_one({"_id": "roster"})
    assert roster is not None
    assert sorted(roster["seats"]) == seated
    assert sorted(answer["taken"] for answer in answers if answer) == list(range(1, 21))


def test_concurrent_increments_all_count(database: Documentbase) -> None:
    counters = database["counters"]

    def count() -> None:
        for _ in range(10):
            counters.update_one({"_id": "count"}, {"$inc": {"n": 1}})

    counters.insert_one({"_id": "count", "n": 0})
    at_once([count] * RIVALS)

    assert counters.find_one({"_id": "count"}) == {"_id": "count", "n": 10 * RIVALS}


def test_an_id_is_inserted_once(database: Documentbase) -> None:
    people = database["people"]
    for number in range(ROUNDS):
        won = at_once(partial(inserted, people, {"_id": f"p{number}", "by": rival}) for rival in range(RIVALS))
        assert won.count(True) == 1
        assert people.find_one({"_id": f"p{number}"}) == {"_id": f"p{number}", "by": won.index(True)}


def test_a_unique_key_is_inserted_once(database: Documentbase) -> None:
    people = database["people"]
    people.create_index("phone", unique=True)
    people.create_index([("activity", 1), ("person", 1)], unique=True)
    for number in range(ROUNDS):
        rivals = [
            {"_id": f"{number}-{rival}", "phone": f"{number}", "activity": number, "person": rival}
            if rival % 2
            else {"_id": f"{number}-{rival}", "phone": f"{number}", "activity": number, "person": "same"}
            for rival in range(RIVALS)
        ]
        won = at_once(partial(inserted, people, rival) for rival in rivals)
        assert won.count(True) == 1
        assert people.find_one({"phone": f"{number}"}) == rivals[won.index(True)]
    assert people.count_documents({}) == ROUNDS


def test_a_key_that_was_given_up_is_free_again(database: Documentbase) -> None:
    people = database["people"]
    people.create_index("phone", unique=True)
    assert inserted(people, {"_id": "a", "phone": "1"})
    assert not inserted(people, {"_id": "b", "phone": "1"})

    people.update_one({"_id": "a"}, {"$set": {"phone": "2"}})
    assert inserted(people, {"_id": "b", "phone": "1"})
    people.delete_one({"_id": "a"})
    assert inserted(people, {"_id": "c", "phone": "2"})
    assert inserted(people, {"_id": "a", "phone": "3"})


def test_unique_keys_hold_while_collections_and_indexes_are_made(database: Documentbase) -> None:
    def create(name: str) -> bool:
        with suppress(CollectionInvalid, OperationFailure):  # another one was first
            database.create_collection(name)
        return False

    def index(name: str) -> bool:
        database[name].create_index("phone", unique=True)
        return False

    for number in range(ROUNDS):
        name = f"people-{number}"
        insert = partial(inserted, database[name], {"_id": "same", "phone": "1"})
        won = at_once([partial(create, name), partial(index, name), partial(create, name), *[insert] * RIVALS])
        assert won.count(True) == 1
        assert database[name].find_one({"phone": "1"}) == {"_id": "same", "phone": "1"}
        assert not inserted(database[name], {"_id": "another", "phone": "1"})


def inserted(collection: Documents, document: Document) -> bool:
    """Whether it went in, rather than being refused as a duplicate."""
    try:
        collection.insert_one(document)
    except DuplicateKeyError:
        return False
    return True
