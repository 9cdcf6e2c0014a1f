"""The schedule in people's own calendars: one activity to keep, or a feed to subscribe to."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Annotated, Any
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Header, Query, Response

from services.registration.api import permissions as may
from services.registration.api.calendar.entries import Entry, plain
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Id, Slug, UnitId
from services.registration.application.schedule import Schedule
from shared.commands import Actor
from shared.http.guard import requires
from shared.time import day_of

router = APIRouter(tags=["calendar"])

MEDIA_TYPE = "text/calendar"
NAME = "政府开放日 Government Open Day"
Reader = Annotated[Actor, requires(may.ACTIVITIES_READ)]
_made: WeakKeyDictionary[Schedule, tuple[tuple[Entry, ...], str]] = WeakKeyDictionary()
Seen = Annotated[str | None, Header(alias="If-None-Match")]
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
        "description": "iCalendar (RFC 5545), UTF-8.",
        "headers": {"ETag": {"schema": {"type": "string"}, "description": "Send it back as If-None-Match."}},
    },
    304: {"description": "Nothing changed since the ETag that was sent in If-None-Match."},
}


@router.get("/activities/{activity_id}/calendar", response_class=Response, responses=_ANSWERS)
async def get_activity_calendar(activity_id: Id, app: App, _: Reader, seen: Seen = None) -> Response:
    """The activity for one's own calendar; once it is cancelled, the same file takes it out again."""
    entry = Entry.of(await app.queries.activity(activity_id))
    tag = _tag(entry)
    if _knows(seen, tag):
        return _unchanged(tag)
    content = await asyncio.to_thread(_one, entry)
    return _calendar(content, tag, f"attachment; filename=openday-{day_of(entry.starts_at)}.ics")


@router.get("/calendar", response_class=Response, responses=_ANSWERS)
async def get_schedule_calendar(
    app: App,
    _: Reader,
    seen: Seen = None,
    town: Annotated[Slug | None, Query()] = None,
    unit_id: Annotated[UnitId | None, Query()] = None,
) -> Response:
    """A feed to subscribe to: what lies ahead and what ended in the last 90 days, of one town, one host, or all."""
    name = plain(f"{NAME} · {await _host(app, unit_id)}") if unit_id else NAME
    entries, digest = _presented(await app.queries.schedule(town, unit_id))
    tag = _tag(name, digest)
    if _knows(seen, tag):
        return _unchanged(tag)
    content = await asyncio.to_thread(_schedule, name, entries)
    return _calendar(content, tag, "inline; filename=openday.ics")


async def _host(app: App, unit_id: str) -> str:
    return (await app.queries.unit(unit_id)).on(app.queries.today()).name


def _presented(schedule: Schedule) -> tuple[tuple[Entry, ...], str]:
    """Its entries and a digest of them: made once for as long as the schedule is kept."""
    if schedule not in _made:
        entries = tuple(Entry.of(each) for each in schedule.activities)
        _made[schedule] = entries, _tag(*entries)
    return _made[schedule]


def _one(entry: Entry) -> bytes:
    from services.registration.api.calendar import writing

    return writing.one(entry)


def _schedule(name: str, entries: Sequence[Entry]) -> bytes:
    from services.registration.api.calendar import writing

    return writing.schedule(name, entries)


def _tag(*said: object) -> str:
    """Weak: it stands for what is said, and is known before anything is written."""
    return f'W/"{hashlib.sha256(repr(said).encode()).hexdigest()[:32]}"'


def _knows(seen: str | None, tag: str) -> bool:
    """RFC 9110 §13.1.2, by weak comparison."""
    tags = [each.strip().removeprefix("W/") for each in (seen or "").split(",")]
    return "*" in tags or tag.removeprefix("W/") in tags


def _calendar(content: bytes, tag: str, disposition: str) -> Response:
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Disposition": disposition}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


def _unchanged(tag: str) -> Response:
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-cache"})
