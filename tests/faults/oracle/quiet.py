"""When everything has settled: outboxes empty, every group at its topics' ends, nothing parked, three times over."""

import time
from collections.abc import Mapping, Sequence

from pymongo.errors import PyMongoError

from tests.faults.oracle.databases import Databases, databases
from tests.faults.oracle.where import Where
from tests.outside.topics import TopicsAway, ends, lags

OWNERS = ("registration", "feedback", "reporting", "scoring")
READS = {
    "feedback": ("registration",),
    "reporting": ("registration", "feedback"),
    "scoring": ("registration", "feedback", "reporting", "scoring"),
}
"""Whose facts each service reads."""
POLLS = 3
PAUSE = 0.3  # seconds between two polls


class NeverQuiet(Exception):
    """It did not settle; says what still moved."""


def wait_quiet(
    where: Where, within: float, *, also: Mapping[str, Sequence[str]] | None = None, parked: bool = False
) -> float:
    """Seconds until it was quiet; blocks, so call it beside the loop (`asyncio.to_thread`). Raises NeverQuiet.

    `also` {group: [owners whose topics it reads]}: further groups, e.g. of a replay. `parked`: events that wait for
    one that will never come are no movement.
    """
    begun, quiet, moving = time.monotonic(), 0, "not looked at yet"
    seen: object = None
    with databases(where) as kept:
        while quiet < POLLS:
            if time.monotonic() - begun > within:
                raise NeverQuiet(f"not quiet after {within:.0f} s: {moving}")
            try:
                moving, now = _look(where, kept, also or {}, may_park=parked)
            except (PyMongoError, TopicsAway) as away:
                moving, now = f"{type(away).__name__}: {away}", None
            quiet = quiet + 1 if not moving and (now == seen or not quiet) else int(not moving)
            seen = now
            if quiet < POLLS:
                time.sleep(PAUSE)
    return time.monotonic() - begun


def _look(where: Where, kept: Databases, also: Mapping[str, Sequence[str]], *, may_park: bool) -> tuple[str, object]:
    """What still moves, empty when nothing does; and the topics' ends."""
    if waiting := kept.waiting():
        return f"facts to publish: {waiting}", None
    groups = {where.group(name): owners for name, owners in READS.items()} | dict(also)
    behind = lags(where.kafka, {group: [where.topic(each) for each in owners] for group, owners in groups.items()})
    if any(behind.values()):
        return f"events to read: { {group: lag for group, lag in behind.items() if lag} }", None
    parked = kept.parked()
    if parked and not may_park:
        return f"parked: {parked}", None
    return "", (ends(where.kafka, [where.topic(each) for each in OWNERS]), parked)
