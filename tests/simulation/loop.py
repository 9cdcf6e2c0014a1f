"""An event loop whose time jumps to the next timer when nothing is ready: minutes of a schedule take milliseconds.

Nothing here waits, and nothing happens in an order that the schedule's seed does not decide.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar
from typing import Any, Protocol, cast

BEGINNING = 1000.0  # seconds that the simulated loop has run when a schedule begins


class Owner(Protocol):
    """A simulated process: what its tasks do ends with it."""

    def owns(self, task: "asyncio.Task[Any]") -> None:
        """A task began in its context."""


owner: ContextVar[Owner | None] = ContextVar("owner", default=None)
"""The process in whose context a task runs; inherited by every task and timer that it starts."""


class Standstill(AssertionError):
    """Nothing is ready and no timer is set: whoever waits now waits for ever."""


class _Jump:
    """Stands where a selector would: instead of waiting for so long, the clock is moved on by so much."""

    def __init__(self, jump: Callable[[float], None]) -> None:
        self._jump = jump

    def select(self, timeout: float | None) -> list[Any]:
        """Nothing ever arrives from outside."""
        if timeout is None:
            raise Standstill("nothing is ready and no timer is set")
        if timeout > 0:
            self._jump(timeout)
        return []


class SimulatedLoop(asyncio.BaseEventLoop):
    """asyncio's own loop without a selector, a socket or a clock."""

    def __init__(self) -> None:
        super().__init__()
        self._now = BEGINNING
        self._selector = _Jump(self._on)
        self._clock_resolution = 1e-9
        self.set_task_factory(cast(Any, _owned))  # typeshed has it without the context

    def time(self) -> float:
        """Simulated seconds."""
        return self._now

    def _on(self, seconds: float) -> None:
        self._now += seconds

    def _process_events(self, _: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """There is no other thread to wake."""


def _owned(
    loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any], context: Context | None = None
) -> "asyncio.Task[Any]":
    task = asyncio.Task(coroutine, loop=loop, context=context)
    process = context[owner] if context is not None and owner in context else owner.get()
    if process is not None:
        process.owns(task)
    return task
