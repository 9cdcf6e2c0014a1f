"""Open points: registrations, lock, a check-in taken back."""

from typing import Annotated

from fastapi import APIRouter, Header, Request

from services.registration.api import permissions as may
from services.registration.api.routes.application import App
from services.registration.api.routes.status import shown
from services.registration.api.schemas.common import Id
from services.registration.api.schemas.notices import StatusView
from services.registration.api.schemas.plans import ReasonBody
from services.registration.api.schemas.rosters import (
    AdmissionView,
    ExtensionBody,
    HeadcountView,
    OpenPointView,
    RegistrationBody,
    RosterView,
    UndoCheckInBody,
)
from services.registration.application import commands as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter(prefix="/open-points/{point_id}", tags=["open points"])

Anyone = Annotated[Actor, requires(may.REGISTER)]
Holder = Annotated[Actor, requires(may.REGISTRATION_READ)]
Leaver = Annotated[Actor, requires(may.REGISTRATION_CANCEL)]
Reader = Annotated[Actor, requires(may.ROSTER_READ)]
Writer = Annotated[Actor, requires(may.ROSTER_WRITE)]
Waiver = Annotated[Actor, requires(may.ROSTER_WAIVE)]
Code = Annotated[str | None, Header(alias="Claim-Code", min_length=8, max_length=10)]


@router.get("")
async def get_open_point(point_id: Id, app: App, _: Annotated[Actor, requires(may.ACTIVITIES_READ)]) -> OpenPointView:
    """Seats by category, waiting list, composition, phase."""
    return OpenPointView.of(await app.queries.roster(point_id))


@router.post("/registrations", status_code=201)
async def register(
    point_id: Id, body: RegistrationBody, app: App, actor: Anyone, once: OnceKey, request: Request
) -> AdmissionView:
    """Ask for a place: confirmed, wait-listed or in the draw, with a reason and a sentence."""
    command = c.Register(
        actor=actor,
        once=once,
        point_id=point_id,
        category=body.category,
        grassroots=body.grassroots,
        contact=body.contact(),
    )
    admission = await app.handle(command)
    return AdmissionView.of(admission, request, app.queries.claim_code(admission.registration_id))


@router.get("/registrations/{registration_id}")
async def get_registration(
    point_id: Id, registration_id: Id, app: App, actor: Holder, request: Request, code: Code = None
) -> StatusView:
    """Where I stand and what I was told; with the claim code, or for staff. The holder has read it with that."""
    admission = await app.queries.admission(actor, point_id, registration_id, code)
    told = await shown(app, actor, registration_id, request)
    return StatusView.with_notices(admission, told, request)


@router.post("/registrations/{registration_id}/cancellations", status_code=201)
async def cancel_registration(
    point_id: Id,
    registration_id: Id,
    app: App,
    actor: Leaver,
    once: OnceKey,
    request: Request,
    code: Code = None,
) -> AdmissionView:
    """Give the place back; whom the rule admits moves up."""
    command = c.CancelRegistration(
        actor=actor, once=once, point_id=point_id, registration_id=registration_id, claim_code=code
    )
    return AdmissionView.of(await app.handle(command), request)


@router.get("/roster")
async def get_roster(point_id: Id, app: App, actor: Reader) -> RosterView:
    """The list for staff, masked."""
    return RosterView.of(*await app.queries.roster_with_contacts(actor, point_id))


@router.post("/closings", status_code=201)
async def close_registration(point_id: Id, app: App, actor: Writer, once: OnceKey) -> OpenPointView:
    """Close before the deadline; a draw is committed to."""
    await app.handle(c.CloseRegistration(actor=actor, once=once, point_id=point_id))
    return OpenPointView.of(await app.queries.roster(point_id))


@router.post("/extensions", status_code=201)
async def extend_registration(
    point_id: Id, body: ExtensionBody, app: App, actor: Writer, once: OnceKey
) -> OpenPointView:
    """Close later, or open again; not once a list was committed to for a draw or locked. The reason stays inside."""
    command = c.ExtendRegistration(
        actor=actor, once=once, point_id=point_id, closes_at=body.closes_at, reason=body.reason
    )
    await app.handle(command)
    return OpenPointView.of(await app.queries.roster(point_id))


@router.post("/waivers", status_code=201)
async def waive_composition(point_id: Id, body: ReasonBody, app: App, actor: Waiver, once: OnceKey) -> OpenPointView:
    """The office accepts too few residents, with a reason."""
    await app.handle(c.WaiveComposition(actor=actor, once=once, point_id=point_id, reason=body.reason))
    return OpenPointView.of(await app.queries.roster(point_id))


@router.post("/locks", status_code=201)
async def lock_roster(point_id: Id, app: App, actor: Writer, once: OnceKey) -> HeadcountView:
    """The list is final; refused while residents are short."""
    return HeadcountView(confirmed=await app.handle(c.LockRoster(actor=actor, once=once, point_id=point_id)))


@router.post("/check-in-reversals", status_code=201)
async def undo_check_in(
    point_id: Id, body: UndoCheckInBody, app: App, actor: Writer, once: OnceKey, request: Request
) -> AdmissionView:
    """The wrong person was scanned: the place is confirmed again, until the activity is held."""
    command = c.UndoCheckIn(
        actor=actor, once=once, point_id=point_id, registration_id=body.registration_id, reason=body.reason
    )
    return AdmissionView.of(await app.handle(command), request)
