"""Co-hosts of a joint activity are asked (邀请联办): invited, accepted or declined, until a day and an hour.

The lead writes the plan; what it says of a co-host (its role, its points) and of everybody's shares of the credit are
the terms that a co-host accepts. When they change, it is asked anew: what it accepted is not what would be done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.registration.domain.plan_content import Content
from shared.aggregate import Machine
from shared.errors import Conflict, Invalid, not_found

MOST_REASON = 200  # characters: twenty of them are a part of the plan's document


class InvitationState(StrEnum):
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"


INVITATION = Machine(
    "invitation",
    {
        None: {"invite": (InvitationState.INVITED,)},
        InvitationState.INVITED: {
            "invite": (InvitationState.INVITED,),
            "accept": (InvitationState.ACCEPTED,),
            "decline": (InvitationState.DECLINED,),
        },
        InvitationState.ACCEPTED: {
            "accept": (InvitationState.ACCEPTED,),
            "decline": (InvitationState.DECLINED,),
            "change": (InvitationState.INVITED,),
        },
        InvitationState.DECLINED: {
            "invite": (InvitationState.INVITED,),
            "decline": (InvitationState.DECLINED,),
        },
    },
)
"""`change` happens to it: the plan's terms for the co-host, or anybody's share, are not what they were."""


@dataclass(frozen=True)
class Invitation:
    """What a co-host was asked and said. `answer_by`: an answer that comes later needs another invitation."""

    unit_id: str
    state: InvitationState
    invited_at: datetime
    answer_by: datetime
    answered_at: datetime | None = None
    answered_by: str | None = None
    reason: str | None = None
    """Why it declined. Written by staff, so it never leaves the plan."""


Invitations = Mapping[str, Invitation]
"""By unit."""


def invited(
    there: Invitations, content: Content, units: Sequence[str] | None, answer_by: datetime, at: datetime
) -> dict[str, Invitation]:
    """Asks co-hosts; without names all that have not accepted. Raises NotFound, Conflict (`no_co_hosts`,
    `illegal_transition`: accepted already) or Invalid (`deadline_past`)."""
    if answer_by <= at:
        raise Invalid("deadline_past", "答复截止时间须在现在之后。", "The time to answer by lies in the past.")
    asked = _asked(there, content) if units is None else list(units)
    if not asked:
        raise Conflict("no_co_hosts", "没有需要邀请的联合主办单位。", "There is no co-host left to be invited.")
    made = dict(there)
    for unit_id in asked:
        if unit_id not in co_hosts(content):
            raise not_found("co-host")
        state = INVITATION.after(made[unit_id].state if unit_id in made else None, "invite")
        made[unit_id] = Invitation(unit_id, state, at, answer_by)
    return made


def answered(
    there: Invitations, unit_id: str, *, accepts: bool, reason: str | None, by: str, at: datetime
) -> dict[str, Invitation]:
    """What a co-host says. Raises NotFound, Conflict (`illegal_transition`, `answer_too_late`) or Invalid."""
    if unit_id not in there:
        raise not_found("invitation")
    mine = there[unit_id]
    state = INVITATION.after(mine.state, "accept" if accepts else "decline")
    if state == mine.state:
        return dict(there)  # the second click
    if not accepts and not reason:
        raise Invalid("reason_needed", "谢绝须说明理由。", "Say why you decline.")
    if mine.state == InvitationState.INVITED and at > mine.answer_by:
        raise Conflict(
            "answer_too_late",
            "答复期限已过，请牵头单位重新邀请。",
            "The time to answer is over; ask the lead for another invitation.",
            answer_by=mine.answer_by.isoformat(),
        )
    said = replace(mine, state=state, answered_at=at, answered_by=by, reason=None if accepts else reason)
    return {**there, unit_id: said}


def after_change(there: Invitations, before: Content, after: Content) -> dict[str, Invitation]:
    """Of those that are still co-hosts; whoever accepted other terms is asked again, until the same time."""
    return {
        unit_id: each if _terms(before, unit_id) == _terms(after, unit_id) else _asked_again(each)
        for unit_id, each in there.items()
        if unit_id in co_hosts(after)
    }


def must_be_agreed(there: Invitations, content: Content, *, all_asked: bool) -> None:
    """Raises Conflict while somebody who was invited (or, where the programme asks for that, any co-host) has not
    accepted."""
    open_ = [unit_id for unit_id in co_hosts(content) if _is_open(there.get(unit_id), all_asked=all_asked)]
    if open_:
        raise Conflict(
            "co_hosts_pending",
            "还有联合主办单位未同意，请等候答复、重新邀请或调整方案。",
            "Not every co-host has accepted: wait, invite again, or change the plan.",
            units={unit_id: there[unit_id].state if unit_id in there else "not_invited" for unit_id in open_},
        )


def co_hosts(content: Content) -> list[str]:
    """Every host but the lead."""
    return [each.unit_id for each in content.hosts if each.unit_id != content.lead]


def _asked(there: Invitations, content: Content) -> list[str]:
    accepted = {unit_id for unit_id, each in there.items() if each.state == InvitationState.ACCEPTED}
    return [each for each in co_hosts(content) if each not in accepted]


def _is_open(invitation: Invitation | None, *, all_asked: bool) -> bool:
    return all_asked if invitation is None else invitation.state != InvitationState.ACCEPTED


def _asked_again(invitation: Invitation) -> Invitation:
    if not INVITATION.allows(invitation.state, "change"):
        return invitation
    state = INVITATION.after(invitation.state, "change")
    return replace(invitation, state=state, answered_at=None, answered_by=None, reason=None)


def _terms(content: Content, unit_id: str) -> tuple[object, ...]:
    """What a co-host accepts."""
    role = [each.role for each in content.hosts if each.unit_id == unit_id]
    shares = {each.unit_id: each.exact for each in content.hosts}
    points = [
        (each.slug, each.name, each.place, each.cap, each.mix) for each in content.points if each.unit_id == unit_id
    ]
    return role, shares, points, content.lead
