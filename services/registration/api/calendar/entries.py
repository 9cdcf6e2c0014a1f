"""What an activity says in somebody's calendar: words and instants, before they are written as iCalendar."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.registration.domain.activity import Activity, ActivityState
from shared.time import SHANGHAI, day_of

CANCELLED = "【已取消 Cancelled】"  # in the title, too: not every calendar shows the status of an entry
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Entry:
    """One activity in a calendar; only what is public of it.

    `uid` stays for ever, `sequence` grows with every change, and `changed_at` is the activity's own time: so two
    downloads with nothing between them are equal to the byte.
    """

    uid: str
    sequence: int
    cancelled: bool
    starts_at: datetime
    ends_at: datetime
    announced_at: datetime
    changed_at: datetime
    title: str
    place: str
    details: str

    @classmethod
    def of(cls, activity: Activity) -> "Entry":
        """From the domain."""
        cancelled = activity.state == ActivityState.CANCELLED
        return cls(
            uid=activity.id,
            sequence=sequence_of(activity),
            cancelled=cancelled,
            starts_at=activity.session.starts_at,
            ends_at=activity.session.ends_at,
            announced_at=activity.announced_at,
            changed_at=activity.changed_at or activity.announced_at,
            title=plain(CANCELLED + activity.title if cancelled else activity.title),
            place=plain("；".join(f"{each.name}，{each.place}" for each in activity.points)),
            details=plain("\n".join(_details(activity, cancelled=cancelled))),
        )


def sequence_of(activity: Activity) -> int:
    """RFC 5545 §3.8.7.4: it grows with every rescheduling and with the cancellation, after which nothing comes."""
    return activity.edition + (activity.state == ActivityState.CANCELLED)


def plain(text: str) -> str:
    r"""Without what iCalendar has no way to say: control characters, and line breaks that only some readers know.

    RFC 5545 §3.1 allows of the control characters tab and, escaped, the line feed. A capital N after a backslash
    gets a full-width one, because the library that writes takes `\N` for a line feed that was escaped already.
    """
    return _UNFIT.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).replace("\\N", "＼N")


def _details(activity: Activity, *, cancelled: bool) -> Iterator[str]:
    if cancelled:
        yield "本次活动已取消。This activity is cancelled."
    yield f"时间 Time: {stretch(activity.session.starts_at, activity.session.ends_at)}（北京时间 Beijing time）"
    if activity.earlier_sessions:
        earlier = activity.earlier_sessions[-1]
        yield f"原定时间 Earlier: {stretch(earlier.starts_at, earlier.ends_at)}"
    yield "开放点 Open points:"
    yield from (f"· {each.name}（{each.place}）" for each in activity.points)
    yield "活动流程 Agenda:"
    yield from (f"{number}. {each}" for number, each in enumerate(activity.agenda, start=1))


def stretch(starts_at: datetime, ends_at: datetime) -> str:
    """From when to when in the district's time, the day once where it is one."""
    starts, ends = starts_at.astimezone(SHANGHAI), ends_at.astimezone(SHANGHAI)
    same_day = day_of(starts) == day_of(ends)
    return f"{starts:%Y-%m-%d %H:%M}–{ends:%H:%M}" if same_day else f"{starts:%Y-%m-%d %H:%M} – {ends:%Y-%m-%d %H:%M}"
