"""Scoring's application over memory: every step of every repository can be delayed, and can be where it dies."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from services.scoring.adapters import rulebooks
from services.scoring.adapters.events import effects
from services.scoring.application import Application
from services.scoring.application.commands import AdoptRulebooks, CloseYear
from services.scoring.application.ports import Ports
from services.scoring.domain.account import Account
from services.scoring.domain.card import ActivityCard
from services.scoring.domain.period import Period, period_id
from services.scoring.domain.roll import UnitEntry
from services.scoring.domain.rulebook import Rulebooks
from shared.aggregate import A, Aggregate, Fact, fork
from shared.commands import SYSTEM, Once
from shared.errors import not_found
from shared.events.envelope import Envelope
from shared.messaging.runs import InRuns
from shared.metrics import Metrics
from shared.repository import Versioned
from shared.time import start_of_year
from tests.support.district import HEDONG
from tests.unit.scoring.season import Told

R = TypeVar("R")
RULEBOOKS = rulebooks.load(HEDONG)
Delay = Callable[[], int]
"""How many turns of the event loop the next step waits; raises to die there."""


class Memory(dict[str, A]):
    """A repository that keeps what a store would, and the facts that it would publish."""

    def __init__(self, delay: Delay, facts: list[Fact]) -> None:
        self._delay = delay
        self._facts = facts

    async def get(self, id_: str) -> A:  # type: ignore[override]
        return (await self.versioned(id_)).aggregate

    async def recent(self, id_: str) -> A:
        return await self.get(id_)

    async def versioned(self, id_: str) -> Versioned[A]:
        await self._step()
        if id_ not in self:
            raise not_found("thing")
        return Versioned(self[id_], 1)

    async def find(self, where: Mapping[str, Any] | None = None, *, limit: int = 0) -> list[A]:
        await self._step()
        wanted = (where or {}).items()
        return [each for _, each in sorted(self.items()) if all(getattr(each, k) == v for k, v in wanted)]

    async def create(self, make: Callable[[], A], id_: str, *, once: Once | None = None) -> A:
        raise NotImplementedError

    async def change(
        self,
        id_: str,
        change: Callable[[A], R],
        *,
        once: Once | None = None,
        answer: type[R] | None = None,
        version: int | None = None,
    ) -> R:
        await self._step()
        if id_ not in self:
            raise not_found("thing")
        return self._apply(fork(self[id_]), change)

    async def change_or_create(
        self,
        id_: str,
        make: Callable[[], A],
        change: Callable[[A], R],
        *,
        once: Once | None = None,
        answer: type[R] | None = None,
        likely_new: bool = False,
    ) -> R:
        await self._step()
        return self._apply(fork(self[id_]) if id_ in self else make(), change)

    async def ring(self, id_: str, timer: str) -> None:
        def rung(aggregate: Aggregate) -> None:
            due = aggregate.timers.pop(timer, None)
            if due:
                aggregate.ring(timer, due)

        await self.change(id_, rung)

    def _apply(self, trial: A, change: Callable[[A], R]) -> R:
        value = change(trial)
        self._facts.extend(trial.facts)
        trial.facts = []
        self[trial.id] = trial
        return value

    async def _step(self) -> None:
        for _ in range(self._delay()):
            await asyncio.sleep(0)


class StandingClock:
    """A time that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    async def pause(self, until: datetime | None, at_most: float) -> None:
        raise NotImplementedError


class Scoring:
    """One scoring service without engines."""

    def __init__(self, delay: Delay = lambda: 0, books: Rulebooks = RULEBOOKS) -> None:
        self.facts: list[Fact] = []
        self.units: Memory[UnitEntry] = Memory(delay, self.facts)
        self.cards: Memory[ActivityCard] = Memory(delay, self.facts)
        self.accounts: Memory[Account] = Memory(delay, self.facts)
        self.periods: Memory[Period] = Memory(delay, self.facts)
        self.clock = StandingClock(start_of_year(2022))
        self.application = Application(
            Ports(
                units=self.units,
                cards=self.cards,
                accounts=self.accounts,
                periods=self.periods,
                rulebooks=books,
                clock=self.clock,
                metrics=Metrics("scoring"),
            )
        )
        self._effects = effects(self.application)

    async def adopt(self) -> None:
        """As at every start."""
        await self.application.handle(AdoptRulebooks(actor=SYSTEM))

    async def close(self, year: int = 2021) -> None:
        """As the timer does."""
        await self.application.handle(CloseYear(actor=SYSTEM, period_id=period_id(year), timer="close"))

    async def hear(self, told: Told) -> None:
        """As the consumer does."""
        await self._effects[type(told.fact)](told.fact, _envelope(told))

    async def hear_together(self, run: Sequence[Told]) -> None:
        """As the consumer does with facts about an activity that came together."""
        effect = self._effects[type(run[0].fact)]
        assert isinstance(effect, InRuns)
        await effect.tell([(told.fact, _envelope(told)) for told in run])

    async def scorecards(self, year: int = 2021) -> dict[str, bytes]:
        """Of every assessed unit, canonical."""
        return {each.unit_id: each.canonical() for each in await self.application.queries.scorecards(year)}


def _envelope(told: Told) -> Envelope:
    return Envelope(
        id=told.id,
        source=f"/openday/{told.fact.OWNER}",
        type=told.fact.type(),
        aggregate=told.aggregate,
        sequence=told.sequence,
        time=told.at,
        key=told.fact.key,
    )
