"""Activities: announced → rescheduled, cancelled or held."""

from typing import Annotated
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Query, Response

from services.registration.api import permissions as may
from services.registration.api.cursor import Cursor, read
from services.registration.api.routes.application import App
from services.registration.api.schemas.activities import (
    ActivityList,
    ActivityView,
    AnnouncementBody,
    CancellationBody,
    ReschedulingBody,
)
from services.registration.api.schemas.common import Id
from services.registration.application import commands as c
from services.registration.application.listing import Page
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter(tags=["activities"])

Writer = Annotated[Actor, requires(may.ACTIVITIES_WRITE)]
Reader = Annotated[Actor, requires(may.ACTIVITIES_READ)]
_made: WeakKeyDictionary[Page, bytes] = WeakKeyDictionary()


@router.post("/activities", status_code=201)
async def announce_activity(body: AnnouncementBody, app: App, actor: Writer, once: OnceKey) -> ActivityView:
    """Make a filed plan public; registration opens for every open point."""
    command = c.AnnounceActivity(
        actor=actor,
        once=once,
        plan_id=body.plan_id,
        session=body.session.session(),
        opens_at=body.registration_opens_at,
        closes_at=body.registration_closes_at,
    )
    return ActivityView.of(await app.handle(command))


@router.get("/activities", response_model=ActivityList)
async def list_activities(
    app: App,
    _: Reader,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    cursor: Cursor = None,
    programme_id: Id | None = None,
) -> Response:
    """What lies ahead, the next to start first, then what is over, the latest first; a page at a time.

    Send `next` back as `cursor`, with the same `year` and `programme_id`, for the page that follows. A new activity
    may take three seconds to appear.
    """
    page = await app.queries.activities(year, limit, read(cursor), programme_id)
    return Response(_presented(page), media_type="application/json")


def _presented(page: Page) -> bytes:
    """Written once for as long as the page is kept."""
    if page not in _made:
        _made[page] = ActivityList.of(page).model_dump_json().encode()
    return _made[page]


@router.get("/activities/{activity_id}")
async def get_activity(activity_id: Id, app: App, _: Reader) -> ActivityView:
    """One activity, with its attendance once it was held."""
    return ActivityView.of(await app.queries.activity(activity_id))


@router.post("/activities/{activity_id}/reschedulings", status_code=201)
async def reschedule_activity(
    activity_id: Id, body: ReschedulingBody, app: App, actor: Writer, once: OnceKey
) -> ActivityView:
    """Another time; the earlier one stays in the history, and whoever has a place is asked again."""
    command = c.RescheduleActivity(
        actor=actor,
        once=once,
        activity_id=activity_id,
        session=body.session.session(),
        closes_at=body.registration_closes_at,
        answer_by=body.answer_by,
    )
    await app.handle(command)
    return ActivityView.of(await app.queries.activity(activity_id))


@router.post("/activities/{activity_id}/cancellations", status_code=201)
async def cancel_activity(
    activity_id: Id, body: CancellationBody, app: App, actor: Writer, once: OnceKey
) -> ActivityView:
    """It will not take place."""
    await app.handle(c.CancelActivity(actor=actor, once=once, activity_id=activity_id, reason=body.reason))
    return ActivityView.of(await app.queries.activity(activity_id))


@router.post("/activities/{activity_id}/holdings", status_code=201)
async def hold_activity(activity_id: Id, app: App, actor: Writer, once: OnceKey) -> ActivityView:
    """It took place: the doors close, attendance is final, the two-day clock starts."""
    return ActivityView.of(await app.handle(c.HoldActivity(actor=actor, once=once, activity_id=activity_id)))
