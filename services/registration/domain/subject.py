"""What a person may ask about their own data (个人信息权利): to see all of it, to have it erased, to withdraw consent.

Personal Information Protection Law, articles 15, 45 and 47. A place that is still to come is given up first, as in any
cancellation; what counts in statistics and scores stays, without the person.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.registration.domain.phase import POINT
from services.registration.domain.place import GONE, REGISTRATION
from services.registration.domain.roster import Roster
from shared.errors import Conflict, Invalid, not_found


class Cause(StrEnum):
    """`request`: the person, or staff for them · `consent_withdrawn`: the ground for keeping it is gone."""

    REQUEST = "request"
    CONSENT_WITHDRAWN = "consent_withdrawn"


@dataclass(frozen=True)
class PersonErased:
    """Whose data were erased, why, when and by whom: `by` is a clerk, or None for the person; no data are in it.

    `gave_up_place`: a place that was to come is another's now; False where the activity was over.
    """

    registration_id: str
    activity_id: str
    point_id: str
    cause: Cause
    reason: str | None
    by: str | None
    at: datetime
    gave_up_place: bool


def erased_at(point_id: str, noted: PersonErased | None) -> PersonErased | None:
    """What was noted, for who asks at this point. Raises NotFound where the person stood at another."""
    if noted and noted.point_id != point_id:
        raise not_found("registration")
    return noted


def may_leave(roster: Roster, registration_id: str) -> bool:
    """Whether a place, or the hope of one, is still to come."""
    mine = roster.registrations.get(registration_id)
    return mine is not None and POINT.allows(roster.phase, "cancel") and REGISTRATION.allows(mine.status, "cancel")


def has_left(roster: Roster, registration_id: str) -> bool:
    """Whether their place is another's now; also when the roster has forgotten them, as it does those who left."""
    mine = roster.registrations.get(registration_id)
    return mine is None or mine.status in GONE


def must_be_justified(reason: str | None, *, by_staff: bool) -> None:
    """Who asks for themselves owes no reason; who asks for somebody does. Raises Invalid."""
    if by_staff and not reason:
        raise Invalid(
            "reason_required",
            "代为办理须填写理由，例如本人来电要求。",
            "Whoever does this for somebody needs a reason, such as their call.",
        )


def held() -> Conflict:
    """The law forbids it for now."""
    return Conflict(
        "on_legal_hold",
        "该信息因法定事由须暂时留存，现在不能删除；您可以先取消报名。解除后将按期删除。",
        "The law requires that this be kept for now, so it cannot be erased; you can cancel your place. "
        "It is erased in its time once that ends.",
    )
