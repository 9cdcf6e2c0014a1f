"""After a rescheduling: do those who have a place keep it?"""

from typing import Annotated

from fastapi import APIRouter, Header

from services.registration.api import permissions as may
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Id
from services.registration.api.schemas.reconfirmations import PlaceKeptView, ReconfirmationView
from services.registration.application import commands as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter(prefix="/open-points/{point_id}", tags=["open points"])

Code = Annotated[str | None, Header(alias="Claim-Code", min_length=8, max_length=10)]
Holder = Annotated[Actor, requires(may.REGISTRATION_READ)]
Keeper = Annotated[Actor, requires(may.REGISTRATION_CANCEL)]
Reader = Annotated[Actor, requires(may.ROSTER_READ)]


@router.get("/reconfirmation")
async def get_reconfirmation(point_id: Id, app: App, actor: Reader) -> ReconfirmationView:
    """Who was asked after the last rescheduling, and what each said, for staff; 404 where nobody was asked."""
    found, roster = await app.queries.reconfirmation(actor, point_id)
    return ReconfirmationView.of(found, roster, overdue=app.queries.now() > found.question.answer_by)


@router.get("/registrations/{registration_id}/reconfirmation")
async def get_place_kept(
    point_id: Id, registration_id: Id, app: App, actor: Holder, code: Code = None
) -> PlaceKeptView:
    """What I was asked and said; with the claim code, or for staff. 404 where I had no place when the time changed."""
    return PlaceKeptView.of(registration_id, *await app.queries.place_kept(actor, point_id, registration_id, code))


@router.post("/registrations/{registration_id}/reconfirmation", status_code=201)
async def keep_place(
    point_id: Id, registration_id: Id, app: App, actor: Keeper, once: OnceKey, code: Code = None
) -> PlaceKeptView:
    """I come at the new time, also after `answer_by`. Who does not come cancels the registration."""
    command = c.KeepPlace(actor=actor, once=once, point_id=point_id, registration_id=registration_id, claim_code=code)
    await app.handle(command)
    return PlaceKeptView.of(registration_id, *await app.queries.place_kept(actor, point_id, registration_id, code))
