"""What a service remembers of other services' facts: how far it is, and what waits."""

import asyncio

import pytest

from shared.errors import Unavailable
from shared.messaging.ports import Received
from shared.storage.inbox import StoredInbox
from shared.storage.mongo import Database, MongoDocuments
from shared.storage.ports import Document, Documents
from tests.support.documents import Watched


@pytest.fixture
def collections(mongo: Database, documents: Documents) -> tuple[Documents, Documents]:
    """Where the inbox keeps what is applied, and what is parked."""
    assert isinstance(documents, MongoDocuments)
    return documents, mongo.collection(f"{documents._collection.name}_parked")


def record(value: bytes | None = b'{"a": 1}') -> Received:
    """An event as the broker gave it."""
    return Received("topic", 3, 17, b"key", value, [("ce_id", b"a-2"), ("x", b"\xff\x00")])


async def test_it_advances_and_never_goes_back(collections: tuple[Documents, Documents]) -> None:
    inbox = StoredInbox(*collections)
    assert await inbox.applied("a") == 0
    for sequence in (1, 2, 3, 2, 1):
        await inbox.advance("a", sequence)
    assert await inbox.applied("a") == 3
    assert await StoredInbox(*collections).applied("a") == 3


async def test_what_is_noted_counts_at_once_and_is_kept_together(collections: tuple[Documents, Documents]) -> None:
    watched = Watched(collections[0])
    inbox = StoredInbox(watched, collections[1])
    await inbox.recall(["a", "b"])
    for name, sequence in (("a", 1), ("a", 2), ("b", 1)):
        inbox.note(name, sequence)
    assert (await inbox.applied("a"), inbox.remembered("b")) == (2, 1)
    assert await StoredInbox(*collections).applied("a") == 0
    watched.fails = {"insert": "before"}
    with pytest.raises(Unavailable):
        await inbox.keep()
    inbox.forget()
    assert await inbox.applied("a") == 2, "what is noted stays noted"
    watched.fails = {}
    await inbox.keep()
    assert [await StoredInbox(*collections).applied(name) for name in ("a", "b")] == [2, 1]


async def test_two_replicas_never_take_each_other_back(collections: tuple[Documents, Documents]) -> None:
    one, other = StoredInbox(*collections), StoredInbox(*collections)
    await asyncio.gather(*(each.advance("a", sequence) for sequence in range(1, 21) for each in (one, other)))
    assert await one.applied("a", fresh=True) == 20


async def test_memory_may_lag_behind_another_replica_and_says_so_when_asked_afresh(
    collections: tuple[Documents, Documents],
) -> None:
    one, other = StoredInbox(*collections), StoredInbox(*collections)
    await one.advance("a", 1)
    await other.advance("a", 2)
    assert await one.applied("a") == 1
    assert await one.applied("a", fresh=True) == 2


async def test_a_parked_event_comes_back_as_it_was(collections: tuple[Documents, Documents]) -> None:
    inbox = StoredInbox(*collections)
    for value in (b'{"a": 1}', b"\xff\x00", b"", None):
        await inbox.replace_parked("a", 2, record(value))
        assert await StoredInbox(*collections).parked("a", 2) == record(value)


async def test_parking_twice_keeps_the_first_and_replacing_the_last(collections: tuple[Documents, Documents]) -> None:
    inbox = StoredInbox(*collections)
    await inbox.park("a", 2, record(b"first"))
    await inbox.park("a", 2, record(b"second"))
    assert await inbox.parked("a", 2) == record(b"first")
    await inbox.replace_parked("a", 2, record(b"third"))
    assert await inbox.parked("a", 2) == record(b"third")


async def test_heads_are_the_lowest_of_each_aggregate(collections: tuple[Documents, Documents]) -> None:
    inbox = StoredInbox(*collections)
    for aggregate, sequence in (("b", 12), ("b", 9), ("a", 3), ("a", 100)):
        await inbox.park(aggregate, sequence, record())
    assert await inbox.parked_heads() == [("a", 3), ("b", 9)]
    assert await inbox.count_parked() == 4
    await inbox.unpark("b", 9)
    assert await inbox.parked_heads() == [("a", 3), ("b", 12)]


async def test_what_an_operator_puts_in_is_seen_by_a_running_consumer(
    collections: tuple[Documents, Documents],
) -> None:
    running, operator = StoredInbox(*collections), StoredInbox(*collections)
    assert await running.parked_heads() == []
    await operator.park("a", 2, record())
    assert await running.parked_heads() == [("a", 2)]
    assert await running.parked("a", 2) == record()


async def advancing_is_never_undone(inbox: StoredInbox, other: StoredInbox) -> None:
    await inbox.advance("a", 1)
    await other.advance("a", 5)
    await inbox.advance("a", 2)
    assert await inbox.applied("a", fresh=True) == 5


async def test_a_slow_replica_undoes_nothing(collections: tuple[Documents, Documents]) -> None:
    await advancing_is_never_undone(StoredInbox(*collections), StoredInbox(*collections))


async def test_control_without_the_comparison_a_slow_replica_goes_back(
    collections: tuple[Documents, Documents], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def blind(self: StoredInbox, aggregate: str, sequence: int) -> None:
        document: Document = {"_id": aggregate, "rev": 1, "applied": sequence}
        await self._applied.delete(aggregate)
        await self._applied.insert(document)

    monkeypatch.setattr(StoredInbox, "advance", blind)
    with pytest.raises(AssertionError):
        await advancing_is_never_undone(StoredInbox(*collections), StoredInbox(*collections))
