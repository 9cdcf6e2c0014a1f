"""Calls that batch themselves: what comes while one is under way goes with the next.

A quiet database sees each call at once and alone; a busy one sees few calls that carry much, and a round trip costs
many callers what it cost one. Each caller gets an answer, or an error, of its own.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from shared.errors import Unavailable

I = TypeVar("I")  # noqa: E741 an item
R = TypeVar("R")

AT_MOST = 64  # items in one call


class Gathering(Generic[I, R]):
    """Items on their way to one place."""

    def __init__(self, send: Callable[[Sequence[I]], Awaitable[Sequence[R | Exception]]]) -> None:
        """`send` answers for each item in its place; what it raises is everybody's answer."""
        self._send = send
        self._waiting: deque[tuple[I, asyncio.Future[R]]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def add(self, item: I) -> R:
        """The answer for `item`. Raises what `send` answers or raises for it."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[R] = loop.create_future()
        self._waiting.append((item, answer))
        if self._task is None:
            self._task = loop.create_task(self._drain())
        return await answer

    async def _drain(self) -> None:
        try:
            while self._waiting:
                taken = [self._waiting.popleft() for _ in range(min(AT_MOST, len(self._waiting)))]
                wanted = [each for each in taken if not each[1].done()]  # a caller may have left
                if wanted:
                    await self._carry(wanted)
        finally:
            self._task = None
            for _, answer in self._waiting:  # only when the loop ends: nobody waits for what will not come
                answer.cancel()

    async def _carry(self, wanted: list[tuple[I, "asyncio.Future[R]"]]) -> None:
        try:
            answers = await self._send([item for item, _ in wanted])
        except Unavailable as away:  # who waits behind it has waited long enough
            self._fail([*wanted, *self._waiting], away)
            self._waiting.clear()
        except Exception as error:  # noqa: BLE001 each caller gets it
            self._fail(wanted, error)
        except BaseException:
            for _, answer in wanted:
                answer.cancel()
            raise
        else:
            for (_, answer), said in zip(wanted, answers, strict=True):
                _settle(answer, said)

    def _fail(self, those: list[tuple[I, "asyncio.Future[R]"]], error: Exception) -> None:
        for _, answer in those:
            _settle(answer, error)


def _settle(answer: "asyncio.Future[R]", said: R | Exception) -> None:
    with suppress(asyncio.InvalidStateError):
        if isinstance(said, Exception):
            answer.set_exception(said)
        else:
            answer.set_result(said)
