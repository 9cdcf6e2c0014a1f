"""The simulated world: engines, processes, clients, an operator; and the steps that a schedule is made of."""

import asyncio
import random as global_random
from collections.abc import Callable
from contextvars import Context
from random import Random
from typing import Any

from shared.events.envelope import Envelope
from shared.events.feedback_v1 import ProgressNoted
from shared.messaging.consumer import Stuck
from shared.messaging.ports import Message
from tests.simulation.clients import Clients
from tests.simulation.judge import Judge, Violation
from tests.simulation.line import CALLS, HOWS, Fault
from tests.simulation.loop import SimulatedLoop
from tests.simulation.model import GROUP, TOPIC
from tests.simulation.operator import Operator
from tests.simulation.process import Engines, Life, Reader, Writer
from tests.simulation.steps import Schedule, Step
from tests.support.broker import Log

PARTITIONS = 2
TALLIES = 3
RESTART = 1.0  # seconds from a crash to the next life
UNREST = frozenset({"crash", "stop", "start", "stall", "fault", "away", "rebalance"})
HEALED = 180.0  # seconds within which everything must be well after the last fault


class World:
    """One schedule's world. `step` and `heal` raise Violation as soon as the promise is broken."""

    def __init__(self, schedule: Schedule, say: Callable[[str], None] | None = None, log: Log | None = None) -> None:
        self._trace = say
        self.loop = SimulatedLoop()
        self.loop.set_exception_handler(self._unhandled)
        self.random = Random(schedule.seed)
        global_random.seed(schedule.seed)
        self.engines = Engines(log or Log(partitions=PARTITIONS))
        self.names = [f"writer {n}" for n in range(schedule.writers)] + [f"reader {n}" for n in range(schedule.readers)]
        self.lives: dict[str, Life] = {}
        self.held_down: set[str] = set()
        self.clients = Clients(self)
        self.operator = Operator(self)
        self.calm = True  # nothing was done that could fail, end or move anything
        self.judge = Judge(self)
        self._defects: list[str] = []
        self._healing = False
        self.loop.run_until_complete(self._begin())

    # what processes know (`tests.simulation.process.Surroundings`)

    def say(self, what: str) -> None:
        if self._trace:
            self._trace(f"{self.loop.time() - 1000:9.3f}  {what}")

    def ended(self, life: Life, why: BaseException | None) -> None:
        if why is not None and not isinstance(why, Stuck):
            self._defects.append(f"{life.name} ended by {why!r}")
        self.loop.call_later(RESTART, self._restart, life.name, context=Context())

    def trusted(self, fact: ProgressNoted) -> None:
        self.operator.trusts(fact.unit_id)

    def effect(self, envelope: Envelope) -> None:
        self.judge.effects[envelope.id] += 1

    # the schedule's steps; each takes whole numbers and makes the best of them

    def step(self, step: Step) -> None:
        """One step, then a little time, then every invariant that can be said now."""
        self.say(f"— {step}")
        self.calm = self.calm and step.name not in UNREST
        self.loop.run_until_complete(self._step(step))
        self._judge()

    def heal(self) -> None:
        """Take every fault away, let everything come to rest, and hold the world to the whole promise."""
        self.say("— heal")
        self._healing = True
        self.loop.run_until_complete(self._heal())
        self._judge()
        self.judge.at_rest()

    def close(self) -> None:
        """Let go of everything."""
        for each in self.lives.values():
            each.line.alive = False
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        self.loop.set_exception_handler(lambda *_: None)
        if tasks:
            self.loop.run_until_complete(asyncio.wait(tasks))
        self.loop.close()

    def writer(self, number: int) -> Writer | None:
        """A living writer, if there is one."""
        living = [each for each in self.lives.values() if isinstance(each, Writer) and each.alive]
        return living[number % len(living)] if living else None

    def life(self, number: int) -> Life | None:
        """Any process that is alive."""
        found = self.lives.get(self.names[number % len(self.names)])
        return found if found and found.alive else None

    async def _step(self, step: Step) -> None:
        await getattr(self, f"_{step.name}")(*step.numbers)
        await asyncio.sleep(self.random.choice((0, 0, 0.002, 0.02, 0.3)))

    async def _begin(self) -> None:
        for each in self.names:
            self._start_life(each)
        await asyncio.sleep(0.05)

    async def _open(self, tally: int, writer: int, *_: int) -> None:
        self.clients.open(f"t{tally % TALLIES}", writer)

    async def _say(self, tally: int, writer: int, times: int, kind: int) -> None:
        for _number in range(1 + times % 4):
            self.clients.say(f"t{tally % TALLIES}", writer, with_key=kind % 4 != 0, refused_by_readers=kind == 59)

    async def _say_if_unchanged(self, tally: int, writer: int, *_: int) -> None:
        self.clients.say_if_unchanged(f"t{tally % TALLIES}", writer)

    async def _repeat(self, which: int, writer: int, *_: int) -> None:
        self.clients.repeat(which, writer)

    async def _hang_up(self, which: int, *_: int) -> None:
        self.clients.hang_up(which)

    async def _look(self, tally: int, writer: int, *_: int) -> None:
        self.clients.look(f"t{tally % TALLIES}", writer)

    async def _remind(self, tally: int, writer: int, seconds: int, *_: int) -> None:
        self.clients.remind(f"t{tally % TALLIES}", writer, seconds % 8)

    async def _crash(self, process: int, *_: int) -> None:
        if life := self.life(process):
            life.crash()

    async def _stop(self, process: int, *_: int) -> None:
        if life := self.life(process):
            self.held_down.add(life.name)
            self.say(f"{life.name}: asked to stop")
            await life.stop()

    async def _start(self, process: int, *_: int) -> None:
        name = self.names[process % len(self.names)]
        if name in self.held_down:
            self.held_down.discard(name)
            self._restart(name)

    async def _stall(self, process: int, seconds: int, *_: int) -> None:
        if life := self.life(process):
            life.stall(seconds % 15)

    async def _fault(self, process: int, call: int, nth: int, how: int) -> None:
        if life := self.life(process):
            life.line.faults.append(Fault(CALLS[call % len(CALLS)], 1 + nth % 4, HOWS[how % len(HOWS)]))

    async def _away(self, engine: int, seconds: int, *_: int) -> None:
        away = (self.engines.writers, self.engines.readers, self.engines.broker)[engine % 3]
        away.away_until = self.loop.time() + seconds % 20
        self.say(f"{away.name}: away for {seconds % 20} s")

    async def _rebalance(self, *_: int) -> None:
        self.engines.log.group(GROUP).start_dealing()

    async def _repeat_record(self, which: int, *_: int) -> None:
        if records := self.engines.log.records(TOPIC):
            record = records[which % len(records)]
            self.engines.log.append(Message(record.topic, record.key, record.value, record.headers))

    async def _stray(self, order: int, *_: int) -> None:
        """Another service's relay is broken: its facts come out of order."""
        await self.operator.foreign((order % 4, 1, 2, 3), poisoned=0)

    async def _poison(self, place: int, *_: int) -> None:
        """One of another service's facts cannot be read."""
        await self.operator.foreign((1, 2, 3), poisoned=1 + place % 3)

    async def _mend(self, *_: int) -> None:
        await self.operator.mend()

    async def _run(self, tenths: int, *_: int) -> None:
        await asyncio.sleep(tenths * tenths / 200)

    # ends and beginnings

    def _restart(self, name: str) -> None:
        if name not in self.held_down and not self.lives[name].alive:
            self._start_life(name)

    def _start_life(self, name: str) -> None:
        self.say(f"{name}: starts")
        self.lives[name] = (Writer if name.startswith("writer") else Reader)(name, self)

    async def _heal(self) -> None:
        self.held_down.clear()
        for engine in (self.engines.writers, self.engines.readers, self.engines.broker):
            engine.away_until = 0.0
        for name, life in self.lives.items():
            life.line.faults.clear()
            life.line.stalled_until = 0.0
            self._restart(name)
        begun = self.loop.time()
        while waits := await self._waits():
            if self.loop.time() - begun > HEALED:
                raise Violation(f"not at rest {HEALED:.0f} s after the last fault: {waits}")
            await asyncio.sleep(1)
            self._judge()

    async def _waits(self) -> str:
        """What is not done yet; the operator and the clients do their part."""
        if self.clients.waiting:
            return "clients wait for answers"
        if self.clients.ask_again():
            return "clients ask again what they do not know"
        if why := self.judge.not_at_rest():
            await self.operator.mend_all()
            return why
        return ""

    def _judge(self) -> None:
        if self._defects:
            raise Violation("; ".join(self._defects))
        self.judge.look()

    def _unhandled(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not isinstance(error, Exception):
            return
        self._defects.append(f"nobody handled {error!r}: {context.get('message')}")


def run(schedule: Schedule, say: Callable[[str], None] | None = None, log: Log | None = None) -> None:
    """Play a schedule to its end. Raises Violation."""
    world = World(schedule, say, log)
    try:
        for each in schedule.steps:
            world.step(each)
        world.heal()
    finally:
        world.close()
