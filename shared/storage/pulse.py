"""Whether the database answers: within two seconds it is known that it does not, and then nobody waits for it.

A driver notices a dead connection at once, an absent server after its selection timeout, and a server that hangs only
after the socket's timeout; meanwhile callers queue for its threads and for one another. Here an operation that takes
long makes the database be asked whether it answers at all: a slow scan goes on, a silent database is said to be away.
What was under way then is unknown to its caller, as after any lost connection: the compare-and-set makes it harmless.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from shared.errors import Unavailable
from shared.logging import get_logger
from shared.time import elapsed

SUSPICION = 0.3  # seconds that an operation takes before the database is asked whether it answers
PATIENCE = 1.5  # seconds for that answer
LOOK = 0.5  # seconds between two questions while it is away
HELD_UP = 0.5  # seconds later than it was to be: this process had no time, and the answer may lie there unread


class Pulse:
    """Of one database. `ping` returns when it has answered and raises when it cannot be reached."""

    def __init__(self, ping: Callable[[], Awaitable[Any]]) -> None:
        self._ping = ping
        self._under_way: dict[asyncio.Future[Any], float] = {}
        self._look: asyncio.TimerHandle | None = None
        self._asking: asyncio.Task[None] | None = None
        self._away_since: float | None = None

    @property
    def away(self) -> bool:
        """Whether nothing is asked of it now."""
        return self._away_since is not None

    @property
    def away_for(self) -> float:
        """Seconds since it was found to be away; 0 while it answers."""
        return 0.0 if self._away_since is None else elapsed() - self._away_since

    async def ask(self, operation: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        """What `operation` answers. Raises Unavailable as soon as the database is away, or what `operation` raises."""
        if self._away_since is not None:
            raise away()
        answer = asyncio.ensure_future(operation(*args, **kwargs))
        self._under_way[answer] = elapsed()
        if self._look is None:
            self._look_in(SUSPICION)
        try:
            return await answer
        except asyncio.CancelledError:
            if not self.away or _told_to_end():
                raise
            raise away() from None
        finally:
            self._under_way.pop(answer, None)

    def suspect(self) -> None:
        """A connection broke: find out whether that was all."""
        if self._asking is None:
            self._asking = asyncio.get_running_loop().create_task(self._find_out())

    def close(self) -> None:
        """Ask no more."""
        if self._look:
            self._look.cancel()
        if self._asking:
            self._asking.cancel()

    def _look_in(self, seconds: float) -> None:
        self._look = asyncio.get_running_loop().call_later(seconds, self._notice)

    def _notice(self) -> None:
        self._look = None
        if self._under_way:
            longest = elapsed() - next(iter(self._under_way.values()))  # in the order in which they began
            if longest >= SUSPICION:
                self.suspect()
            self._look_in(SUSPICION if longest >= SUSPICION else SUSPICION - longest)

    async def _find_out(self) -> None:
        try:
            while not await self._answers():
                self._lose()
                await asyncio.sleep(LOOK)
            if self.away:
                get_logger().info("database_back", after_seconds=round(self.away_for, 1))
                self._away_since = None
        finally:
            self._asking = None

    async def _answers(self) -> bool:
        while True:
            begun = elapsed()
            try:
                await asyncio.wait_for(self._ping(), PATIENCE)
            except Exception:  # noqa: BLE001 whatever the reason is, it does not answer
                if elapsed() - begun < PATIENCE + HELD_UP:
                    return False
            else:
                return True

    def _lose(self) -> None:
        if self._away_since is None:
            self._away_since = elapsed()
            get_logger().error("database_away", under_way=len(self._under_way))
        for each in self._under_way:
            each.cancel()


def away(cause: str = "no_answer") -> Unavailable:
    """What everybody is told meanwhile."""
    return Unavailable(
        "database_away",
        "数据库暂时无法访问，请稍后重试。",
        "The database does not answer; try again shortly.",
        cause=cause,
    )


def _told_to_end() -> bool:
    """Whether somebody wants this task to end, and not only the database to be waited for no longer."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
