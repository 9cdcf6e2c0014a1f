"""Plans."""

from dataclasses import asdict
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from services.registration.api.schemas.common import (
    Id,
    Mix,
    Moment,
    Reason,
    Request,
    Seats,
    Slug,
    Text,
    Title,
    UnitId,
    View,
)
from services.registration.api.schemas.joint import InvitationView, RotaBody
from services.registration.api.schemas.plan_sections import PlannedTimeBody, SectionsBody
from services.registration.domain.credit import Share
from services.registration.domain.plan import Plan, PlanState
from services.registration.domain.plan_content import Content, Host, PlannedPoint, Role, Selection, hosts
from shared.repository import Versioned

Form = Literal["office_visit", "site_visit", "public_dialogue"]


class HostBody(Request):
    """A hosting unit with its share of the credit: thousandths, 1000 in all, or fractions ("1/3") that sum to 1.

    Where there is a fraction, the thousandths are made from it.
    """

    unit_id: UnitId
    role: Role
    credit: Annotated[int, Field(ge=0, le=1000)] = 0
    share: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}/[1-9][0-9]{0,3}$")] | None = None

    @field_validator("share", mode="before")
    @classmethod
    def _as_written(cls, share: object) -> object:
        return f"{share['numerator']}/{share['denominator']}" if isinstance(share, dict) else share


class PointBody(Request):
    """An open point. More than 20 need `cap_reason` and the office's approval (clause three)."""

    slug: Slug
    unit_id: UnitId
    name: Title
    place: Title
    cap: Annotated[int, Field(ge=1, le=200)]
    mix: Mix
    cap_reason: Reason | None = None


class PlanBody(Request):
    """What a plan says, and of which programme it is: where none is named, of its year's, or as before."""

    title: Title
    theme: Slug
    town: Slug
    forms: Annotated[list[Form], Field(min_length=1, max_length=3)]
    purpose: Text
    agenda: Annotated[list[Title], Field(min_length=1, max_length=40)]
    selection: Selection
    hosts: Annotated[list[HostBody], Field(min_length=1, max_length=20)]
    points: Annotated[list[PointBody], Field(min_length=1, max_length=20)]
    id_number_reason: Reason | None = None
    planned_time: PlannedTimeBody | None = None
    sections: SectionsBody = SectionsBody()
    rota: RotaBody | None = None
    programme_id: Id | None = None

    def content(self) -> Content:
        """As the domain knows it."""
        return Content(
            title=self.title,
            theme=self.theme,
            town=self.town,
            forms=tuple(self.forms),
            purpose=self.purpose,
            agenda=tuple(self.agenda),
            selection=self.selection,
            hosts=hosts(Host(each.unit_id, each.role, each.credit, _share(each.share)) for each in self.hosts),
            points=tuple(PlannedPoint(**each.model_dump()) for each in self.points),
            id_number_reason=self.id_number_reason,
            planned_time=self.planned_time.time() if self.planned_time else None,
            sections=self.sections.sections(),
            rota=self.rota.rota() if self.rota else None,
        )


class PlannedPointView(View):
    """An open point as planned, with who approved a larger cap."""

    slug: str
    unit_id: str
    name: str
    place: str
    cap: Seats
    mix: Mix
    cap_reason: str | None
    cap_approver: str | None


class ContentView(View):
    """What the plan says."""

    title: str
    theme: str
    town: str
    forms: list[str]
    purpose: str
    agenda: list[str]
    selection: Selection
    hosts: list[HostBody]
    points: list[PlannedPointView]
    id_number_reason: str | None
    planned_time: PlannedTimeBody | None
    sections: SectionsBody
    rota: RotaBody | None

    @classmethod
    def of(cls, content: Content) -> "ContentView":
        """From the domain."""
        return cls.model_validate(asdict(content))


class CountersignatureView(View):
    """The supervising unit stands behind this edition."""

    edition: int
    unit_id: str
    by: str
    at: Moment


class OriginView(View):
    """The plan that this one was copied from."""

    plan_id: Id
    receipt: str | None


class PlanView(View):
    """A plan with its state."""

    id: Id
    activity_id: Id
    state: PlanState
    edition: int
    filed_at: Moment | None
    receipt: str | None
    approved_by: str | None
    return_reason: str | None
    countersignatures: list[CountersignatureView]
    copied_from: OriginView | None
    programme_id: Id | None
    invitations: list[InvitationView]
    content: ContentView
    version: int

    @classmethod
    def of(cls, found: Versioned[Plan]) -> "PlanView":
        """From the domain."""
        plan = found.aggregate
        return cls(
            id=plan.id,
            activity_id=plan.activity_id,
            state=plan.state,
            edition=plan.edition,
            filed_at=plan.filed_at,
            receipt=plan.receipt,
            approved_by=plan.approved_by,
            return_reason=plan.return_reason,
            countersignatures=[CountersignatureView.model_validate(each) for each in plan.countersignatures],
            copied_from=OriginView.model_validate(plan.copied_from) if plan.copied_from else None,
            programme_id=plan.programme_id,
            invitations=[InvitationView.of(each) for each in plan.invitations.values()],
            content=ContentView.of(plan.content),
            version=found.version,
        )


def _share(said: str | None) -> Share | None:
    if said is None:
        return None
    numerator, denominator = said.split("/")
    return Share(int(numerator), int(denominator))


class ReasonBody(Request):
    """Why."""

    reason: Reason


class CopyBody(Request):
    """Into which programme; where none is named, into that of this year."""

    programme_id: Id | None = None


class CapApprovalBody(Request):
    """Which point."""

    point: Slug
