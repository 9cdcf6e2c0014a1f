"""When everything has settled, seen from outside: each thing that may still move is noticed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
import pytest

from deploy.demo.quiet import NeverQuiet, Quiet
from shared.messaging.kafka import GroupOffsets

NOW = datetime(2021, 9, 15, 2, 30, tzinfo=UTC)
TOPIC = "openday.registration.events.v1"
GROUP = "openday.feedback"
PLACE = (TOPIC, 0)


@dataclass
class System:
    """A service that writes, one that reads, and the topic between them. `look` runs before every question."""

    written: int = 7
    read: int = 7
    waiting: int = 0
    settled: dict[str, datetime | None] = field(default_factory=lambda: {"registration": NOW, "feedback": NOW})
    timers: dict[str, datetime] = field(default_factory=dict)
    look: Callable[["System", str], None] = lambda _, __: None
    questions: list[str] = field(default_factory=list)

    def asked(self, what: str) -> None:
        self.questions.append(what)
        self.look(self, what)

    def quiet(self) -> Quiet:
        clients = {name: self._client(name) for name in ("registration", "feedback")}
        return Quiet(clients, cast(GroupOffsets, self), patience=0.5)

    async def committed(self, group: str) -> dict[tuple[str, int], int]:
        assert group == GROUP
        self.asked("committed")
        return {PLACE: self.read} if self.read else {}

    async def ends(self, topics: list[str]) -> dict[tuple[str, int], int]:
        assert topics == [TOPIC]
        self.asked("ends")
        return {PLACE: self.written}

    def _client(self, name: str) -> httpx.AsyncClient:
        def progress(_: httpx.Request) -> httpx.Response:
            self.asked(name)
            settled, timer = self.settled[name], self.timers.get(name)
            told: dict[str, Any] = {
                "outbox_empty": not (self.waiting and name == "registration"),
                "timers_settled_at": settled.isoformat() if settled else None,
                "next_timer_at": timer.isoformat() if timer else None,
                "reads": {"group": f"openday.{name}", "topics": [TOPIC] if name == "feedback" else []},
            }
            return httpx.Response(200, json=told)

        return httpx.AsyncClient(base_url=f"http://{name}", transport=httpx.MockTransport(progress))


async def test_a_settled_system_tells_the_next_timer_of_all() -> None:
    soon, later = NOW + timedelta(hours=1), NOW + timedelta(days=1)
    assert await System(timers={"registration": later, "feedback": soon}).quiet().wait(NOW) == soon
    assert await System().quiet().wait(NOW) is None


async def test_an_empty_topic_without_any_commit_is_read_to_its_end() -> None:
    assert await System(written=0, read=0).quiet().wait(NOW) is None


@pytest.mark.parametrize(
    ("system", "why"),
    [
        (System(read=5), "openday.feedback has 2 events to read"),
        (System(read=0), "openday.feedback has 7 events to read"),
        (System(waiting=1), "registration has facts to publish"),
        (System(settled={"registration": NOW, "feedback": None}), "feedback has timers to look at"),
        (System(settled={"registration": NOW - timedelta(seconds=1), "feedback": NOW}), "registration has timers"),
    ],
)
async def test_what_still_moves_is_named_when_patience_ends(system: System, why: str) -> None:
    with pytest.raises(NeverQuiet, match=why):
        await system.quiet().wait(NOW)


async def test_a_fact_that_leaves_the_outbox_between_two_looks_is_not_missed() -> None:
    """Committed to between the first look at outboxes and the look at the ends; published before the second look."""

    def leaves(system: System, what: str) -> None:
        seen = system.questions.count("ends")
        if what == "registration" and seen == 1 and system.written == 7:
            system.written += 1  # was in an outbox while the ends were read, is on the topic now: read by nobody
        elif what == "committed" and seen == 3:
            system.read = system.written

    system = System(look=leaves)
    await system.quiet().wait(NOW)
    assert (system.written, system.read) == (8, 8)
    assert system.questions.count("ends") > 2


async def test_a_service_that_restarts_is_waited_for() -> None:
    def away(system: System, what: str) -> None:
        if what == "feedback" and system.questions.count("feedback") < 3:
            raise httpx.ConnectError("refused")

    system = System(look=away)
    assert await system.quiet().wait(NOW) is None
    assert system.questions.count("feedback") >= 3
