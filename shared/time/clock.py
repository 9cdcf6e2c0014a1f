"""The only place that asks the machine for the time, and the clock that a demonstration steers instead.

Instants are UTC with whole milliseconds, so that what is stored equals what is read back.
"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Where `now` comes from."""

    def now(self) -> datetime:
        """The present instant: aware, UTC, whole milliseconds."""

    async def pause(self, until: datetime | None, at_most: float) -> None:
        """Sleep until `until` may have come, never longer than `at_most` seconds; may return early."""


def elapsed() -> float:
    """Seconds on the running event loop's clock: for durations and patience, never for a rule.

    A simulated loop simulates them, too.
    """
    return asyncio.get_running_loop().time()


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        return _whole_milliseconds(datetime.now(UTC))

    async def pause(self, until: datetime | None, at_most: float) -> None:
        ahead = at_most if until is None else (until - self.now()).total_seconds()
        await asyncio.sleep(min(max(ahead, 0.001), at_most))


class SteeredClock:
    """A time that somebody else sets by replacing a file (`steer`): for demonstrations and tests.

    Refused in the production profile. It never runs by itself, and survives a restart of the service.
    """

    _LOOK_EVERY = 0.02  # seconds of real time between two looks at the file

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int] | None = None
        self._now = self._read()

    def now(self) -> datetime:
        stat = self._file.stat()
        if self._seen != (stat.st_mtime_ns, stat.st_ino):
            self._now = self._read()
        return self._now

    async def pause(self, until: datetime | None, at_most: float) -> None:
        await asyncio.sleep(min(self._LOOK_EVERY, at_most))

    def _read(self) -> datetime:
        try:
            stat = self._file.stat()
            value = datetime.fromisoformat(self._file.read_text().strip())
        except (OSError, ValueError) as error:
            raise ValueError(f"steered clock: {self._file} must hold one RFC 3339 time: {error}") from error
        self._seen = (stat.st_mtime_ns, stat.st_ino)
        return _whole_milliseconds(value.astimezone(UTC))


def steer(file: Path, to: datetime) -> None:
    """Set the time of every service that follows `file`; atomic, so that no reader sees half a line."""
    fresh = file.with_suffix(".next")
    fresh.write_text(to.isoformat())
    fresh.replace(file)


def _whole_milliseconds(value: datetime) -> datetime:
    return value.replace(microsecond=value.microsecond // 1000 * 1000)
