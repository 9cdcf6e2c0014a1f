"""Programmes: draft → open for plans → running → closed."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.registration.api import permissions as may
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Id
from services.registration.api.schemas.programmes import ProgrammeBody, ProgrammeList, ProgrammeView, ProgressView
from services.registration.application import planning as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import IfMatch, OnceKey, etag

router = APIRouter(prefix="/programmes", tags=["programmes"])

Writer = Annotated[Actor, requires(may.PROGRAMMES_WRITE)]
Reader = Annotated[Actor, requires(may.PROGRAMMES_READ)]


@router.post("", status_code=201)
async def draft_programme(
    body: ProgrammeBody, app: App, actor: Writer, once: OnceKey, response: Response
) -> ProgrammeView:
    """Prepare a programme. Without months it is the year's, of which there is one: 409 names the one that is there."""
    made = await app.handle(c.DraftProgramme(actor=actor, once=once, terms=body.terms()))
    return await _view(app, actor, made.id, response)


@router.get("")
async def list_programmes(
    app: App, actor: Reader, year: Annotated[int | None, Query(ge=2000, le=2100)] = None
) -> ProgrammeList:
    """Of a year or of all, the latest year first. Drafts are for the office."""
    return ProgrammeList(programmes=[ProgrammeView.of(each) for each in await app.queries.programmes(actor, year)])


@router.get("/{programme_id}")
async def get_programme(programme_id: Id, app: App, actor: Reader, response: Response) -> ProgrammeView:
    """One programme, with the ETag that an edit sends back."""
    return await _view(app, actor, programme_id, response)


@router.get("/{programme_id}/progress")
async def get_programme_progress(programme_id: Id, app: App, actor: Reader) -> ProgressView:
    """What each unit planned, announced and held, and who has not sent a plan; a unit sees its own part."""
    return ProgressView.of(await app.queries.programme_progress(actor, programme_id))


@router.put("/{programme_id}")
async def edit_programme(
    programme_id: Id, body: ProgrammeBody, app: App, actor: Writer, version: IfMatch, response: Response
) -> ProgrammeView:
    """Other terms, until it is closed; the year stays. What was announced keeps the terms of its day."""
    await app.handle(c.EditProgramme(actor=actor, programme_id=programme_id, terms=body.terms(), version=version))
    return await _view(app, actor, programme_id, response)


@router.post("/{programme_id}/openings", status_code=201)
async def open_programme(programme_id: Id, app: App, actor: Writer, once: OnceKey, response: Response) -> ProgrammeView:
    """Take plans, for the first time or again; after `plans_until` it runs by itself."""
    await app.handle(c.OpenProgramme(actor=actor, once=once, programme_id=programme_id))
    return await _view(app, actor, programme_id, response)


@router.post("/{programme_id}/runnings", status_code=201)
async def run_programme(programme_id: Id, app: App, actor: Writer, once: OnceKey, response: Response) -> ProgrammeView:
    """Take no more plans, except those that were sent back; what was planned goes on."""
    await app.handle(c.RunProgramme(actor=actor, once=once, programme_id=programme_id))
    return await _view(app, actor, programme_id, response)


@router.post("/{programme_id}/closings", status_code=201)
async def close_programme(
    programme_id: Id, app: App, actor: Writer, once: OnceKey, response: Response
) -> ProgrammeView:
    """It is over, for good; refused while announced activities lie ahead."""
    await app.handle(c.CloseProgramme(actor=actor, once=once, programme_id=programme_id))
    return await _view(app, actor, programme_id, response)


async def _view(app: App, actor: Actor, programme_id: str, response: Response) -> ProgrammeView:
    found = await app.queries.programme(actor, programme_id)
    response.headers["ETag"] = etag(found.version)
    return ProgrammeView.of(found.aggregate)
