"""The list of activities in pages: what lies ahead by start, then what is over, the latest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from services.registration.domain.activity import Activity


class Mark(NamedTuple):
    """Where a page ended. Instants are microseconds since 1970.

    `begun` is when the first page was asked for: it decides for all pages what is over, so that nothing changes sides
    between two of them.
    """

    begun: int
    over: bool
    order: int
    id: str


@dataclass(frozen=True, eq=False)
class Page:
    """Some of the list; `next` marks its end where more follow. The same object until the activities are read again."""

    activities: tuple[Activity, ...]
    next: Mark | None


def page(activities: Iterable[Activity], limit: int, now: datetime, after: Mark | None = None) -> Page:
    """At most `limit` of them, from behind `after`. What was announced in between does not move the others."""
    begun = after.begun if after else _instant(now)
    marked = ((_mark(begun, each), each) for each in activities)
    rest = sorted((each for each in marked if after is None or each[0] > after), key=itemgetter(0))
    shown = rest[:limit]
    return Page(tuple(each for _, each in shown), shown[-1][0] if len(rest) > limit else None)


def _mark(begun: int, activity: Activity) -> Mark:
    over, starts = _instant(activity.session.ends_at) < begun, _instant(activity.session.starts_at)
    return Mark(begun, over, -starts if over else starts, activity.id)


def _instant(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)
