"""Collects a `World`: topics by librdkafka, databases by PyMongo, the public interfaces by HTTP."""

from pathlib import Path
from typing import Any

import httpx

from tests.faults.oracle import ledger
from tests.faults.oracle.databases import STORES, databases
from tests.faults.oracle.expected import Expected
from tests.faults.oracle.quiet import OWNERS, READS
from tests.faults.oracle.where import Where
from tests.faults.oracle.world import Shown, World
from tests.outside.topics import Record, read_all

PLAIN = {"registration": ("vault",), "feedback": ("inbox",), "reporting": ("inbox",), "scoring": ("inbox",)}
"""Collections that are no aggregates."""
PAGE = 500


def gather(where: Where, written: Path, expected: Expected) -> World:
    """Of a quiet district. Raises TopicsAway, PyMongoError or httpx.HTTPError."""
    with databases(where) as kept:
        documents = {
            service: {name: kept.all(service, name) for name in (*names, *PLAIN[service])}
            for service, names in STORES.items()
        }
        parked = kept.parked()
    world = World(
        asked=ledger.read(written),
        records=read_all(where.kafka, [where.topic(each) for each in OWNERS]),
        letters={each: _letters(where, each) for each in READS},
        documents=documents,
        expected=expected,
    )
    world.parked = sum(parked.values())
    with httpx.Client(timeout=20, trust_env=False) as client:
        world.shown = _Interfaces(where, client).all(world)
    return world


def _letters(where: Where, consumer: str) -> list[Record]:
    return read_all(where.kafka, [where.dead_letters(consumer)])


class _Interfaces:
    """The public interfaces, as the office sees them."""

    def __init__(self, where: Where, client: httpx.Client) -> None:
        self._where = where
        self._client = client

    def all(self, world: World) -> Shown:
        """What they answer about everything that is there."""
        activities = sorted(world.collection("registration", "activity"))
        rosters = sorted(world.collection("registration", "roster"))
        units = sorted(world.collection("registration", "unit"))
        years = sorted({state["year"] for state in world.states("scoring", "account").values()})
        sets = sorted(world.collection("reporting", "dossier"))
        return Shown(
            rosters={each: self._get("registration", f"/open-points/{each}/roster")["entries"] for each in rosters},
            points={each: self._get("registration", f"/open-points/{each}") for each in rosters},
            activities={each: self._get("registration", f"/activities/{each}") for each in activities},
            opinions={each: self._opinions(each) for each in activities},
            sets={each: self._get("reporting", f"/activities/{each}/material-set") for each in sets},
            publicity={each: self._get("reporting", f"/activities/{each}/publicity")["publicity"] for each in sets},
            statistics={each: self._get("reporting", "/statistics", year=each) for each in years},
            claims={each: self._claims(each, years) for each in units},
            scorecards={each: self._get("scoring", "/scorecards", year=each)["scorecards"] for each in years},
            rulebooks={each: self._get("scoring", f"/rulebooks/{each}") for each in years},
            periods={each: self._get("scoring", f"/periods/{each}") for each in years},
            replayed=self._replayed(world.expected.replay, years),
        )

    def _opinions(self, activity: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after: dict[str, str] = {}
        while True:
            page = self._get("feedback", "/opinions", activity_id=activity, limit=PAGE, **after)
            found += page["opinions"]
            if page["next"] is None:
                return found
            after = {"after": page["next"]}

    def _claims(self, unit: str, years: list[int]) -> list[dict[str, Any]]:
        return [
            claim
            for year in years
            for claim in self._get("scoring", f"/units/{unit}/bonus-claims", year=year)["claims"]
        ]

    def _replayed(self, root: str | None, years: list[int]) -> dict[int, list[dict[str, Any]]] | None:
        if root is None:
            return None
        return {each: self._get("scoring", "/scorecards", root=root, year=each)["scorecards"] for each in years}

    def _get(self, service: str, path: str, *, root: str | None = None, **query: str | int) -> Any:
        answer = self._client.get(
            f"{root or self._where.services[service]}/{service}/v1{path}",
            params=query,
            headers={"Authorization": f"Bearer {self._where.tokens['office']}"},
        )
        return answer.raise_for_status().json()
