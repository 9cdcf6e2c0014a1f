"""What people may ask about their own data: all of it, its erasure, the end of their consent."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from services.registration.api import permissions as may
from services.registration.api.letter import letter
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Id
from services.registration.api.schemas.subjects import ErasureBody, ErasureView, PersonalDataView
from services.registration.application import commands as c
from services.registration.domain.subject import Cause
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter(prefix="/open-points/{point_id}/registrations/{registration_id}", tags=["personal data"])

Subject = Annotated[Actor, requires(may.PERSONAL_DATA_READ)]
Eraser = Annotated[Actor, requires(may.PERSONAL_DATA_ERASE)]
Code = Annotated[str | None, Header(alias="Claim-Code", min_length=8, max_length=10)]
TEXT = "text/plain; charset=utf-8"


@router.get("/personal-data")
async def get_personal_data(
    point_id: Id, registration_id: Id, app: App, actor: Subject, code: Code = None
) -> PersonalDataView:
    """Everything that is held about a person, for whoever has the claim code. Staff see lists, not this."""
    return await _everything(app, actor, (point_id, registration_id), code)


@router.get("/personal-data.txt", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def get_personal_data_text(
    point_id: Id, registration_id: Id, app: App, actor: Subject, code: Code = None
) -> Response:
    """The same, to read and to keep."""
    data = await _everything(app, actor, (point_id, registration_id), code)
    disposition = 'attachment; filename="personal-data.txt"'
    return Response(letter(data), media_type=TEXT, headers={"Content-Disposition": disposition})


@router.post("/erasures", status_code=201)
async def erase_person(
    point_id: Id,
    registration_id: Id,
    app: App,
    actor: Eraser,
    once: OnceKey,
    body: ErasureBody | None = None,
    code: Code = None,
) -> ErasureView:
    """Erase name, number, ID number, email, turn; a place that is still to come is given up first: the queue moves."""
    return await _erased(app, actor, once, (point_id, registration_id), Cause.REQUEST, body, code)


@router.post("/consent-withdrawals", status_code=201)
async def withdraw_consent(
    point_id: Id,
    registration_id: Id,
    app: App,
    actor: Eraser,
    once: OnceKey,
    body: ErasureBody | None = None,
    code: Code = None,
) -> ErasureView:
    """Without consent nothing may be kept: the place goes to who waits, and the data are erased at once."""
    return await _erased(app, actor, once, (point_id, registration_id), Cause.CONSENT_WITHDRAWN, body, code)


async def _everything(app: App, actor: Actor, whose: tuple[str, str], code: Code) -> PersonalDataView:
    held = await app.subjects.held(actor, *whose, code)
    return PersonalDataView.of(held, await app.notices.told(whose[1], "zh-CN"))


async def _erased(
    app: App, actor: Actor, once: OnceKey, whose: tuple[str, str], cause: Cause, body: ErasureBody | None, code: Code
) -> ErasureView:
    point_id, registration_id = whose
    command = c.ErasePerson(
        actor=actor,
        once=once,
        point_id=point_id,
        registration_id=registration_id,
        claim_code=code,
        cause=cause,
        reason=body.reason if body else None,
    )
    return ErasureView.of(await app.handle(command))
