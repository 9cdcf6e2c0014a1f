"""The people at the other end: what they asked, what they were answered, and what they do not know."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from shared.commands import Once
from shared.errors import Problem
from tests.simulation.line import Crash
from tests.simulation.model import EPOCH, Tally

if TYPE_CHECKING:
    from tests.simulation.process import Writer
    from tests.simulation.world import World

SURELY_NOT = frozenset({"outbox_full", "busy"})  # of all answers 503, those that say that nothing was done


@dataclass(eq=False)
class Asked:
    """One command, however often it is sent."""

    word: str
    tally: str
    once: Once | None = None
    acked: list[int] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    unknown: int = 0
    waiting: "list[asyncio.Task[None]]" = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether every attempt was refused, so that nothing may be left of it."""
        return bool(self.refusals) and not (self.acked or self.unknown or self.waiting)


@dataclass(frozen=True)
class Reminder:
    """A timer that was asked for."""

    name: str
    tally: str
    due: datetime


class Clients:
    """All of them."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.asked: list[Asked] = []
        self.reminders: list[Reminder] = []
        self.promised: dict[str, str] = {}  # reminders whose setting was answered 2xx, with their tallies
        self._words = 0

    @property
    def waiting(self) -> int:
        """How many requests are not answered yet."""
        return sum(len(each.waiting) for each in self.asked)

    def open(self, tally: str, writer: int) -> None:
        """Make a tally."""
        self._ask(
            Asked(f"open {tally}", tally),
            writer,
            lambda life: _nothing(life.tallies.create(lambda: Tally(id=tally), tally)),
        )

    def say(self, tally: str, writer: int, *, with_key: bool, refused_by_readers: bool = False) -> None:
        """Add a word, perhaps one that readers have a defect about."""
        word = self._word()
        if refused_by_readers:
            self._world.operator.distrust(word)
        self._send(Asked(word, tally, Once(f"key-{word}", word) if with_key else None), writer)

    def say_if_unchanged(self, tally: str, writer: int) -> None:
        """With If-Match: only if nobody else said anything since it was read."""

        async def do(life: "Writer") -> int:
            seen = await life.tallies.versioned(tally)
            total: int = await life.tallies.change(tally, lambda t: t.add(asked.word), version=seen.version)
            if total != len(seen.aggregate.words) + 1:
                self._world.judge.wrong(f"{asked.word} was said on top of {total - 1} words, not of those it was for")
            return total

        asked = Asked(self._word(), tally)
        self._ask(asked, writer, do)

    def repeat(self, which: int, writer: int) -> None:
        """The same request again, with the same key."""
        keyed = [each for each in self.asked if each.once]
        if keyed:
            self._send(keyed[which % len(keyed)], writer)

    def hang_up(self, which: int) -> None:
        """A client goes away before the answer."""
        if waiting := [each for each in self.asked if each.waiting]:
            waiting[which % len(waiting)].waiting[0].cancel()

    def ask_again(self) -> bool:
        """Everybody with a key who does not know yet; False when nobody is left."""
        unsure = [each for each in self.asked if each.once and each.unknown and not each.acked and not each.refusals]
        for each in unsure:
            self._send(each, 0)
        return bool(unsure)

    def look(self, tally: str, writer: int) -> None:
        """Read, and compare with what was answered before the reading began."""
        before = {each.word for each in self.asked if each.tally == tally and each.acked and each.word[0] == "w"}

        async def do(life: "Writer") -> None:
            seen = await life.tallies.get(tally)
            if lost := before - set(seen.words):
                self._world.judge.wrong(f"{tally} was read without {sorted(lost)}, which had been answered")

        self._ask(Asked("look", tally), writer, do)

    def remind(self, tally: str, writer: int, seconds: int) -> None:
        """Set a timer of its own name."""
        reminder = Reminder(f"r{len(self.reminders)}", tally, self._now() + timedelta(seconds=seconds))
        self.reminders.append(reminder)

        async def do(life: "Writer") -> None:
            await life.tallies.change(tally, lambda t: t.remind(reminder.name, reminder.due))
            self.promised[reminder.name] = tally

        self._ask(Asked(reminder.name, tally), writer, do)

    def _now(self) -> datetime:
        return EPOCH + timedelta(milliseconds=int(self._world.loop.time() * 1000))

    def _word(self) -> str:
        self._words += 1
        return f"w{self._words}"

    def _send(self, asked: Asked, writer: int) -> None:
        async def do(life: "Writer") -> int:
            total: int = await life.tallies.change(
                asked.tally, lambda tally: tally.add(asked.word), once=asked.once, answer=int
            )
            return total

        self._ask(asked, writer, do)

    def _ask(self, asked: Asked, writer: int, do: "Callable[[Writer], Coroutine[Any, Any, int | None]]") -> None:
        if asked not in self.asked:
            self.asked.append(asked)
        life = self._world.writer(writer)
        if life is None:  # nobody listens: nothing was sent
            return
        task = life.spawn(self._asking(asked, life, do))
        asked.waiting.append(task)
        task.add_done_callback(lambda done: self._answered(asked, done))

    async def _asking(
        self, asked: Asked, life: "Writer", do: "Callable[[Writer], Coroutine[Any, Any, int | None]]"
    ) -> None:
        try:
            total = await do(life)
        except Problem as problem:
            sure = problem.status < 500 or problem.code in SURELY_NOT
            if sure:
                asked.refusals.append(problem.code)
            else:
                asked.unknown += 1
            self._world.say(f"{life.name}: {asked.word} → {problem.code}")
        else:
            asked.acked.append(total or 0)
            self._world.say(f"{life.name}: {asked.word} → {total}")

    def _answered(self, asked: Asked, task: "asyncio.Task[None]") -> None:
        asked.waiting.remove(task)
        if task.cancelled() or isinstance(task.exception(), Crash):
            asked.unknown += 1
        elif error := task.exception():
            self._world.judge.wrong(f"{asked.word} was answered {error!r}")


async def _nothing(doing: Coroutine[Any, Any, Any]) -> None:
    await doing
