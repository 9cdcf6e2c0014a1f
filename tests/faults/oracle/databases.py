"""The services' databases through plain PyMongo."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from tests.faults.oracle.where import Where

Document = dict[str, Any]
STORES = {
    "registration": ("unit", "plan", "activity", "roster", "sheet"),
    "feedback": ("register", "opinion"),
    "reporting": ("dossier",),
    "scoring": ("unit", "card", "account", "period"),
}
"""The collections of aggregates, one document each; facts of one name their subject `<service>.<collection>.<_id>`."""


class Databases:
    """By service."""

    def __init__(self, where: Where, client: "MongoClient[Document]") -> None:
        self._where = where
        self._client = client

    def of(self, service: str) -> "Database[Document]":
        """One service's."""
        return self._client[self._where.databases[service]]

    def all(self, service: str, collection: str) -> dict[str, Document]:
        """Every document of a collection, by id."""
        return {each["_id"]: each for each in self.of(service)[collection].find()}

    def waiting(self) -> dict[str, int]:
        """Aggregates with facts to publish, by `service.collection`; those without any are left out."""
        found = {}
        for service, collections in STORES.items():
            for each in collections:
                count = len(list(self.of(service)[each].find({"pending": {"$gt": 0}}, {"_id": 1})))
                if count:
                    found[f"{service}.{each}"] = count
        return found

    def parked(self) -> dict[str, int]:
        """Events that wait for one before them, by service; those without any are left out."""
        counts = {each: len(list(self.of(each)["parked"].find({}, {"_id": 1}))) for each in STORES}
        return {each: count for each, count in counts.items() if count}


@contextmanager
def databases(where: Where) -> Iterator[Databases]:
    """Connected, closed at the end."""
    client: MongoClient[Document] = MongoClient(where.mongo, serverSelectionTimeoutMS=3000, tz_aware=True)
    try:
        yield Databases(where, client)
    finally:
        client.close()
