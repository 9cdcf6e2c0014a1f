"""Steps of staff with one opinion; each answers where it stands then."""

from typing import Annotated

from fastapi import APIRouter

from services.feedback.api import permissions as may
from services.feedback.api.routes.application import App, OpinionId
from services.feedback.api.schemas.opinions import StandingView
from services.feedback.api.schemas.requests import (
    AssignmentBody,
    NoBody,
    OnSiteAnswerBody,
    ProgressNoteBody,
    ReplyBody,
    ReturnBody,
    ReviewBody,
    SupervisionBody,
)
from services.feedback.application import commands as c
from shared.commands import Actor
from shared.http.guard import requires
from shared.http.once import IfMatch, OnceKey

router = APIRouter(prefix="/opinions/{opinion_id}", tags=["steps"])


@router.post("/on-site-answers", status_code=201)
async def answer_on_site(
    opinion_id: OpinionId,
    body: OnSiteAnswerBody,
    app: App,
    once: OnceKey,
    actor: Annotated[Actor, requires(may.OPINIONS_ANSWER)],
) -> StandingView:
    """Record what was answered at once."""
    command = c.AnswerOnSite(actor=actor, once=once, opinion_id=opinion_id, text=body.text)
    return StandingView.of(await app.handle(command))


@router.post("/assignments", status_code=201)
async def assign_opinion(
    opinion_id: OpinionId,
    body: AssignmentBody,
    app: App,
    once: OnceKey,
    actor: Annotated[Actor, requires(may.OPINIONS_ASSIGN)],
) -> StandingView:
    """Hand it to a unit (交办); to another unit than before it is a transfer (转办) with new clocks."""
    command = c.AssignOpinion(
        actor=actor, once=once, opinion_id=opinion_id, unit_id=body.unit_id, is_complex=body.complex
    )
    return StandingView.of(await app.handle(command))


@router.post("/acceptances", status_code=201)
async def accept_assignment(
    opinion_id: OpinionId,
    app: App,
    once: OnceKey,
    actor: Annotated[Actor, requires(may.ASSIGNMENTS_HANDLE)],
    _: NoBody = None,
) -> StandingView:
    """Take it (签收)."""
    return StandingView.of(await app.handle(c.AcceptAssignment(actor=actor, once=once, opinion_id=opinion_id)))


@router.post("/returns", status_code=201)
async def return_assignment(
    opinion_id: OpinionId,
    body: ReturnBody,
    app: App,
    once: OnceKey,
    actor: Annotated[Actor, requires(may.ASSIGNMENTS_HANDLE)],
) -> StandingView:
    """Give it back to the office (退办); twice at most."""
    command = c.ReturnAssignment(actor=actor, once=once, opinion_id=opinion_id, reason=body.reason)
    return StandingView.of(await app.handle(command))


@router.post("/progress-notes", status_code=201)
async def note_progress(
    opinion_id: OpinionId,
    body: ProgressNoteBody,
    app: App,
    once: OnceKey,
    actor: Annotated[Actor, requires(may.ASSIGNMENTS_HANDLE)],
) -> StandingView:
    """Say how far the unit is (办理进展)."""
    command = c.NoteProgress(actor=actor, once=once, opinion_id=opinion_id, text=body.text)
    return StandingView.of(await app.handle(command))


@router.post("/replies", status_code=201)
async def draft_reply(
    opinion_id: OpinionId,
    body: ReplyBody,
    app: App,
    once: OnceKey,
    version: IfMatch,
    actor: Annotated[Actor, requires(may.ASSIGNMENTS_HANDLE)],
) -> StandingView:
    """Draft the reply and the summary for publication."""
    command = c.DraftReply(actor=actor, once=once, opinion_id=opinion_id, version=version, draft=body.draft())
    return StandingView.of(await app.handle(command))


@router.post("/reply-reviews", status_code=201)
async def review_reply(
    opinion_id: OpinionId,
    body: ReviewBody,
    app: App,
    once: OnceKey,
    version: IfMatch,
    actor: Annotated[Actor, requires(may.REPLIES_REVIEW)],
) -> StandingView:
    """Pass the reply or return it; never by its writer."""
    command = c.ReviewReply(
        actor=actor,
        once=once,
        opinion_id=opinion_id,
        version=version,
        decision=body.decision,
        reason=body.reason,
    )
    return StandingView.of(await app.handle(command))


@router.post("/publications", status_code=201)
async def publish_reply(
    opinion_id: OpinionId,
    app: App,
    once: OnceKey,
    actor: Annotated[Actor, requires(may.REPLIES_PUBLISH)],
    _: NoBody = None,
) -> StandingView:
    """Make the reviewed reply public."""
    return StandingView.of(await app.handle(c.PublishReply(actor=actor, once=once, opinion_id=opinion_id)))


@router.post("/supervisions", status_code=201)
async def issue_supervision(
    opinion_id: OpinionId,
    body: SupervisionBody,
    app: App,
    once: OnceKey,
    actor: Annotated[Actor, requires(may.SUPERVISIONS_ISSUE)],
) -> StandingView:
    """Press a unit whose reply is overdue (督办)."""
    command = c.IssueSupervision(actor=actor, once=once, opinion_id=opinion_id, text=body.text)
    return StandingView.of(await app.handle(command))
