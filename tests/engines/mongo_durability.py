"""The check that a killed Mongo engine still has all that it told: acknowledged, refused as a duplicate, or read."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from pymongo.errors import ConnectionFailure, DuplicateKeyError

from deploy.engines.process import EngineProcess
from tests.engines.guarantees import Documentbase, client_of, holds

LANES = 6
FEWEST, MOST = 100, 400  # answers before the kill: a different moment in every round


@dataclass
class Told:
    """What the engine has told its clients, and may therefore never take back."""

    revs: dict[str, int] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    answers: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def rev(self, lane: str, rev: int) -> None:
        """A document was written, or read, with this revision."""
        with self.changed:
            self.revs[lane] = max(rev, self.revs.get(lane, 0))
            self._answered()

    def exists(self, person: str) -> None:
        """A document was inserted, or refused because it is there."""
        with self.changed:
            self.present.add(person)
            self._answered()

    def leaving(self, person: str) -> None:
        """A document will be deleted: until the answer comes, nobody knows whether it is there."""
        with self.changed:
            self.present.discard(person)

    def gone(self, person: str) -> None:
        """A document was deleted."""
        with self.changed:
            self.deleted.add(person)
            self._answered()

    def await_answers(self, wanted: int) -> None:
        """Return when that many answers more have come. Raises Broken when they do not come in 30 seconds."""
        with self.changed:
            until = self.answers + wanted
            holds(self.changed.wait_for(lambda: self.answers >= until, 30), f"fewer than {wanted} answers in 30 s")

    def _answered(self) -> None:
        self.answers += 1
        self.changed.notify_all()


def survives_kills(process: EngineProcess, rounds: int) -> Told:
    """Kill the engine under load, start it again and compare, `rounds` times. Raises Broken; returns what was told."""
    told = Told()
    for number in range(rounds):
        with client_of(process.engine.address, patience_ms=200) as client:
            database = client["durability"]
            database["people"].create_index("phone", unique=True)
            _load_until_killed(process, database, told, number)
        process.restart()
        with client_of(process.engine.address) as client:
            _compare(client["durability"], told)
    return told


def _load_until_killed(process: EngineProcess, database: Documentbase, told: Told, number: int) -> None:
    lanes = [f"{number}-{lane}" for lane in range(LANES)]
    work = [partial(part, database, told, lane) for lane in lanes for part in (_write, _witness)]
    with ThreadPoolExecutor(len(work)) as threads:
        clients = [threads.submit(_until_it_dies, client) for client in work]
        told.await_answers(random.randint(FEWEST, MOST))
        process.kill()
        for client in clients:
            client.result()


def _until_it_dies(work: Callable[[], None]) -> None:
    try:
        work()
    except ConnectionFailure:
        return  # the answer to this one command will never be known


def _write(database: Documentbase, told: Told, lane: str) -> None:
    """One lane: compare-and-set on its aggregate, insert a person, delete another one now and then."""
    lanes, people = database["lanes"], database["people"]
    lanes.insert_one({"_id": lane, "rev": 0})
    for rev in count(1):
        answer = lanes.replace_one({"_id": lane, "rev": rev - 1}, {"rev": rev, "state": "x" * 400})
        holds(answer.modified_count == 1, f"{lane} lost revision {rev - 1} while nobody else writes it")
        told.rev(lane, rev)
        _insert(database, told, f"{lane}-{rev}")
        if rev % 5 == 0:
            passing = f"{lane}-passing-{rev}"
            _insert(database, told, passing)
            told.leaving(passing)
            people.delete_one({"_id": passing})
            told.gone(passing)


def _witness(database: Documentbase, told: Told, lane: str) -> None:
    """Reads what the lane writes, and runs into its people: both are answers on which somebody relies."""
    for number in count(1):
        seen = database["lanes"].find_one({"_id": lane})
        if seen:
            told.rev(lane, seen["rev"])
        _insert(database, told, f"{lane}-{number}")


def _insert(database: Documentbase, told: Told, person: str) -> None:
    with suppress(DuplicateKeyError):  # which says that it is there
        database["people"].insert_one({"_id": person, "phone": f"phone of {person}"})
    told.exists(person)


def _compare(database: Documentbase, told: Told) -> None:
    lanes = {each["_id"]: each["rev"] for each in database["lanes"].find()}
    for lane, rev in told.revs.items():
        holds(lanes.get(lane, -1) >= rev, f"{lane} was told at revision {rev} and is at {lanes.get(lane)}")
    people = {each["_id"] for each in database["people"].find({}, {"_id": 1})}
    lost, back = told.present - people, told.deleted & people
    holds(not lost, f"{len(lost)} of {len(told.present)} people are lost, such as {min(lost, default='')}")
    holds(not back, f"{len(back)} deleted people are back, such as {min(back, default='')}")
    for person in random.sample(sorted(people), min(50, len(people))):
        by_phone = database["people"].find_one({"phone": f"phone of {person}"})
        holds(by_phone is not None and by_phone["_id"] == person, f"the unique index lost {person}")
        holds(database["people"].find_one({"_id": person}) is not None, f"the index of ids lost {person}")
