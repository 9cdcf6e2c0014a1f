"""What is held about one person, for that person; what was erased."""

from collections.abc import Sequence
from typing import Literal

from services.registration.api.schemas.common import Id, Moment, Reason, Request, View
from services.registration.api.schemas.notices import NoticeView
from services.registration.api.schemas.retention import TITLES
from services.registration.application.notice_queries import Told
from services.registration.application.subject import Held
from services.registration.domain.composition import Category
from services.registration.domain.door import Result
from services.registration.domain.export import ExportKind
from services.registration.domain.place import SEATED, Status
from services.registration.domain.retention import Group
from services.registration.domain.subject import Cause, PersonErased
from services.registration.domain.turns import TurnKind

PURPOSE = "组织本次政府开放日：通知、签到、意见反馈 To hold this open day: to notify, to admit, to answer"


class ContactView(View):
    """As it was given, whole."""

    name: str
    phone: str
    id_number: str | None
    email: str | None


class RegistrationView(View):
    """The place that was asked for; `undone_because` is what staff wrote when they took a check-in back."""

    id: Id
    open_point_id: Id
    category: Category
    grassroots: bool
    status: Status
    registered_at: Moment
    checked_in_at: Moment | None
    undone_because: str | None


class ScanLineView(View):
    """One scan at the door."""

    at: Moment
    device: str
    result: Result


class GivenView(View):
    """A list with whole names and numbers that was taken out while the person stood on it."""

    kind: ExportKind
    at: Moment


class TurnView(View):
    """That the person came, or had a place and did not: it costs lots in the next draws until it is forgotten."""

    kind: TurnKind
    at: Moment
    forgotten_at: Moment


class PlannedErasure(View):
    """What goes by itself, and when."""

    group: Group
    title: str
    at: Moment


class ErasureView(View):
    """What became of a request; the same for every repeat of it. `gave_up_place`: one was still to come."""

    registration_id: Id
    cause: Cause
    at: Moment
    by: Literal["holder", "staff"]
    gave_up_place: bool

    @classmethod
    def of(cls, erased: PersonErased) -> "ErasureView":
        """From the domain, without the clerk and their words."""
        return cls(
            registration_id=erased.registration_id,
            cause=erased.cause,
            at=erased.at,
            by="staff" if erased.by else "holder",
            gave_up_place=erased.gave_up_place,
        )


class PersonalDataView(View):
    """Everything. `contact` is null where nothing is kept any more."""

    activity_id: Id
    activity_title: str
    activity_ends_at: Moment
    contact: ContactView | None
    consent: str
    purpose: str
    registration: RegistrationView | None
    scans: list[ScanLineView]
    notices: list[NoticeView]
    given_to: list[GivenView]
    turn: TurnView | None
    erased_by_itself: list[PlannedErasure]
    on_legal_hold: bool
    erased: ErasureView | None

    @classmethod
    def of(cls, held: Held, told: Sequence[Told]) -> "PersonalDataView":
        """From the application."""
        return cls(
            activity_id=held.activity.id,
            activity_title=held.activity.title,
            activity_ends_at=held.activity.session.ends_at,
            contact=ContactView.model_validate(held.contact) if held.contact else None,
            consent="报名时已同意 Given with the registration" if held.contact else "",
            purpose=PURPOSE,
            registration=_registration(held),
            scans=[ScanLineView(at=each.at, device=each.device, result=each.answered) for each in held.scans],
            notices=[NoticeView.of(each) for each in told],
            given_to=[GivenView(kind=each.kind, at=each.at) for each in held.exports],
            turn=TurnView.model_validate(held.turn) if held.turn else None,
            erased_by_itself=_planned(held),
            on_legal_hold=held.on_hold,
            erased=ErasureView.of(held.erased) if held.erased else None,
        )


def _planned(held: Held) -> list[PlannedErasure]:
    """Of what is still there."""
    if held.contact is None:
        return []
    seated = held.registration is not None and held.registration.status in SEATED
    groups = [Group.ID_NUMBER] if held.contact.id_number else []
    due = held.periods.due(held.activity.session.ends_at)
    return [
        PlannedErasure(group=each, title=TITLES[each], at=due[each])
        for each in (*groups, Group.CONTACT if seated else Group.NO_PLACE)
    ]


def _registration(held: Held) -> RegistrationView | None:
    mine = held.registration
    if mine is None:
        return None
    return RegistrationView(
        id=mine.id,
        open_point_id=held.point_id,
        category=mine.category,
        grassroots=mine.grassroots,
        status=mine.status,
        registered_at=mine.at,
        checked_in_at=mine.checked_in_at,
        undone_because=mine.undone.reason if mine.undone else None,
    )


class ErasureBody(Request):
    """Staff who ask for somebody say why; whoever asks with the claim code need not."""

    reason: Reason | None = None
