"""Replacing a function of the kernel, refused aloud when the kernel is not the one that the patch was written for.

Otherwise a renamed function would leave a broken build sound, and the control would prove nothing.
"""

import inspect
from collections.abc import Callable
from typing import Any


class Unfit(Exception):
    """The kernel has changed; says which patch no longer fits, and where."""


def patch(owner: Any, name: str, parameters: str | None, make: Callable[[Any], Any]) -> None:
    """Put `make(original)` in the place of `owner.name`, whose parameters must be these (None: any). Raises Unfit."""
    original = vars(owner).get(name)
    if original is None:
        raise Unfit(f"{_named(owner)} has no {name} of its own")
    found = " ".join(inspect.signature(original).parameters)
    if parameters not in (found, None):
        raise Unfit(f"{_named(owner)}.{name} takes ({found}), the patch is for ({parameters})")
    setattr(owner, name, make(original))


def must_mention(owner: Any, *words: str) -> None:
    """What the patch rests on still stands in the source. Raises Unfit."""
    source = inspect.getsource(owner)
    for each in words:
        if each not in source:
            raise Unfit(f"{_named(owner)} no longer mentions {each}")


def _named(owner: Any) -> str:
    return str(getattr(owner, "__qualname__", getattr(owner, "__name__", owner)))
