"""Commands to their handlers, counted, timed and logged here so that handlers do none of it."""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar, cast

from shared.commands import Command
from shared.errors import Problem
from shared.failpoints import failpoint
from shared.logging import get_logger
from shared.metrics import Metrics

R = TypeVar("R")
Handlers = Mapping[type[Command[Any]], Callable[[Any], Awaitable[Any]]]


class Dispatcher:
    """One handler per command."""

    def __init__(self, handlers: Handlers, metrics: Metrics) -> None:
        self._handlers = handlers
        self._metrics = metrics

    async def handle(self, command: Command[R]) -> R:
        """The handler's answer; raises what the handler raises."""
        name, begun = type(command).__name__, time.perf_counter()
        outcome, code = "failed", "internal"
        try:
            await failpoint("api.validated")
            result = await self._handlers[type(command)](command)
            outcome, code = "done", ""
            return cast(R, result)
        except Problem as problem:
            outcome, code = ("failed" if problem.status >= 500 else "refused"), problem.code
            raise
        finally:
            self._metrics.count("commands_total", command=name, outcome=outcome, code=code)
            self._metrics.observe("command_duration_seconds", time.perf_counter() - begun, command=name)
            get_logger().info("command", command=name, outcome=outcome, code=code, subject=command.actor.subject)
