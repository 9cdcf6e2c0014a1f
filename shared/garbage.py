"""Keeps the garbage collector away from what a service loads once and never lets go.

Modules, models and routes are a few hundred thousand objects. While they are made the collector would walk through them
dozens of times, and through all of them again in each of its full rounds afterwards, in the middle of somebody's
command. What a busy service makes is mostly freed without the collector, so it need not look after every 700 objects.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

PACE = 5_000  # objects made and not freed, until the young ones are looked at


@contextmanager
def loading() -> Iterator[None]:
    """For the imports of a program: nothing is collected meanwhile, and what is there at the end stays."""
    gc.disable()
    try:
        yield
    finally:
        settled()
        gc.enable()


def settled() -> None:
    """What lives now is kept; only what comes later is ever looked at."""
    gc.freeze()
    gc.set_threshold(PACE)
