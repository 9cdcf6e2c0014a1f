"""The door of an open point: what one scan means, and which of several lets a person in.

The earliest valid scan is the entrance, in whatever order scans are uploaded: a door without a network sends its own
hours later, and a scan that turns out to be earlier takes the entrance over, so that the later one is the duplicate. A
scan that comes from a connected door (`live`) is in the order of the server and never takes over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from services.registration.domain.composition import Category
from services.registration.domain.place import Entrance, Registration, Status

DOOR_OPENS_BEFORE = timedelta(hours=3)
CLOCKS_AGREE = timedelta(seconds=5)
"""A door's clock that is less than this off is believed: what is missing may be the way of the message."""


class Result(StrEnum):
    """What the door says of one scan."""

    ADMITTED = "admitted"
    DUPLICATE = "duplicate"
    NOT_CONFIRMED = "not_confirmed"
    CANCELLED = "cancelled"
    WRONG_ACTIVITY = "wrong_activity"
    WRONG_POINT = "wrong_point"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    REVOKED = "revoked"
    UNKNOWN_CODE = "unknown_code"
    BAD_SIGNATURE = "bad_signature"
    UNDONE = "undone"


ABOUT_THE_ENTRANCE = {Result.ADMITTED, Result.DUPLICATE, Result.UNDONE}
"""Results that another scan, or staff, may turn into one another; all others stay as they were said."""


@dataclass(frozen=True)
class Doorway:
    """The times of one door, and whether the list behind it is final, closed for good, or called off."""

    opens_at: datetime
    closes_at: datetime
    locked: bool
    finished: bool
    called_off: bool


@dataclass(frozen=True)
class Shown:
    """One scan: when and at which door, and what was made of what was shown.

    `fault` is what is wrong with it whatever the list says; `edition` that of a ticket.
    """

    scan_id: str
    at: datetime
    device: str
    registration_id: str | None = None
    edition: int | None = None
    fault: Result | None = None
    live: bool = True


@dataclass(frozen=True)
class Verdict:
    """What one scan means now. `entered`: the person was not inside before."""

    result: Result
    registration_id: str | None = None
    category: Category | None = None
    state: Status | None = None
    first_at: datetime | None = None
    first_device: str | None = None
    entered: bool = False


def scanned_at(said: datetime, sent_at: datetime | None, received_at: datetime) -> datetime:
    """When a scan was, by the server's clock: a door whose clock is off says so by the time at which it sends.

    Never later than now, so that a clock that runs ahead gains nothing.
    """
    off = received_at - sent_at if sent_at else timedelta()
    corrected = said + off if abs(off) >= CLOCKS_AGREE else said
    bounded = min(corrected, received_at).astimezone(UTC)
    return bounded.replace(microsecond=bounded.microsecond // 1000 * 1000)


def judge(mine: Registration | None, shown: Shown, doorway: Doorway) -> Verdict:
    """What the door says; ADMITTED also when this scan is the entrance, or is to be."""
    if mine is None or shown.fault:
        return Verdict(shown.fault or Result.UNKNOWN_CODE, shown.registration_id)
    result = _of_the_place(mine, shown, doorway) or _of_the_time(shown, doorway) or Result.ADMITTED
    if result == Result.ADMITTED:
        entered = mine.status == Status.CONFIRMED
        return replace(_about(result, inside(mine, shown)), entered=entered)
    return _about(result, mine)


def inside(mine: Registration, shown: Shown) -> Registration:
    """With the entrance that an admitted scan makes; `check_in` is what happens to it."""
    if _is_entrance(mine, shown.scan_id):
        return mine
    entrance = Entrance(shown.scan_id, shown.device)
    return replace(mine, checked_in_at=shown.at, entrance=entrance)


def _of_the_place(mine: Registration, shown: Shown, doorway: Doorway) -> Result | None:
    """What the list says, whatever the time."""
    if doorway.called_off or mine.status == Status.CANCELLED:
        return Result.CANCELLED
    if _is_entrance(mine, shown.scan_id):
        return Result.ADMITTED
    if shown.edition not in (None, mine.ticket_edition):
        return Result.REVOKED
    if mine.undone and not shown.live and shown.at <= mine.undone.at:
        return Result.UNDONE
    if not shown.live and (when := _of_the_time(shown, doorway)):
        return when
    if mine.status == Status.ATTENDED:
        return None if _takes_over(mine, shown, doorway) else Result.DUPLICATE
    if mine.status == Status.ABSENT:
        return Result.TOO_LATE
    return None if mine.status == Status.CONFIRMED else Result.NOT_CONFIRMED


def _of_the_time(shown: Shown, doorway: Doorway) -> Result | None:
    if shown.at < doorway.opens_at or not (doorway.locked or doorway.finished):
        return Result.TOO_EARLY
    return Result.TOO_LATE if shown.at > doorway.closes_at else None


def _takes_over(mine: Registration, shown: Shown, doorway: Doorway) -> bool:
    """Whether somebody who is inside came by this scan, and not by the one that was told first."""
    if shown.live or not doorway.locked or not mine.checked_in_at:
        return False
    told_first = mine.entrance.scan_id if mine.entrance else ""
    return (shown.at, shown.scan_id) < (mine.checked_in_at, told_first)


def _is_entrance(mine: Registration, scan_id: str) -> bool:
    return bool(scan_id) and mine.entrance is not None and mine.entrance.scan_id == scan_id


def _about(result: Result, mine: Registration) -> Verdict:
    """A result, and of the entrance as much as it is about."""
    said = Verdict(result, mine.id, mine.category, mine.status)
    if result not in (Result.ADMITTED, Result.DUPLICATE):
        return said
    device = mine.entrance.device if mine.entrance else ""
    return replace(said, first_at=mine.checked_in_at, first_device=device or None)


# what is remembered


@dataclass(frozen=True)
class LoggedScan:
    """One line of a point's log: of what was shown only the place that it meant, and what was answered, for good."""

    scan_id: str
    point_id: str
    device: str
    at: datetime
    received_at: datetime
    by: str
    registration_id: str | None
    answered: Result


def recalled(registrations: Mapping[str, Registration], logged: LoggedScan) -> Verdict:
    """What a logged scan means now: of several admitted while doors were apart, one was the entrance."""
    mine = registrations.get(logged.registration_id or "")
    if mine is None:
        return Verdict(logged.answered, logged.registration_id)
    if logged.answered not in ABOUT_THE_ENTRANCE:
        return _about(logged.answered, mine)
    if _is_entrance(mine, logged.scan_id):
        return _about(Result.ADMITTED, mine)
    if mine.entrance is None or (mine.undone and logged.at <= mine.undone.at):
        return _about(Result.UNDONE, mine)
    return _about(Result.DUPLICATE, mine)


def with_entrances(
    point_id: str, registrations: Mapping[str, Registration], lines: list[LoggedScan]
) -> list[LoggedScan]:
    """The log, and those entrances that a crash kept from it: the roster knows them, not who sent them or when."""
    logged = {each.scan_id for each in lines}
    missing = [
        LoggedScan(
            scan_id=each.entrance.scan_id,
            point_id=point_id,
            device=each.entrance.device,
            at=each.checked_in_at,
            received_at=each.checked_in_at,
            by="",
            registration_id=each.id,
            answered=Result.ADMITTED,
        )
        for each in registrations.values()
        if each.entrance and each.checked_in_at and each.entrance.scan_id not in logged
    ]
    return sorted([*lines, *missing], key=lambda each: (each.at, each.scan_id))
