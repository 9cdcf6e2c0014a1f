"""Registration ends later than was said: a remedy for a list that is short. Never for one committed to a draw."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from services.registration.domain import roster_facts as facts
from services.registration.domain.phase import POINT, Phase
from services.registration.domain.plan_content import Selection
from shared.errors import Conflict, Invalid, Problem

if TYPE_CHECKING:  # the roster calls this, and is what it changes
    from services.registration.domain.roster import Roster

MOST = 10


@dataclass(frozen=True)
class Extension:
    """Who moved the end, when and why. Written by staff, so it never leaves the roster."""

    previous: datetime
    closes_at: datetime
    reopened: bool
    reason: str
    by: str
    at: datetime


def extend(roster: "Roster", closes_at: datetime, reason: str, *, by: str, at: datetime) -> None:
    """Moves the end, or opens again what had closed; a waiver of the closed list ends with it.

    Raises Conflict (`illegal_transition`, `draw_committed`, `not_later`, `too_many_extensions`) or Invalid.
    """
    if roster.phase == Phase.OPEN and roster.closes_at <= at:
        roster.close(roster.closes_at)  # it was due, only the timer has not rung yet
    before, phase = roster.phase, POINT.after(roster.phase, "extend")
    refusal = _refusal(roster, closes_at, at)
    if refusal:
        raise refusal
    reopened = before != phase
    roster.extensions.append(Extension(roster.closes_at, closes_at, reopened, reason, by, at))
    roster.record(facts.RegistrationExtended(roster.activity_id, roster.id, at, roster.closes_at, closes_at, reopened))
    roster.phase = phase
    roster.closes_at = roster.timers["close"] = closes_at
    if reopened:
        roster.waiver = None


def _refusal(roster: "Roster", closes_at: datetime, at: datetime) -> Problem | None:
    if roster.phase != Phase.OPEN and roster.selection == Selection.RANDOM_DRAW:
        return Conflict(
            "draw_committed",
            "抽签名单已封存公布，不能再延长报名。",
            "The list was committed to for the draw; registration cannot be extended any more.",
        )
    if not at < closes_at <= roster.starts_at:
        return Invalid(
            "window_invalid",
            "新的报名截止时间须在现在之后，且不晚于活动开始。",
            "Registration must end after now and no later than the start.",
            starts_at=roster.starts_at.isoformat(),
        )
    if roster.phase == Phase.OPEN and closes_at <= roster.closes_at:
        return Conflict(
            "not_later",
            "新的截止时间须晚于现在的截止时间；如需提前，请直接截止报名。",
            "The new end must be later than the present one; to end earlier, close registration.",
            closes_at=roster.closes_at.isoformat(),
        )
    if len(roster.extensions) >= MOST:
        return Conflict("too_many_extensions", f"最多延长 {MOST} 次。", f"At most {MOST} extensions.", most=MOST)
    return None
