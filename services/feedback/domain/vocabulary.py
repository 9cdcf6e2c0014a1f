"""The words of feedback, and its state machine: which step each state of an opinion allows."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What sort of opinion it is (意见类型)."""

    CONSULTATION = "consultation"
    SUGGESTION = "suggestion"
    COMPLAINT = "complaint"
    REQUEST = "request"
    PRAISE = "praise"


class Source(StrEnum):
    """How it reached us."""

    DIALOGUE = "dialogue"
    FORM = "form"
    QUESTIONNAIRE = "questionnaire"
    PHONE = "phone"
    ONLINE = "online"
    LIVE_ROOM = "live_room"


class Category(StrEnum):
    """Kinds of public representative, policy clause three; whoever stays anonymous has none."""

    NPC_DEPUTY = "npc_deputy"
    CPPCC_MEMBER = "cppcc_member"
    RESIDENT_REPRESENTATIVE = "resident_representative"
    MEDIA_REPRESENTATIVE = "media_representative"


class Adoption(StrEnum):
    """What the unit makes of it (采纳情况)."""

    ADOPTED = "adopted"
    PARTLY_ADOPTED = "partly_adopted"
    FOR_REFERENCE = "for_reference"
    NOT_ADOPTED = "not_adopted"


class Decision(StrEnum):
    """A reviewer's word on a drafted reply."""

    PASS = "pass"  # noqa: S105 a word, not a secret
    RETURN = "return"


class State(StrEnum):
    """Where an opinion stands."""

    RECEIVED = "received"
    ANSWERED_ON_SITE = "answered_on_site"
    ASSIGNED = "assigned"
    RETURNED_TO_OFFICE = "returned_to_office"
    ACCEPTED = "accepted"
    REPLY_DRAFTED = "reply_drafted"
    REPLY_REVIEWED = "reply_reviewed"
    PUBLISHED = "published"
    RATED = "rated"


class Step(StrEnum):
    """What can be done with an opinion."""

    ON_SITE_ANSWER = "on_site_answer"
    ASSIGNMENT = "assignment"
    ACCEPTANCE = "acceptance"
    RETURN = "return"
    PROGRESS_NOTE = "progress_note"
    REPLY = "reply"
    REPLY_REVIEW = "reply_review"
    PUBLICATION = "publication"
    RATING = "rating"
    SUPERVISION = "supervision"


ALLOWED: Mapping[State, tuple[Step, ...]] = MappingProxyType(
    {
        State.RECEIVED: (Step.ON_SITE_ANSWER, Step.ASSIGNMENT),
        State.ANSWERED_ON_SITE: (),
        State.ASSIGNED: (Step.ACCEPTANCE, Step.RETURN, Step.ASSIGNMENT, Step.SUPERVISION),
        State.RETURNED_TO_OFFICE: (Step.ASSIGNMENT,),
        State.ACCEPTED: (Step.PROGRESS_NOTE, Step.REPLY, Step.ASSIGNMENT, Step.SUPERVISION),
        State.REPLY_DRAFTED: (Step.REPLY_REVIEW, Step.SUPERVISION),
        State.REPLY_REVIEWED: (Step.PUBLICATION, Step.SUPERVISION),
        State.PUBLISHED: (Step.RATING,),
        State.RATED: (),
    }
)
"""Everything else is refused. A step of assignment while a unit has the opinion must name another unit (转办)."""

PUBLIC_STATES = frozenset({State.PUBLISHED, State.RATED})
"""Where the reply has passed its review and may be seen by everyone."""

ANSWERED_STATES = PUBLIC_STATES | {State.REPLY_REVIEWED}
"""Where an assigned opinion has its answer."""
