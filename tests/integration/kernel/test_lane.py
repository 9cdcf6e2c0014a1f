"""One writer per aggregate and process: what a store promises to commands, with its guards taken away in turn."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from shared.commands import Once
from shared.errors import Conflict, Invalid, NotFound, PreconditionFailed, TooLarge, Unavailable
from shared.events.contract import Contract
from shared.events.feedback_v1 import ProgressNoted
from shared.storage import lane
from shared.storage.aggregates import Aggregates
from shared.storage.document import Held
from shared.storage.lane import Lane
from shared.storage.mongo import MongoDocuments
from shared.storage.ports import Document, Documents, DuplicateId
from tests.integration.kernel.conftest import Stores
from tests.support.documents import Watched
from tests.support.tally import NOON, Tally
from tests.support.waiting import eventually

Store = Aggregates[Tally]


async def begun(store: Store, limit: int = 10_000) -> Store:
    await store.create(lambda: Tally(id="t", limit=limit), "t")
    return store


def once(key: str, body: str = "body") -> Once:
    return Once(key, body)


async def test_waiting_changes_are_written_together_and_each_gets_its_answer(
    tallies: Stores, documents: Documents
) -> None:
    watched = Watched(documents)
    store = await begun(tallies(watched))
    answers = await asyncio.gather(*(store.change("t", Tally.add) for _ in range(50)))
    assert sorted(answers) == list(range(1, 51))
    assert watched.calls["replace"] <= 5
    assert (await store.get("t")).total == 50


# a refusal leaves nothing behind


async def a_refusal_leaves_nothing(store: Store) -> None:
    await begun(store, limit=2)
    answers = await asyncio.gather(*(store.change("t", Tally.add) for _ in range(5)), return_exceptions=True)
    assert sorted(each for each in answers if isinstance(each, int)) == [1, 2]
    assert [each.code for each in answers if isinstance(each, Conflict)] == ["full"] * 3
    tally = await store.get("t")
    assert (tally.total, len(tally.words)) == (2, 2)
    assert [each.seq for each in await store.unpublished("t")] == [1, 2]


async def test_a_refusal_leaves_nothing(tallies: Stores) -> None:
    await a_refusal_leaves_nothing(tallies())


async def test_control_without_a_fork_a_refusal_leaves_traces(tallies: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "fork", lambda aggregate: aggregate)
    with pytest.raises(AssertionError):
        await a_refusal_leaves_nothing(tallies())


# the same request again


async def a_repeat_gets_the_first_answer(store: Store) -> None:
    await begun(store)
    first = await store.change("t", Tally.add, once=once("k1"), answer=int)
    await store.change("t", Tally.add)
    again = await store.change("t", Tally.add, once=once("k1"), answer=int)
    assert (first, again, (await store.get("t")).total) == (1, 1, 2)


async def test_a_repeat_gets_the_first_answer(tallies: Stores) -> None:
    await a_repeat_gets_the_first_answer(tallies())


async def test_a_repeat_gets_the_first_answer_from_another_replica(tallies: Stores) -> None:
    await begun(tallies())
    assert await tallies().change("t", Tally.add, once=once("k1"), answer=int) == 1
    assert await tallies().change("t", Tally.add, once=once("k1"), answer=int) == 1


async def test_control_without_kept_answers_a_repeat_counts_twice(
    tallies: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Held, "answered", lambda _, __: None)
    with pytest.raises(AssertionError):
        await a_repeat_gets_the_first_answer(tallies())


async def test_a_key_with_another_body_is_refused(tallies: Stores) -> None:
    store = await begun(tallies())
    await store.change("t", Tally.add, once=once("k1"), answer=int)
    with pytest.raises(Invalid, match="idempotency_key_reused"):
        await store.change("t", Tally.add, once=once("k1", "other"), answer=int)


async def test_repeats_in_one_batch_count_once(tallies: Stores) -> None:
    store = await begun(tallies())
    same = [store.change("t", Tally.add, once=once("k1"), answer=int) for _ in range(5)]
    assert await asyncio.gather(*same) == [1] * 5


async def test_a_lost_reply_is_repeated_not_applied_again(tallies: Stores, documents: Documents) -> None:
    watched = Watched(documents)
    store = await begun(tallies(watched))
    watched.fails["replace"] = "after"
    with pytest.raises(Unavailable) as refusal:
        await store.change("t", Tally.add, once=once("k1"), answer=int)
    assert refusal.value.retry_after
    watched.fails.clear()
    assert await store.change("t", Tally.add, once=once("k1"), answer=int) == 1
    assert (await store.get("t")).total == 1


# two replicas


async def nothing_is_lost_between_replicas(one: Store, other: Store) -> None:
    await begun(one)
    for each in (one, other) * 5:  # in turn, so that each holds a state that the other has overtaken
        await each.change("t", Tally.add)
    await asyncio.gather(*(each.change("t", Tally.add) for _ in range(20) for each in (one, other)))
    tally = await other.get("t")
    assert (tally.total, len(tally.words)) == (50, 50)


async def test_two_replicas_lose_no_change(tallies: Stores) -> None:
    one, other = tallies(), tallies()
    await nothing_is_lost_between_replicas(one, other)
    assert one._metrics.value("lost_races_total", store="tally") > 0


async def test_control_without_the_revision_two_replicas_lose_changes(
    tallies: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def blind(self: MongoDocuments, document: Document, *, rev: int) -> bool:
        done = await self._collection.replace_one({"_id": document["_id"]}, document)
        return bool(done.matched_count)

    monkeypatch.setattr(MongoDocuments, "replace", blind)
    with pytest.raises(AssertionError):
        await nothing_is_lost_between_replicas(tallies(), tallies())


async def a_refusal_rests_on_the_present(one: Store, other: Store) -> None:
    await begun(one, limit=1)
    await one.change("t", Tally.add)
    await other.change("t", lambda tally: tally.widen(5))
    try:
        assert await one.change("t", Tally.add) == 2
    except Conflict as refusal:
        raise AssertionError("refused for what was true before") from refusal


async def test_a_refusal_rests_on_the_present(tallies: Stores) -> None:
    await a_refusal_rests_on_the_present(tallies(), tallies())


async def test_control_without_a_second_look_a_refusal_is_stale(
    tallies: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: Lane[Tally], __: Held[Tally]) -> bool:
        return False

    monkeypatch.setattr(Lane, "_stale", never)
    with pytest.raises(AssertionError):
        await a_refusal_rests_on_the_present(tallies(), tallies())


async def test_after_too_many_lost_races_the_caller_is_asked_to_come_back(
    tallies: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: MongoDocuments, __: Document, *, rev: int) -> bool:
        return False

    store = await begun(tallies())
    monkeypatch.setattr(MongoDocuments, "replace", never)
    with pytest.raises(Unavailable, match="busy") as refusal:
        await store.change("t", Tally.add)
    assert refusal.value.retry_after == 1


# creating


async def test_a_second_creation_is_refused_and_a_repeated_one_is_not(tallies: Stores) -> None:
    store = tallies()
    made = await store.create(lambda: Tally(id="t"), "t", once=once("k1"))
    assert (await store.create(lambda: Tally(id="t"), "t", once=once("k1"))) == made
    with pytest.raises(Conflict, match="already_exists"):
        await store.create(lambda: Tally(id="t"), "t", once=once("k2"))
    with pytest.raises(Invalid):
        await store.create(lambda: Tally(id="t"), "t", once=once("k1", "other"))


async def one_of_many_creates(stores: list[Store]) -> None:
    made = await asyncio.gather(*(each.create(lambda: Tally(id="t"), "t") for each in stores), return_exceptions=True)
    assert len([each for each in made if isinstance(each, Tally)]) == 1
    assert len([each for each in made if isinstance(each, Conflict)]) == len(stores) - 1


async def test_one_of_many_replicas_creates(tallies: Stores) -> None:
    await one_of_many_creates([tallies() for _ in range(8)])


async def test_control_without_the_unique_id_many_create(tallies: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    async def careless(self: MongoDocuments, document: Document) -> None:
        await self._collection.replace_one({"_id": document["_id"]}, document, upsert=True)

    monkeypatch.setattr(MongoDocuments, "insert", careless)
    with pytest.raises(AssertionError):
        await one_of_many_creates([tallies() for _ in range(8)])


async def test_changing_or_creating_works_from_many_replicas_at_once(tallies: Stores) -> None:
    stores = [tallies() for _ in range(6)]
    await asyncio.gather(*(each.change_or_create("t", lambda: Tally(id="t"), Tally.add) for each in stores))
    assert (await stores[0].get("t")).total == 6


@pytest.mark.parametrize("there", [False, True])
async def test_what_is_likely_new_is_right_also_when_it_is_not(tallies: Stores, *, there: bool) -> None:
    stores = [tallies() for _ in range(6)]
    if there:
        await begun(tallies())
    sure = (each.change_or_create("t", lambda: Tally(id="t"), Tally.add, likely_new=True) for each in stores)
    await asyncio.gather(*sure)
    assert (await stores[0].get("t")).total == 6


async def test_a_refusal_of_what_is_likely_new_rests_on_what_is_there(tallies: Stores) -> None:
    await begun(tallies())
    await tallies().change("t", Tally.add)

    def only_a_second(tally: Tally) -> int:
        if not tally.total:
            raise Conflict("nothing_yet", "尚无内容。", "Nothing yet.")
        return tally.add()

    await tallies().change_or_create("t", lambda: Tally(id="t"), only_a_second, likely_new=True)
    with pytest.raises(Conflict):
        await tallies().change_or_create("other", lambda: Tally(id="other"), only_a_second, likely_new=True)


async def test_what_is_likely_new_is_not_looked_for(tallies: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = list[str]()
    get = MongoDocuments.get

    async def noted(self: MongoDocuments, id_: str) -> Document | None:
        looks.append(id_)
        return await get(self, id_)

    monkeypatch.setattr(MongoDocuments, "get", noted)
    await tallies().change_or_create("t", lambda: Tally(id="t"), Tally.add, likely_new=True)
    assert looks == []
    await tallies().change_or_create("t", lambda: Tally(id="t"), Tally.add, likely_new=True)
    assert looks == ["t"]


async def test_what_is_missing_is_not_found(tallies: Stores) -> None:
    store = tallies()
    for attempt in (store.get("no"), store.change("no", Tally.add), store.ring("no", "reminder")):
        with pytest.raises(NotFound):
            await attempt


async def test_an_error_of_the_change_itself_is_not_taken_for_a_missing_aggregate(tallies: Stores) -> None:
    store = await begun(tallies())

    def broken(_: Tally) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await store.change("t", broken)


# versions


async def test_a_stale_version_is_refused_and_the_present_one_is_not(tallies: Stores) -> None:
    store = await begun(tallies())
    version = (await store.versioned("t")).version
    await store.change("t", Tally.add, version=version)
    with pytest.raises(PreconditionFailed):
        await store.change("t", Tally.add, version=version)
    assert (await store.versioned("t")).version == version + 1


async def test_a_change_that_changes_nothing_writes_nothing(tallies: Stores, documents: Documents) -> None:
    watched = Watched(documents)
    store = await begun(tallies(watched), limit=7)
    await store.change("t", lambda tally: tally.widen(7))
    assert (watched.calls["replace"], (await store.versioned("t")).version) == (0, 1)


# the outbox


async def a_full_outbox_waits_for_the_relay(store: Store) -> None:
    await begun(store)
    for _ in range(100):
        await store.change("t", Tally.add)
    late = asyncio.ensure_future(store.change("t", Tally.add))
    await asyncio.sleep(0.02)
    store.acknowledge("t", 1)
    assert await late == 101


async def test_a_full_outbox_waits_for_the_relay_before_it_refuses(tallies: Stores) -> None:
    await a_full_outbox_waits_for_the_relay(tallies())


async def test_control_without_patience_the_command_is_refused(
    tallies: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "ROOM", 0)
    with pytest.raises(Unavailable, match="outbox_full"):
        await a_full_outbox_waits_for_the_relay(tallies())


async def test_while_the_broker_is_away_it_is_waited_in_vain_only_once(
    tallies: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "ROOM", 0.01)
    store = tallies()
    await a_full_outbox_refuses(store)
    monkeypatch.setattr(lane, "ROOM", 600)
    with pytest.raises(Unavailable, match="outbox_full"):
        await asyncio.wait_for(store.change("t", Tally.add), 30)
    store.acknowledge("t", 1)
    assert await store.change("t", Tally.add) == 101


async def a_full_outbox_refuses(store: Store) -> None:
    await begun(store)
    for _ in range(100):
        await store.change("t", Tally.add)
    with suppress(Unavailable):
        await store.change("t", Tally.add)
    assert len(await store.unpublished("t")) == 100


async def test_a_full_outbox_refuses_until_facts_are_sent(tallies: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "ROOM", 0.01)
    monkeypatch.setattr(lane, "LAZY_MARK", 0.05)
    store = tallies()
    await a_full_outbox_refuses(store)
    with pytest.raises(Unavailable, match="outbox_full") as refusal:
        await store.change("t", Tally.add)
    assert refusal.value.retry_after == 5
    store.acknowledge("t", 40)
    await eventually(lambda: _accepted(store))
    assert len(await store.unpublished("t")) == 61


async def test_control_without_the_cap_the_outbox_grows(tallies: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "OUTBOX_CAP", 1000)
    with pytest.raises(AssertionError):
        await a_full_outbox_refuses(tallies())


async def _accepted(store: Store) -> bool:
    try:
        return await store.change("t", Tally.add) > 100
    except Unavailable:
        return False


async def test_the_mark_rides_on_the_next_write(
    tallies: Stores, documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "LAZY_MARK", 60)
    watched = Watched(documents)
    store = await begun(tallies(watched))
    await store.change("t", Tally.add)
    store.acknowledge("t", 1)
    assert await store.unpublished("t") == ()
    await store.change("t", Tally.add)
    stored = await documents.get("t")
    assert stored is not None
    assert [each["seq"] for each in stored["outbox"]] == [2]
    assert watched.calls["replace"] == 2


async def test_a_mark_goes_alone_and_is_tried_again_when_the_database_was_away(
    tallies: Stores, documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "LAZY_MARK", 0.01)
    monkeypatch.setattr(lane, "LATE_MARK", 0.05)
    watched = Watched(documents)
    store = await begun(tallies(watched))
    await store.change("t", Tally.add)
    watched.fails["replace"] = "before"
    store.acknowledge("t", 1)
    await eventually(lambda: watched.calls["replace"] >= 3)
    watched.fails.clear()
    await eventually(lambda: _nothing_pending(documents))
    assert store._lanes["t"].idle


async def _nothing_pending(documents: Documents) -> bool:
    stored = await documents.get("t")
    return stored is not None and stored["pending"] == 0


async def test_settling_writes_the_marks_at_once(tallies: Stores, documents: Documents) -> None:
    store = await begun(tallies())
    await store.change("t", Tally.add)
    store.acknowledge("t", 1)
    await store.settle()
    assert await _nothing_pending(documents)


async def test_a_fact_that_no_event_could_carry_is_refused(tallies: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    store = await begun(tallies())
    huge: Callable[[object], Contract] = lambda _: ProgressNoted.model_construct(  # noqa: E731
        activity_id="a", opinion_id="x" * 300_000, unit_id="u", noted_at=NOON
    )
    monkeypatch.setattr(store._codec, "_publish", huge)
    with pytest.raises(TooLarge, match="event_too_large"):
        await store.change("t", Tally.add)
    assert (await store.get("t")).total == 0


# one caller's trouble is nobody else's


async def test_a_caller_who_leaves_takes_nobody_along(tallies: Stores) -> None:
    store = await begun(tallies())
    callers = [asyncio.ensure_future(store.change("t", Tally.add)) for _ in range(10)]
    await asyncio.sleep(0)
    callers[3].cancel()
    answers = await asyncio.gather(*callers, return_exceptions=True)
    assert isinstance(answers[3], asyncio.CancelledError)
    assert all(isinstance(each, int) for number, each in enumerate(answers) if number != 3)
    assert (await store.get("t")).total in (9, 10)


async def test_a_database_that_is_away_is_said_to_every_caller_and_forgotten_after(
    tallies: Stores, documents: Documents
) -> None:
    watched = Watched(documents)
    store = await begun(tallies(watched))
    watched.fails["replace"] = "before"
    answers = await asyncio.gather(*(store.change("t", Tally.add) for _ in range(5)), return_exceptions=True)
    assert [type(each) for each in answers] == [Unavailable] * 5
    watched.fails.clear()
    assert await store.change("t", Tally.add) == 1


async def test_what_was_written_is_what_is_read(tallies: Stores) -> None:
    store = tallies()
    at = datetime(2021, 9, 1, 15, 59, 59, 999000, tzinfo=UTC)
    made = Tally(id="t.with:signs", words=["张三", "a.b", "$c"], at=at)
    made.remind(at=at)
    await store.create(lambda: made, made.id)
    read = await store.get(made.id)
    assert read == made
    assert read.timers["reminder"].tzinfo is not None


async def test_a_deleted_aggregate_may_begin_again_and_is_published_again(tallies: Stores) -> None:
    store = await begun(tallies())
    await store.change("t", Tally.add)
    store.acknowledge("t", 1)
    await store.settle()
    await store.delete("t")
    await begun(store)
    await store.change("t", Tally.add)
    assert [each.seq for each in await store.unpublished("t")] == [1]


async def test_a_duplicate_insert_is_said_as_such(documents: Documents) -> None:
    await documents.insert({"_id": "t", "rev": 1})
    with pytest.raises(DuplicateId):
        await documents.insert({"_id": "t", "rev": 1})
    assert await documents.replace({"_id": "t", "rev": 2}, rev=1)
    assert not await documents.replace({"_id": "t", "rev": 3}, rev=1)


# from memory, where what is asked for never changes or is decided again


async def test_what_was_seen_lately_is_answered_without_the_database(tallies: Stores, documents: Documents) -> None:
    watched = Watched(documents)
    await begun(tallies())
    store = tallies(watched)
    assert [(await store.recent("t")).total for _ in range(3)] == [0, 0, 0]
    assert watched.calls["get"] == 1
    await store.change("t", Tally.add)
    assert (await store.recent("t")).total == 1
    with pytest.raises(NotFound):
        await store.recent("nobody")


async def nothing_is_built_on_memory(one: Store, other: Store) -> None:
    await begun(one, limit=3)
    assert (await other.recent("t")).total == 0
    for _ in range(3):
        await one.change("t", Tally.add)
    (await other.recent("t")).add("only on a copy")
    with pytest.raises(Conflict):
        await other.change("t", Tally.add)
    assert (await other.get("t")).total == 3
    assert (await other.recent("t")).total == 3, "what a change has found out is remembered"


async def test_a_change_never_rests_on_what_was_seen_lately(tallies: Stores) -> None:
    await nothing_is_built_on_memory(tallies(), tallies())


async def test_control_without_the_revision_a_change_rests_on_what_was_seen_lately(
    tallies: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def blind(self: MongoDocuments, document: Document, *, rev: int) -> bool:
        done = await self._collection.replace_one({"_id": document["_id"]}, document)
        return bool(done.matched_count)

    monkeypatch.setattr(MongoDocuments, "replace", blind)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        await nothing_is_built_on_memory(tallies(), tallies())


async def test_an_answer_that_was_kept_as_a_tree_is_still_repeated(tallies: Stores, documents: Documents) -> None:
    """As documents had it before answers were bytes."""
    await tallies().create(lambda: Tally(id="t"), "t")
    await tallies().change("t", Tally.add, once=once("k1"), answer=int)
    stored = await documents.get("t")
    assert stored
    [kept] = stored["answers"]
    older = {**stored, "rev": stored["rev"] + 1, "answers": [{**kept, "value": json.loads(kept["value"])}]}
    assert await documents.replace(older, rev=stored["rev"])
    assert await tallies().change("t", Tally.add, once=once("k1"), answer=int) == 1
