"""The guards of the embedded Mongo engine, each tried, and each seen to matter by taking it away."""

import pytest

from deploy.engines.mongo import Control
from tests.engines.conftest import NewMongo
from tests.engines.guarantees import Broken, Documentbase, client_of
from tests.engines.mongo_cost import cost_does_not_grow
from tests.engines.mongo_durability import survives_kills
from tests.engines.mongo_whole import readers_see_whole_documents


def test_what_was_told_survives_kill_9(new_mongo: NewMongo) -> None:
    told = survives_kills(new_mongo(), rounds=8)

    assert told.answers > 8 * 100
    assert len(told.present) > 100


def test_control_without_commit_before_reply_the_kill_loses_answers(new_mongo: NewMongo) -> None:
    with pytest.raises(Broken, match=r"lost|told at revision"):
        survives_kills(new_mongo(Control.LATE_COMMIT), rounds=5)


def test_cost_by_id_and_condition_does_not_grow(database: Documentbase) -> None:
    cost_does_not_grow(database)


def test_what_waits_is_found_after_a_kill(new_mongo: NewMongo) -> None:
    engine = new_mongo()
    for killed in (False, True):
        if killed:
            engine.kill()
            engine.restart()
        with client_of(engine.engine.address) as client:
            documents = client["waits"]["some"]
            if not killed:
                documents.create_index("waits")
                documents.insert_many([{"_id": f"d{n}", "waits": n % 2} for n in range(6)])
                documents.update_one({"_id": "d1"}, {"$set": {"waits": 0}})
            assert [each["_id"] for each in documents.find({"waits": {"$gt": 0}}, sort=[("_id", 1)])] == ["d3", "d5"]


def test_control_with_scans_the_cost_grows(new_mongo: NewMongo) -> None:
    with client_of(new_mongo(Control.SCAN).engine.address) as client, pytest.raises(Broken, match="times the cost"):
        cost_does_not_grow(client["cost"])


def test_readers_see_whole_documents(database: Documentbase) -> None:
    readers_see_whole_documents(database["wide"], reads=150)


def test_control_with_shared_documents_readers_see_half_updates(new_mongo: NewMongo) -> None:
    address = new_mongo(Control.SHARED_DOCUMENTS).engine.address
    with client_of(address) as client, pytest.raises(Broken, match="half an update"):
        readers_see_whole_documents(client["whole"]["wide"], reads=5_000)
