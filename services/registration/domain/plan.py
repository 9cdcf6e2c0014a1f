"""The plan of an activity (活动方案): drafted by a unit, submitted to the office, filed. Policy clause six (1).

Submission is filing, not approval: in mode `notify` the office learns of it; other districts file before publishing.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from services.registration.domain.composition import USUAL_CAP, Composition, Headcount
from shared.aggregate import Aggregate, Fact, Machine
from shared.errors import Conflict, Invalid, not_found

ReviewMode = Literal["notify", "file_before_publish"]


class Selection(StrEnum):
    """How representatives are chosen."""

    FIRST_COME = "first_come"
    RANDOM_DRAW = "random_draw"


class Role(StrEnum):
    """What a host does in a joint activity."""

    LEAD = "lead"
    CO_HOST = "co_host"
    SUPPORT = "support"


@dataclass(frozen=True)
class Host:
    """A hosting unit with its share of the credit, in thousandths."""

    unit_id: str
    role: Role
    credit: int


@dataclass(frozen=True)
class PlannedPoint:
    """An open point: its owner, its seats by category. More than 20 need a written reason and an approver."""

    slug: str
    unit_id: str
    name: str
    place: str
    cap: int
    mix: Headcount
    cap_reason: str | None = None
    cap_approver: str | None = None


@dataclass(frozen=True)
class Content:
    """What a plan says."""

    title: str
    theme: str
    town: str
    forms: tuple[str, ...]
    purpose: str
    agenda: tuple[str, ...]
    selection: Selection
    hosts: tuple[Host, ...]
    points: tuple[PlannedPoint, ...]
    id_number_reason: str | None = None

    @property
    def lead(self) -> str:
        """The unit that answers for the activity."""
        return next(each.unit_id for each in self.hosts if each.role == Role.LEAD)


class PlanState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    FILED = "filed"


PLAN = Machine(
    "plan",
    {
        None: {"draft": (PlanState.DRAFT,)},
        PlanState.DRAFT: {"edit": (PlanState.DRAFT,), "submit": (PlanState.SUBMITTED, PlanState.FILED)},
        PlanState.SUBMITTED: {"return": (PlanState.RETURNED,), "file": (PlanState.FILED,)},
        PlanState.RETURNED: {"edit": (PlanState.RETURNED,), "submit": (PlanState.SUBMITTED, PlanState.FILED)},
        PlanState.FILED: {"announce": (PlanState.FILED,)},
    },
)
"""In mode `notify` a submission is filed at once."""


@dataclass(frozen=True)
class PlanFact(Fact):
    plan_id: str
    activity_id: str
    host_unit_id: str
    edition: int
    at: datetime


class PlanSubmitted(PlanFact):
    """Sent to the office."""


class PlanReturned(PlanFact):
    """Sent back with a reason."""


@dataclass(frozen=True)
class PlanFiled(PlanFact):
    """On record; may be announced."""

    receipt: str


@dataclass(kw_only=True)
class Plan(Aggregate):
    """One plan; each submission is an edition."""

    activity_id: str
    content: Content
    drafted_by: str
    state: PlanState = PlanState.DRAFT
    edition: int = 0
    filed_at: datetime | None = None
    receipt: str | None = None
    return_reason: str | None = None

    @classmethod
    def draft(cls, plan_id: str, activity_id: str, content: Content, *, by: str) -> "Plan":
        """A new plan, not yet sent."""
        _check(content)
        return cls(id=plan_id, activity_id=activity_id, content=content, drafted_by=by)

    def edit(self, content: Content) -> None:
        """Only what is not with the office may be changed."""
        state = PLAN.after(self.state, "edit")
        _check(content)
        self.state, self.content = state, content

    def submit(self, mode: ReviewMode, at: datetime) -> None:
        """Send to the office; in mode `notify` that files it."""
        files = mode == "notify"
        self.state = PLAN.after(self.state, "submit", PlanState.FILED if files else PlanState.SUBMITTED)
        self.edition += 1
        self.record(PlanSubmitted(*self._named(at)))
        if files:
            self._put_on_record(at)

    def send_back(self, reason: str, at: datetime) -> None:
        """The office returns it with a reason."""
        self.state, self.return_reason = PLAN.after(self.state, "return"), reason
        self.record(PlanReturned(*self._named(at)))

    def file(self, at: datetime) -> None:
        """The office puts it on record."""
        self.state = PLAN.after(self.state, "file")
        self._put_on_record(at)

    def approve_cap(self, slug: str, *, by: str) -> None:
        """The office approves the written reason for more than 20 at one point. Clause three."""
        point = next((each for each in self.content.points if each.slug == slug), None)
        if point is None:
            raise not_found("open point")
        if point.cap <= USUAL_CAP:
            raise Conflict("cap_is_usual", "该开放点未超过 20 人，无需批准。", "This point keeps to 20 people.")
        approved = replace(point, cap_approver=by)
        points = tuple(approved if each.slug == slug else each for each in self.content.points)
        self.content = replace(self.content, points=points)

    def must_be_announceable(self) -> datetime:
        """When it was filed. Raises Conflict unless filed and every larger cap approved."""
        PLAN.must_allow(self.state, "announce")
        waiting = [each.slug for each in self.content.points if each.cap > USUAL_CAP and not each.cap_approver]
        if waiting:
            raise Conflict(
                "cap_unapproved",
                "超过 20 人的开放点须经区政府办公室批准后方可公告。",
                "Points with more than 20 people need the office's approval before the announcement.",
                points=waiting,
            )
        assert self.filed_at  # noqa: S101 a filed plan has its time
        return self.filed_at

    def _named(self, at: datetime) -> tuple[str, str, str, int, datetime]:
        return self.id, self.activity_id, self.content.lead, self.edition, at

    def _put_on_record(self, at: datetime) -> None:
        self.filed_at, self.return_reason = at, None
        self.receipt = f"plan-{at.year}-{self.id[-8:]}"
        self.record(PlanFiled(*self._named(at), self.receipt))


def _check(content: Content) -> None:
    if [each.role for each in content.hosts].count(Role.LEAD) != 1:
        raise Invalid("one_lead", "须有且只有一个牵头单位。", "Exactly one host leads.")
    if sum(each.credit for each in content.hosts) != 1000:
        raise Invalid("credit_sum", "各主办单位的计分份额之和须为 1。", "Credit shares must sum to 1000 thousandths.")
    if len({each.slug for each in content.points}) != len(content.points) or not content.points:
        raise Invalid(
            "points_distinct", "至少一个开放点，且编号不得重复。", "At least one open point, each named once."
        )
    for point in content.points:
        _check_point(point)


def _check_point(point: PlannedPoint) -> None:
    planned = Composition.planned(point.mix)
    if point.cap > USUAL_CAP and not point.cap_reason:
        raise Invalid(
            "cap_needs_reason",
            "每个开放点原则上不超过 20 人，超过的须书面说明理由。",
            "More than 20 at a point needs a written reason.",
            point=point.slug,
        )
    if planned.total > point.cap:
        raise Invalid("mix_over_cap", "各类代表人数之和超过上限。", "The mix exceeds the cap.", point=point.slug)
    if not planned.met:
        raise Invalid(
            "composition_short",
            f"群众代表不得低于三分之一，还需增加 {planned.short_by} 名。",
            f"Residents must be at least one third; add {planned.short_by}.",
            point=point.slug,
            short_by=planned.short_by,
        )
