"""A database that is silent is noticed while its callers wait; one that is only slow is left in peace."""

import asyncio
import time
from dataclasses import dataclass

import pytest

from shared.errors import Unavailable
from shared.storage import pulse as module
from shared.storage.pulse import Pulse
from tests.support.waiting import eventually


@dataclass
class Engine:
    """Answers, answers late, breaks connections, or says nothing at all."""

    silent: bool = False
    refusing: bool = False
    pings: int = 0

    async def ping(self) -> None:
        """As `Database` asks."""
        self.pings += 1
        if self.refusing:
            raise OSError("refused")
        if self.silent:
            await asyncio.Event().wait()

    async def work(self, after: float = 0.0) -> str:
        """An operation."""
        if self.refusing:
            raise OSError("refused")
        if self.silent:
            await asyncio.Event().wait()
        await asyncio.sleep(after)
        return "done"


@pytest.fixture
def engine() -> Engine:
    """One that answers."""
    return Engine()


@pytest.fixture
def pulse(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Pulse:
    """With short patience."""
    monkeypatch.setattr(module, "SUSPICION", 0.02)
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    monkeypatch.setattr(module, "LOOK", 0.02)
    return Pulse(engine.ping)


async def test_nobody_waits_longer_than_it_takes_to_know(engine: Engine, pulse: Pulse) -> None:
    engine.silent = True
    begun = asyncio.get_running_loop().time()
    answers = await asyncio.gather(*(pulse.ask(engine.work) for _ in range(50)), return_exceptions=True)
    assert {getattr(each, "code", None) for each in answers} == {"database_away"}
    assert asyncio.get_running_loop().time() - begun < 1
    with pytest.raises(Unavailable):
        await asyncio.wait_for(pulse.ask(engine.work), 0.01)
    assert pulse.away_for > 0


async def test_it_is_asked_again_as_soon_as_it_answers(engine: Engine, pulse: Pulse) -> None:
    engine.silent = True
    with pytest.raises(Unavailable):
        await pulse.ask(engine.work)
    engine.silent = False
    await eventually(lambda: not pulse.away, 1)
    assert await pulse.ask(engine.work) == "done"
    assert pulse.away_for == 0


async def test_a_slow_operation_is_left_alone_while_the_database_answers(engine: Engine, pulse: Pulse) -> None:
    assert await pulse.ask(engine.work, after=0.3) == "done"
    assert engine.pings >= 2, "it was asked, and answered"


async def test_a_quick_operation_costs_no_question(engine: Engine, pulse: Pulse) -> None:
    for _ in range(200):
        assert await pulse.ask(engine.work) == "done"
    await asyncio.sleep(0.05)
    assert engine.pings == 0


async def test_one_broken_connection_is_no_outage(engine: Engine, pulse: Pulse) -> None:
    pulse.suspect()
    assert await pulse.ask(engine.work) == "done"
    await eventually(lambda: engine.pings == 1)
    assert not pulse.away


async def test_what_an_operation_raises_is_its_callers(engine: Engine, pulse: Pulse) -> None:
    engine.refusing = True
    with pytest.raises(OSError, match="refused"):
        await pulse.ask(engine.work)
    pulse.suspect()
    await eventually(lambda: pulse.away, 1)


async def test_who_is_told_to_end_ends_and_is_not_told_of_the_database(engine: Engine, pulse: Pulse) -> None:
    engine.silent = True
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pulse.ask(engine.work), 0.01)


@pytest.mark.parametrize(("held_up", "lost"), [(0.05, 0), (float("inf"), 1)], ids=["it looks", "control: it does not"])
async def test_a_process_that_had_no_time_to_listen_asks_again(
    pulse: Pulse, monkeypatch: pytest.MonkeyPatch, held_up: float, lost: int
) -> None:
    asked, losses = asyncio.Event(), list[None]()

    async def answered_soon() -> None:
        asked.set()
        await asyncio.sleep(0.01)
        await asyncio.sleep(0)  # an answer takes several turns of the loop to arrive

    monkeypatch.setattr(module, "HELD_UP", held_up)
    monkeypatch.setattr(pulse, "_ping", answered_soon)
    monkeypatch.setattr(pulse, "_lose", lambda: losses.append(None))
    pulse.suspect()
    await asked.wait()
    keep_busy(0.3)
    await eventually(lambda: pulse._asking is None, 2)
    assert len(losses) == lost


def keep_busy(seconds: float) -> None:
    """As long computations keep a process from its loop."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        pass


async def test_control_without_the_question_everybody_waits(
    engine: Engine, pulse: Pulse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "suspect", lambda: None)
    engine.silent = True
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pulse.ask(engine.work), 0.5)
