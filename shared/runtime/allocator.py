"""Keeps the C library from hoarding: what a busy service has freed goes back to the system.

glibc gives threads arenas of their own, which never shrink, and after the first large block is freed it puts others
like it on the heap, where they leave holes. Answers of the broker and documents of the database are such blocks, made
and freed all day, some in the driver's threads. Half of what a reader grew by was nothing but that (`make bench`, K5).
"""

import ctypes

_TRIM, _MMAP, _ARENAS = -1, -3, -8  # M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX of <malloc.h>
LARGE = 128 * 1024  # bytes: such a block is of its own, and gone when it is freed
ARENAS = 2


def frugal() -> bool:
    """For the beginning of a process, before threads start. False where the C library has no such settings."""
    set_ = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_ is None:
        return False
    return all([set_(_ARENAS, ARENAS), set_(_MMAP, LARGE), set_(_TRIM, LARGE)])
