"""Waiting for a condition instead of sleeping: the only way in which a test lets time pass."""

import asyncio
import inspect
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, overload

T = TypeVar("T")
_FIRST_LOOK, _LONGEST_LOOK = 0.01, 0.2  # seconds between two looks, growing


@overload
async def eventually(condition: Callable[[], Coroutine[Any, Any, T]], within: float = ...) -> T: ...
@overload
async def eventually(condition: Callable[[], T], within: float = ...) -> T: ...
async def eventually(condition: Callable[[], Any], within: float = 10.0) -> Any:
    """What `condition` (a function or a coroutine function) answers as soon as that is true.

    An AssertionError raised inside counts as "not yet". Raises AssertionError after `within` seconds.
    """
    deadline, delay = time.monotonic() + within, _FIRST_LOOK
    while True:
        try:
            said: Any = condition()
            if inspect.isawaitable(said):
                said = await said
            if said:
                return said
        except AssertionError as not_yet:
            said = not_yet
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within:g} s; last: {said!r}")
        await asyncio.sleep(delay)
        delay = min(delay * 1.5, _LONGEST_LOOK)
