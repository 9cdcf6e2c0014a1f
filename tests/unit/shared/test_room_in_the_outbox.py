"""Changes that come together and say much: what finds no room waits for the relay, and is not refused at once."""

import asyncio
from contextlib import suppress

import pytest

from shared.errors import Unavailable
from shared.metrics import Metrics
from shared.storage import lane
from shared.storage.aggregates import Aggregates
from shared.storage.lane import OUTBOX_CAP
from shared.time import SystemClock
from tests.simulation.model import Said, Tally, published
from tests.support.collection import MemoryDocuments

FACTS, CHANGES = 9, 60
assert FACTS * CHANGES > 5 * OUTBOX_CAP


def talkative(tally: Tally) -> int:
    for number in range(FACTS):
        tally.record(Said("t", f"w{number}"))
    tally.rung.append("x")
    return len(tally.rung)


async def at_once(monkeypatch: pytest.MonkeyPatch, *, relayed: bool) -> list[int | BaseException]:
    """Many such changes; a relay takes what is there every few milliseconds."""
    monkeypatch.setattr(lane, "ROOM", 0.5)
    store = Aggregates("tally", Tally, MemoryDocuments(), published, SystemClock(), Metrics("feedback"))
    await store.create(lambda: Tally(id="t"), "t")
    longest = 0

    async def relay() -> None:
        nonlocal longest
        while True:
            waiting = await store.unpublished("t")
            longest = max(longest, len(waiting))
            if waiting:
                store.acknowledge("t", waiting[-1].seq)
            await asyncio.sleep(0.002)

    relaying = asyncio.ensure_future(relay()) if relayed else None
    found = await asyncio.gather(*(store.change("t", talkative) for _ in range(CHANGES)), return_exceptions=True)
    if relaying:
        relaying.cancel()
        with suppress(asyncio.CancelledError):
            await relaying
    assert longest < OUTBOX_CAP + FACTS
    return found


async def test_all_are_accepted_in_their_order_while_the_relay_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await at_once(monkeypatch, relayed=True) == list(range(1, CHANGES + 1))


async def test_without_a_relay_they_are_refused_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    found = await at_once(monkeypatch, relayed=False)
    accepted = -(-OUTBOX_CAP // FACTS)
    assert found[:accepted] == list(range(1, accepted + 1))
    assert all(isinstance(each, Unavailable) for each in found[accepted:])


async def test_control_told_at_once_that_there_is_no_room_most_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "_has_room", lambda *_: True)
    found = await at_once(monkeypatch, relayed=True)
    assert sum(isinstance(each, Unavailable) for each in found) > CHANGES / 2
