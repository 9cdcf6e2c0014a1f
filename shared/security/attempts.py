"""How often somebody may try: allowances that refill, counted in this process, in bounded memory (`docs/adr/0015`)."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from math import ceil
from typing import Generic, TypeVar

from shared.errors import TooManyRequests
from shared.metrics import Metrics
from shared.time import elapsed

KEPT = 20_000  # callers remembered by each counter: some megabytes
GRAIN = 1e-6  # seconds; less is an error of rounding

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The last so many that were put; whoever was longest untouched is forgotten."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._values: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: K) -> bool:
        return key in self._values

    def get(self, key: K, default: V) -> V:
        """What was put, or `default`."""
        return self._values.get(key, default)

    def put(self, key: K, value: V) -> None:
        """Remember, at the expense of the oldest."""
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._kept:
            self._values.popitem(last=False)


class Attempts(Generic[K]):
    """`most` attempts at once for each `who`, refilled evenly over `seconds`: at most twice `most` in that time.

    Real durations, also where the clock is steered: this guards a door, it is no rule of the day. Of each who it keeps
    one number, when their allowance is whole again, so a flood costs no more memory than a trickle.
    """

    def __init__(self, most: int, seconds: float, *, kept: int = KEPT, now: Callable[[], float] = elapsed) -> None:
        self._step = seconds / most
        self._slack = seconds - self._step
        self._now = now
        self._whole: Recent[K, float] = Recent(kept)

    def __len__(self) -> int:
        return len(self._whole)

    def wait(self, who: K) -> float:
        """Seconds until `who` may try again; 0 when they may now."""
        ahead = self._whole.get(who, 0.0) - self._now() - self._slack
        return ahead if ahead > GRAIN else 0.0

    def note(self, who: K) -> None:
        """One attempt was made."""
        now = self._now()
        self._whole.put(who, max(self._whole.get(who, now), now) + self._step)


def must_not_wait(waits: Mapping[str, float], metrics: Metrics) -> None:
    """Raises TooManyRequests for the longest wait, and counts it under its limit's name. No await, no lock."""
    limit = max(waits, key=waits.__getitem__)
    if wait := ceil(waits[limit]):
        metrics.count("attempts_refused_total", limit=limit)
        raise _too_many(wait)


def _too_many(seconds: int) -> TooManyRequests:
    long = seconds > 90
    zh, en = (
        (f"{ceil(seconds / 60)} 分钟", f"{ceil(seconds / 60)} minutes") if long else (f"{seconds} 秒", f"{seconds} s")
    )
    return TooManyRequests(
        "too_many_attempts",
        f"尝试次数过多，请 {zh}后再试；急需办理可致电主办单位代办。",
        f"Too many attempts: try again in {en}, or call the host, who can do it for you.",
        retry_after=seconds,
    )
