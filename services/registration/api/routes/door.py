"""The door: check in, send in scans, read the log."""

from typing import Annotated

from fastapi import APIRouter, Request

from services.registration.api import permissions as may
from services.registration.api.routes.application import App
from services.registration.api.schemas.common import Id
from services.registration.api.schemas.door import (
    CheckInBatchBody,
    CheckInBatchView,
    CheckInBody,
    ScanAnswer,
    ScanLogView,
    ScanView,
)
from services.registration.application import commands as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import OnceKey

router = APIRouter(prefix="/open-points/{point_id}", tags=["the door"])

Writer = Annotated[Actor, requires(may.ROSTER_WRITE)]
Reader = Annotated[Actor, requires(may.ROSTER_READ)]
LINES = 2000  # of the log in one answer


@router.post("/check-ins", status_code=201)
async def check_in(point_id: Id, body: CheckInBody, app: App, actor: Writer, once: OnceKey) -> ScanView:
    """At the door; a second scan says when and where the first was."""
    command = c.CheckIn(
        actor=actor,
        once=once,
        point_id=point_id,
        shown=body.shown,
        device=body.device or "",
        nonce=body.nonce,
        scanned_at=body.scanned_at,
    )
    return ScanView.of(await app.handle(command))


@router.post("/check-in-batches", status_code=201)
async def check_in_batch(
    point_id: Id, body: CheckInBatchBody, app: App, actor: Writer, request: Request
) -> CheckInBatchView:
    """Scans of a door that was without a network: each has its result; one that was sent before changes nothing.

    The earliest valid scan of a person admits, in whatever order doors send; the later says when and where that was.
    """
    scans = tuple(each.scan() for each in body.scans)
    command = c.TakeInScans(actor=actor, point_id=point_id, device=body.device, sent_at=body.sent_at, scans=scans)
    verdicts = await app.handle(command)
    answers = [ScanAnswer.of(each.nonce, verdict, request) for each, verdict in zip(scans, verdicts, strict=True)]
    return CheckInBatchView(open_point_id=point_id, answers=answers)


@router.get("/scans")
async def get_scans(point_id: Id, app: App, actor: Reader) -> ScanLogView:
    """The log of the door: every scan, what was answered, and what it means now."""
    return ScanLogView.of(*await app.queries.scans(actor, point_id, LINES + 1), LINES)
