"""Nobody's name, number, words or code leaves the service that was told it: not by topic, log, metric or plain text."""

import json
import re
from collections.abc import Iterable, Mapping

import httpx
import pytest
from pymongo import MongoClient

from deploy.demo.staff import OFFICE
from shared.events.catalogue import OWNERS, dead_letters_topic, events_topic
from shared.messaging.kafka import read_all
from shared.settings import KafkaSettings
from tests.e2e.districts import Played
from tests.support.sheets import everything

LISTS = (("roster", "xlsx"), ("sign_in_sheet", "pdf"))


def personal(played: Played) -> list[str]:
    """Everything that the season's people gave, and the codes that they were given."""
    people = played.run.stage.invited
    opinions = [each for activity in played.data.season.activities for each in activity.opinions]
    points = [point for activity in played.run.stage.activities.values() for point in activity.points.values()]
    return [
        *(value for each in people for value in (each.name, each.phone, each.id_number)),
        *(each.text for each in opinions),
        *(each.claim_code for point in points for each in point.registered),
        *(each.claim_code for each in played.run.stage.opinions.values()),
    ]


def found(values: Iterable[str], text: str) -> list[str]:
    """Which of them stand in the text, as they are or as JSON escapes them; a part of a longer number is none."""
    forms = {form for value in values for form in (value, json.dumps(value)[1:-1])}
    return sorted(each for each in forms if each in text and re.search(rf"(?<!\d){re.escape(each)}(?!\d)", text))


@pytest.fixture(scope="module")
def secret(played: Played) -> list[str]:
    values = personal(played)
    assert len(values) > 1000
    assert found(values, f"… {values[0]}, {json.dumps(values[0])} …") == sorted(
        {values[0], json.dumps(values[0])[1:-1]}
    )
    return values


async def test_no_topic_holds_any_of_it(played: Played, secret: list[str]) -> None:
    where = played.instance.addresses
    kafka = KafkaSettings(bootstrap=where.kafka, topic_prefix=where.topic_prefix)
    names = [f(owner, where.topic_prefix) for owner in OWNERS for f in (events_topic, dead_letters_topic)]
    records = [record for name in names for record in await read_all(kafka, name)]
    parts = [[record.key, record.value, *(value for _, value in record.headers)] for record in records]
    text = "\n".join(part.decode() for each in parts for part in each if part)
    assert len(records) > 900
    assert played.run.stage.activities["a01"].id in text
    assert found(secret, text) == []


def test_no_log_holds_any_of_it(played: Played, secret: list[str]) -> None:
    logs = [each for each in played.instance.folders.logs.iterdir() if each.is_file()]
    text = "\n".join(each.read_text(encoding="utf-8", errors="replace") for each in logs)
    assert {"registration.log", "feedback.log", "reporting.log", "scoring.log"} <= {each.name for each in logs}
    assert '"command"' in text
    assert found(secret, text) == []


async def test_no_metric_holds_any_of_it(played: Played, secret: list[str]) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        roots = played.instance.addresses.services.values()
        text = "\n".join([(await client.get(f"{root}/metrics")).text for root in roots])
    assert "openday_registrations_total" in text
    assert found(secret, text) == []


async def test_no_file_marked_masked_holds_any_of_it(played: Played, secret: list[str]) -> None:
    """Every list of every open point; whole, the same lists hold hundreds of it."""
    points = [each for activity in played.run.stage.activities.values() for each in activity.points.values()]
    whole = {"format": "csv", "masked": False, "reason": "核对脱敏是否有效"}
    async with httpx.AsyncClient(
        trust_env=False, base_url=played.instance.addresses.services["registration"]
    ) as client:
        client.headers["Authorization"] = f"Bearer {played.run.stage.api.mint(OFFICE)}"
        masked = [{"kind": kind, "format": form} for kind, form in LISTS]
        files = [await _exported(client, point.id, each) for point in points for each in masked]
        bare = [await _exported(client, point.id, whole | {"kind": "roster"}) for point in points]
    assert found(secret, "\n".join(files)) == []
    assert len(found(secret, "\n".join(bare))) > 300


async def _exported(client: httpx.AsyncClient, point: str, body: Mapping[str, object]) -> str:
    made = await client.post(f"/registration/v1/open-points/{point}/exports", json=body)
    return everything((await client.get(made.raise_for_status().json()["file"])).raise_for_status().content)


def stored(played: Played) -> list[dict[str, object]]:
    """Every document of every database of the season."""
    where = played.instance.addresses
    with MongoClient[dict[str, object]](where.mongo) as client:
        ours = [client[name] for name in client.list_database_names() if name.startswith(where.database(""))]
        collections = [database[name] for database in ours for name in database.list_collection_names()]
        return [each for collection in collections for each in collection.find()]


def test_no_database_holds_contacts_or_codes_in_plain_text(played: Played, secret: list[str]) -> None:
    """The words of an opinion are feedback's own business and stay there; contacts are sealed, codes never stored."""
    words = {each.text for activity in played.data.season.activities for each in activity.opinions}
    documents = stored(played)
    text = "\n".join(map(str, documents))
    assert len(documents) > 300
    assert found(words, text) != []
    assert found([each for each in secret if each not in words], text) == []


@pytest.mark.parametrize("place", ["scan", "audit"])
def test_a_number_that_was_planted_in_a_collection_is_found(played: Played, secret: list[str], place: str) -> None:
    where, number = played.instance.addresses, next(each.phone for each in played.run.stage.invited)
    with MongoClient[dict[str, object]](where.mongo) as client:
        collection = client[where.database("registration")][place]
        collection.insert_one({"_id": "planted", "point_id": "planted", "said": f'[{{"why": "请致电 {number}"}}]'})
        try:
            assert number in found(secret, "\n".join(map(str, stored(played))))
        finally:
            collection.delete_one({"_id": "planted"})
