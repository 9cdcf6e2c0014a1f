"""`shared.messaging.ports.Publisher` and `Subscription`: in memory and on the broker, the same answers."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest

from shared.messaging.ports import Message, Publisher, PublishFailed, Received, Subscription
from tests.ports.conftest import Broker, MemoryBroker, messages
from tests.support.broker import Log
from tests.support.waiting import eventually

PATIENCE = 0.2
WITHIN = 20.0  # seconds for a group to come to an agreement
KEYS = ("one", "two", "three", "four", "five", "six")

Partition = tuple[str, int]


async def read(subscription: Subscription, count: int) -> list[Received]:
    """Polls until so many came; what came of one partition stays in order."""
    found: list[Received] = []

    async def enough() -> bool:
        for records in (await subscription.poll(100, PATIENCE)).values():
            found.extend(records)
        return len(found) >= count

    await eventually(enough, WITHIN)
    return found


def after(records: list[Received]) -> dict[Partition, int]:
    """What to commit when all of these are done."""
    ends: dict[Partition, int] = {}
    for each in records:
        ends[each.topic, each.partition] = max(each.offset + 1, ends.get((each.topic, each.partition), 0))
    return ends


async def all_keys(broker: Broker, *values: bytes) -> int:
    """The same values under every key, so that both partitions hold some."""
    for key in KEYS:
        await broker.publisher.publish(messages(broker, key, values))
    return len(KEYS) * len(values)


async def test_records_come_as_they_were_sent(broker: Broker) -> None:
    values = [b'{"a": 1}', b"", None, b"\xff\x00"]
    sent = messages(broker, "key", values)
    await broker.publisher.publish(sent)
    async with broker.join("g") as subscription:
        found = await read(subscription, 4)
    assert [each.value for each in found] == values
    assert [each.headers for each in found] == [each.headers for each in sent]
    assert {(each.topic, each.key) for each in found} == {(broker.topic, b"key")}
    assert [each.offset for each in found] == [0, 1, 2, 3]
    assert all(each.written_at for each in found)


async def test_what_has_one_key_stays_in_order_in_one_partition(broker: Broker) -> None:
    for key in KEYS:
        await broker.publisher.publish(messages(broker, key, [b"0", b"1", b"2"]))
        await broker.publisher.publish(messages(broker, key, [b"3"]))
    async with broker.join("g") as subscription:
        found = await read(subscription, 4 * len(KEYS))
    for key in KEYS:
        of_key = [each for each in found if each.key == key.encode()]
        assert [each.value for each in of_key] == [b"0", b"1", b"2", b"3"]
        assert len({each.partition for each in of_key}) == 1
        offsets = [each.offset for each in of_key]
        assert offsets == sorted(offsets)
    assert {each.partition for each in found} == {0, 1}


async def test_nothing_to_send_is_no_trouble(broker: Broker) -> None:
    await broker.publisher.publish([])


async def test_what_was_not_acknowledged_is_said(publisher_away: Publisher) -> None:
    with pytest.raises(PublishFailed):
        await publisher_away.publish([Message("t", b"k", b"v", [])])


async def test_a_poll_without_anything_to_read_comes_back_empty(broker: Broker) -> None:
    async with broker.join("g") as subscription:
        assert await subscription.poll(10, PATIENCE) == {}
        assert subscription.assignment() == {(broker.topic, 0), (broker.topic, 1)}


async def test_a_poll_brings_no_more_than_was_asked_for(broker: Broker) -> None:
    await all_keys(broker, b"0", b"1", b"2", b"3")
    async with broker.join("g") as subscription:
        for _ in range(4):
            assert sum(map(len, (await subscription.poll(3, PATIENCE)).values())) <= 3


async def test_a_poll_waits_for_what_comes(broker: Broker) -> None:
    async with broker.join("g") as subscription:
        reading = asyncio.ensure_future(read(subscription, 1))
        await asyncio.sleep(0)
        await broker.publisher.publish(messages(broker, "key", [b"late"]))
        assert [each.value for each in await reading] == [b"late"]


async def test_a_new_group_begins_at_the_first_record(broker: Broker) -> None:
    count = await all_keys(broker, b"0", b"1")
    for group in ("g", "another"):
        async with broker.join(group) as subscription:
            found = await read(subscription, count)
        assert sorted((each.key, each.value) for each in found) == sorted(
            (key.encode(), value) for key in KEYS for value in (b"0", b"1")
        )


async def test_a_group_goes_on_where_it_committed_and_repeats_what_it_did_not(broker: Broker) -> None:
    count = await all_keys(broker, b"0")
    async with broker.join("g") as subscription:
        found = await read(subscription, count)
        assert await subscription.commit(after([each for each in found if each.partition == 0]))
    async with broker.join("g") as subscription:
        again = await read(subscription, sum(each.partition == 1 for each in found))
        assert await subscription.poll(10, PATIENCE) == {}
    assert again == [each for each in found if each.partition == 1]


async def test_a_partition_is_read_again_from_where_it_was_rewound_to_but_not_before_it_is_resumed(
    broker: Broker,
) -> None:
    await broker.publisher.publish(messages(broker, "key", [b"0", b"1", b"2"]))
    async with broker.join("g") as subscription:
        found = await read(subscription, 3)
        tp = (broker.topic, found[0].partition)
        subscription.rewind(tp, 1)
        await broker.publisher.publish(messages(broker, "key", [b"3"]))
        assert await subscription.poll(10, PATIENCE) == {}
        subscription.resume(tp)
        assert [each.value for each in await read(subscription, 3)] == [b"1", b"2", b"3"]


async def test_bounds_are_the_next_offset_and_the_end(broker: Broker) -> None:
    await broker.publisher.publish(messages(broker, "key", [b"0", b"1", b"2"]))
    async with broker.join("g") as subscription:
        found = await read(subscription, 3)
        tp = (broker.topic, found[0].partition)
        other = (broker.topic, 1 - found[0].partition)
        assert await subscription.bounds() == {tp: (3, 3), other: (0, 0)}
        subscription.rewind(tp, 1)
        assert await subscription.bounds() == {tp: (1, 3), other: (0, 0)}


async def test_to_commit_nothing_is_done_and_what_is_not_mine_is_not(broker: Broker) -> None:
    await broker.publisher.publish(messages(broker, "key", [b"0"]))
    async with broker.join("g") as subscription:
        assert await subscription.commit({})
        assert not await subscription.commit({(f"{broker.topic}.other", 0): 1})
        subscription.rewind((f"{broker.topic}.other", 0), 0)
        subscription.resume((f"{broker.topic}.other", 0))


class Told:
    """A member that writes down what it is told, and what it held at that time."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self._name = name
        self._lines = lines
        self.holds: Callable[[], set[Partition]] = set

    async def revoked(self) -> None:
        self._lines.append(f"{self._name} revoked {len(self.holds())}")

    async def assigned(self) -> None:
        self._lines.append(f"{self._name} assigned")


async def test_two_members_share_the_partitions_and_the_last_one_has_them_all(broker: Broker) -> None:
    count = await all_keys(broker, b"0")
    lines: list[str] = []
    told = Told("first", lines)
    async with broker.join("g", told) as first, AsyncExitStack() as staying:
        told.holds = first.assignment
        found = await read(first, count)
        assert await first.commit(after(found))
        lines.clear()
        second = await staying.enter_async_context(broker.join("g", Told("second", lines)))

        async def shared() -> bool:
            await asyncio.gather(first.poll(1, 0.01), second.poll(1, 0.01))
            return len(first.assignment()) == len(second.assignment()) == 1

        await eventually(shared, WITHIN)
        assert first.assignment() | second.assignment() == {(broker.topic, 0), (broker.topic, 1)}
        assert lines[0] == "first revoked 2", "it is told before they go"
        assert {"first assigned", "second assigned"} <= set(lines)
        (lost,) = second.assignment()
        assert not await first.commit({lost: 0}), "another's now"
        await all_keys(broker, b"1")
        both = await asyncio.gather(read(first, 1), read(second, 1))
        assert {each.value for each in [*both[0], *both[1]]} == {b"1"}, "what was committed is not read again"
        assert not {each.partition for each in both[0]} & {each.partition for each in both[1]}
        await staying.aclose()

        async def alone() -> bool:
            await first.poll(1, 0.01)
            return len(first.assignment()) == 2

        await eventually(alone, WITHIN)


async def test_control_a_stand_in_that_begins_at_the_end_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.ports.test_broker.WITHIN", 1)
    with pytest.raises(AssertionError):
        await test_a_new_group_begins_at_the_first_record(MemoryBroker(Log(partitions=2, reset="latest")))
