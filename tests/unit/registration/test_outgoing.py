"""The way out through a channel: each due notice once, at a bounded rate, whatever one of them does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.registration.adapters.events import published
from services.registration.application.notice_ports import Message, Notices, Words
from services.registration.application.outgoing import TOGETHER, Outgoing, WaysOut
from services.registration.application.ports import Contact, Ports
from services.registration.domain.delivery import LEASE, Outcome, Postponed, Refused
from services.registration.domain.mailbox import GONE, Mailbox
from shared.metrics import Metrics
from shared.storage.aggregates import Aggregates
from shared.storage.timers import Timers
from tests.support.collection import MemoryDocuments
from tests.support.documents import Watched
from tests.support.tally import HandClock
from tests.support.waiting import eventually
from tests.unit.registration.mailboxes import Scripted, notice

SOMEBODY = Contact("代表", "13900000000")


@dataclass
class Office:
    """Mailboxes, their timers and one channel, in one process."""

    channel: Scripted
    documents: Watched = field(default_factory=lambda: Watched(MemoryDocuments()))
    clock: HandClock = field(default_factory=HandClock)
    metrics: Metrics = field(default_factory=lambda: Metrics("registration"))
    contacts: dict[str, Contact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.mailboxes = Aggregates("mailbox", Mailbox, self.documents, published, self.clock, self.metrics)

    async def queue(self, *ids: str, at: datetime | None = None, channels: tuple[str, ...] = ("file",)) -> None:
        """One notice to each."""
        at = at or self.clock.now()

        def made(id_: str) -> Mailbox:
            mailbox = Mailbox(id=id_, activity_id="activity", point_id="point")
            mailbox.tell(notice(at=at, channels=channels), at)
            return mailbox

        for each in ids:
            await self.mailboxes.create(lambda id_=each: made(id_), each)  # type: ignore[misc]

    async def states(self) -> list[str]:
        """Of everybody's notices."""
        found = await self.mailboxes.find()
        return [each.state for mailbox in found for each in mailbox.notices.values()]

    @asynccontextmanager
    async def open(self, per_second: float = 10_000) -> AsyncIterator[Outgoing]:
        """One life of the process."""
        ports = SimpleNamespace(clock=self.clock, metrics=self.metrics, vault=self, activities=self)
        told = SimpleNamespace(mailboxes=self.mailboxes, wording=self, language="zh-CN", channels=("file",))
        out = Outgoing(self.channel, cast(Ports, ports), cast(Notices, told), per_second)
        ways = WaysOut([out])
        timers, stop = Timers([self.mailboxes], self.clock, self.metrics, {"mailbox": ways.ring}), asyncio.Event()
        running = [asyncio.ensure_future(each(stop)) for each in (timers.run, *ways.loops)]
        try:
            yield out
        finally:
            stop.set()
            await asyncio.gather(*running)

    async def contact(self, registration_id: str) -> Contact | None:
        return self.contacts.get(registration_id, SOMEBODY)

    async def get(self, activity_id: str) -> str:
        return activity_id

    def words(self, *_: Any) -> Words:
        return Words("主题", "正文")


async def all_are(office: Office, *states: str) -> None:
    async def so() -> bool:
        return await office.states() == list(states)

    await eventually(so, 10)


async def test_what_is_due_goes_once_and_under_the_same_id_whatever_is_repeated() -> None:
    office = Office(Scripted())
    async with office.open() as out:
        await office.queue("a", "b")
        await all_are(office, "sent", "sent")
        for _ in range(3):
            out.wake("a", urgent=False)
        await eventually(lambda: office.metrics.value("notices_waiting", channel="file") == 0)
    assert sorted(each.id for each in office.channel.sent) == ["a:confirmed:1:file:1", "b:confirmed:1:file:1"]
    assert office.metrics.value("notices_total", kind="confirmed", channel="file", state="sent") == 2


async def test_two_replicas_send_one_message() -> None:
    office = Office(Scripted())
    other = Office(office.channel, office.documents, office.clock)
    await office.queue("a", "b", "c")
    async with office.open(), other.open():
        await all_are(office, "sent", "sent", "sent")
    assert len(office.channel.sent) == 3


async def test_what_a_crash_left_between_sending_and_noting_goes_again_with_the_same_id() -> None:
    """At least once at the channel's edge; a channel that knows ids makes one message of the two."""
    office = Office(Scripted())
    send = office.channel.send

    async def gone_at_once(message: Message) -> Outcome:
        outcome = await send(message)
        office.documents.fails["replace"] = "before"
        return outcome

    office.channel.send = gone_at_once  # type: ignore[method-assign]
    await office.queue("a")
    async with office.open():
        await eventually(lambda: len(office.channel.sent) == 1)
    office.documents.fails.clear()
    office.clock.move(LEASE.total_seconds() - 1)
    too_early, looked = Office(office.channel, office.documents, office.clock), office.documents.calls["get"]
    async with too_early.open():
        await eventually(lambda: office.documents.calls["get"] > looked)
    assert len(office.channel.sent) == 1
    office.channel.send = send  # type: ignore[method-assign]
    office.clock.move(1)
    next_life = Office(office.channel, office.documents, office.clock)
    async with next_life.open():
        await all_are(next_life, "sent")
    assert [each.id for each in office.channel.sent] == ["a:confirmed:1:file:1"] * 2


async def test_a_channel_that_is_away_is_tried_again_after_its_pause_and_not_before() -> None:
    office = Office(Scripted(Postponed("gateway_away")))
    await office.queue("a")
    async with office.open():
        await eventually(lambda: office.metrics.value("notices_postponed_total", channel="file") == 1)
        office.clock.move(59)
        await eventually(lambda: len(office.channel.sent) == 1)
        office.clock.move(1)
        await all_are(office, "sent")
    assert len(office.channel.sent) == 2


async def test_one_that_cannot_be_written_keeps_no_other() -> None:
    office = Office(Scripted(ValueError("a defect")))
    await office.queue("a")
    async with office.open():
        await eventually(lambda: len(office.channel.sent) == 1)
        await office.queue("b")
        await all_are(office, "queued", "sent")


async def test_who_has_no_address_is_not_reached() -> None:
    office = Office(Scripted(), contacts={"a": Contact("代表", "")})
    await office.queue("a")
    async with office.open():
        await all_are(office, "failed")
    [mailbox] = await office.mailboxes.find()
    assert [each.error for each in mailbox.notices["confirmed:1"].deliveries] == ["no_address"]
    assert office.channel.sent == []


async def test_what_waits_for_a_channel_that_is_no_more_fails_and_rings_no_more() -> None:
    office = Office(Scripted())
    await office.queue("a", channels=("pigeon",))
    office.clock.move(GONE.total_seconds())
    async with office.open():
        await all_are(office, "failed")
    [mailbox] = await office.mailboxes.find()
    assert [each.error for each in mailbox.notices["confirmed:1"].deliveries] == ["channel_gone"]
    assert mailbox.timers == {}


async def test_what_another_process_may_know_how_to_send_is_left_to_it_for_a_while() -> None:
    office = Office(Scripted())
    await office.queue("a", channels=("file", "pigeon"))
    office.clock.move(GONE.total_seconds() - 1)
    async with office.open():
        await all_are(office, "sent")
    [mailbox] = await office.mailboxes.find()
    assert [each.state for each in mailbox.notices["confirmed:1"].deliveries] == ["sent", "queued"]


async def test_a_refusal_for_good_is_not_repeated() -> None:
    office = Office(Scripted(Refused("number_unknown")))
    await office.queue("a")
    async with office.open():
        await all_are(office, "failed")
        office.clock.move(24 * 3600)
        await eventually(lambda: len(office.channel.sent) == 1)


RATE = 12  # a second: slow enough that a busy machine is not taken for it


async def many_take_their_time(per_second: float) -> None:
    office = Office(Scripted())
    await office.queue(*(f"p{number}" for number in range(3 * TOGETHER)))
    begun = asyncio.get_running_loop().time()
    async with office.open(per_second):
        await eventually(lambda: len(office.channel.sent) == 3 * TOGETHER, 10)
    assert asyncio.get_running_loop().time() - begun > 0.8 * 2 * TOGETHER / RATE


async def test_many_at_once_go_at_a_bounded_rate() -> None:
    await many_take_their_time(RATE)


async def test_control_without_a_rate_they_go_at_once() -> None:
    with pytest.raises(AssertionError):
        await many_take_their_time(1e9)


async def test_a_channel_that_takes_nothing_is_left_in_peace_between_two_rounds() -> None:
    office = Office(Scripted(*[Postponed("gateway_away")] * TOGETHER))
    await office.queue(*(f"p{number:02d}" for number in range(2 * TOGETHER)))
    begun = asyncio.get_running_loop().time()
    async with office.open():
        await eventually(lambda: len(office.channel.sent) >= 2 * TOGETHER)
    assert asyncio.get_running_loop().time() - begun > 0.9


async def test_what_presses_goes_first() -> None:
    office = Office(Scripted())
    await office.queue(*(f"p{number:02d}" for number in range(2 * TOGETHER)), "z")
    ports = SimpleNamespace(clock=office.clock, metrics=office.metrics, vault=office, activities=office)
    told = SimpleNamespace(mailboxes=office.mailboxes, wording=office, language="zh-CN", channels=("file",))
    out, stop = Outgoing(office.channel, cast(Ports, ports), cast(Notices, told), 1000), asyncio.Event()
    for number in range(2 * TOGETHER):
        out.wake(f"p{number:02d}", urgent=False)
    out.wake("z", urgent=True)
    running = asyncio.ensure_future(out.run(stop))
    await eventually(lambda: len(office.channel.sent) == 2 * TOGETHER + 1)
    stop.set()
    await running
    assert "z:confirmed:1:file:1" in [each.id for each in office.channel.sent[:TOGETHER]]


async def test_a_stop_ends_what_is_under_way_and_begins_nothing() -> None:
    office, gate = Office(Scripted()), asyncio.Event()
    send: Callable[[Any], Awaitable[Any]] = office.channel.send

    async def slow(message: Any) -> Any:
        await gate.wait()
        return await send(message)

    office.channel.send = slow  # type: ignore[method-assign]
    await office.queue(*(f"p{number:02d}" for number in range(2 * TOGETHER)))
    asyncio.get_running_loop().call_later(0.5, gate.set)
    async with office.open():
        await eventually(lambda: office.metrics.value("notices_waiting", channel="file") >= TOGETHER)
    assert 0 < (await office.states()).count("sent") <= TOGETHER + 1
