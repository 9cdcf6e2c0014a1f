"""A calendar as two libraries read it that know nothing of one another; where they differ, nobody can rely on it.

`icalendar` finds a zone by its name, `vobject` in the file itself: so equal times mean that the file says the zone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import icalendar
import vobject

LONGEST_LINE = 75  # octets, RFC 5545 §3.1


@dataclass(frozen=True)
class Reading:
    """One entry, its times as instants."""

    uid: str
    sequence: int
    status: str
    starts_at: datetime
    ends_at: datetime
    stamp: datetime
    changed_at: datetime
    title: str
    place: str
    details: str


@dataclass(frozen=True)
class Sheet:
    """One calendar."""

    method: str
    zones: tuple[str, ...]
    entries: tuple[Reading, ...]

    @property
    def entry(self) -> Reading:
        """The only one."""
        (only,) = self.entries
        return only


def read(content: bytes) -> Sheet:
    """What both libraries say. AssertionError where they differ, or where the text breaks the standard's form."""
    must_have_the_form(content)
    one, other = by_icalendar(content), by_vobject(content)
    assert one == other
    return one


def must_have_the_form(content: bytes) -> None:
    """CRLF at the end of every line, no line too long, none that breaks a character in two."""
    assert content.endswith(b"\r\n")
    lines = content.removesuffix(b"\r\n").split(b"\r\n")
    assert not [each for each in lines if len(each) > LONGEST_LINE or b"\n" in each or b"\r" in each]
    for each in lines:
        each.decode()


def must_follow(sheets: Sequence[Sheet]) -> None:
    """Downloads of one activity, one after each change of it: the same entry, each time a newer one."""
    entries = [each.entry for each in sheets]
    assert len({each.uid for each in entries}) == 1, "UID"
    numbers = [each.sequence for each in entries]
    assert numbers == sorted(set(numbers)), f"SEQUENCE does not grow: {numbers}"
    assert [each.changed_at for each in entries] == sorted(each.changed_at for each in entries), "LAST-MODIFIED"


def by_icalendar(content: bytes) -> Sheet:
    """As `icalendar` reads it."""
    calendar = icalendar.Calendar.from_ical(content)
    entries = tuple(
        Reading(
            uid=str(each["UID"]),
            sequence=each.decoded("SEQUENCE"),
            status=str(each["STATUS"]),
            starts_at=_instant(each.decoded("DTSTART")),
            ends_at=_instant(each.decoded("DTEND")),
            stamp=_instant(each.decoded("DTSTAMP")),
            changed_at=_instant(each.decoded("LAST-MODIFIED")),
            title=str(each["SUMMARY"]),
            place=str(each["LOCATION"]),
            details=str(each["DESCRIPTION"]),
        )
        for each in calendar.events
    )
    return Sheet(str(calendar["METHOD"]), tuple(each.tz_name for each in calendar.timezones), entries)


def by_vobject(content: bytes) -> Sheet:
    """As `vobject` reads it."""
    calendar = vobject.readOne(content.decode())
    entries = tuple(
        Reading(
            uid=each.uid.value,
            sequence=int(each.sequence.value),
            status=each.status.value,
            starts_at=_instant(each.dtstart.value),
            ends_at=_instant(each.dtend.value),
            stamp=_instant(each.dtstamp.value),
            changed_at=_instant(each.last_modified.value),
            title=each.summary.value,
            place=each.location.value,
            details=each.description.value,
        )
        for each in calendar.contents.get("vevent", [])
    )
    zones = tuple(each.tzid.value for each in calendar.contents.get("vtimezone", []))
    return Sheet(calendar.method.value, zones, entries)


def _instant(value: datetime) -> datetime:
    assert value.tzinfo is not None, "a floating time"
    return value.astimezone(UTC)
