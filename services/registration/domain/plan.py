"""The plan of an activity (活动方案): drafted by a unit, submitted to the office, filed. Policy clause six (1).

Submission is filing, not approval: in mode `notify` the office learns of it; other districts file or approve it first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from services.registration.domain.composition import USUAL_CAP
from services.registration.domain.invitation import Invitation, after_change, answered, invited
from services.registration.domain.plan_content import Content
from services.registration.domain.plan_history import MOST_SUBMISSIONS, Countersignature, Origin, Submission
from services.registration.domain.plan_rules import check
from shared.aggregate import Aggregate, Fact, Machine
from shared.errors import Conflict, PreconditionFailed, not_found

ReviewMode = Literal["notify", "file_before_publish", "approve"]


class PlanState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    FILED = "filed"


PLAN = Machine(
    "plan",
    {
        None: {"draft": (PlanState.DRAFT,)},
        PlanState.DRAFT: {
            "edit": (PlanState.DRAFT,),
            "invite": (PlanState.DRAFT,),
            "answer": (PlanState.DRAFT,),
            "submit": (PlanState.SUBMITTED, PlanState.FILED),
        },
        PlanState.SUBMITTED: {
            "countersign": (PlanState.SUBMITTED,),
            "return": (PlanState.RETURNED,),
            "file": (PlanState.FILED,),
            "approve": (PlanState.FILED,),
        },
        PlanState.RETURNED: {
            "edit": (PlanState.RETURNED,),
            "invite": (PlanState.RETURNED,),
            "answer": (PlanState.RETURNED,),
            "submit": (PlanState.SUBMITTED, PlanState.FILED),
        },
        PlanState.FILED: {"countersign": (PlanState.FILED,), "announce": (PlanState.FILED,)},
    },
)
"""In mode `notify` a submission is filed at once."""


@dataclass(frozen=True)
class PlanFact(Fact):
    plan_id: str
    activity_id: str
    host_unit_id: str
    edition: int
    programme_id: str | None
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
    submissions: list[Submission] = field(default_factory=list)
    countersignatures: list[Countersignature] = field(default_factory=list)
    copied_from: Origin | None = None
    approved_by: str | None = None
    programme_id: str | None = None
    invitations: dict[str, Invitation] = field(default_factory=dict)
    """Of co-hosts, by unit."""

    @classmethod
    def draft(
        cls, plan_id: str, activity_id: str, content: Content, *, by: str, programme_id: str | None = None
    ) -> "Plan":
        """A new plan, not yet sent."""
        check(content)
        return cls(id=plan_id, activity_id=activity_id, content=content, drafted_by=by, programme_id=programme_id)

    def edit(self, content: Content) -> None:
        """Only what is not with the office may be changed."""
        state = PLAN.after(self.state, "edit")
        check(content)
        self.invitations = after_change(self.invitations, self.content, content)
        self.state, self.content = state, content

    def invite(self, units: Sequence[str] | None, answer_by: datetime, at: datetime) -> None:
        """The lead asks co-hosts, or all that have not accepted, for an answer by then."""
        state = PLAN.after(self.state, "invite")
        self.invitations, self.state = invited(self.invitations, self.content, units, answer_by, at), state

    def answer(self, unit_id: str, *, accepts: bool, reason: str | None, by: str, at: datetime) -> None:
        """What a co-host says, as long as the plan is not with the office."""
        state = PLAN.after(self.state, "answer")
        self.invitations = answered(self.invitations, unit_id, accepts=accepts, reason=reason, by=by, at=at)
        self.state = state

    def move(self, programme_id: str) -> None:
        """To another programme, as long as the office has not seen it. Raises Conflict."""
        if programme_id != self.programme_id and self.submissions:
            raise Conflict(
                "programme_fixed",
                "方案已报送过，不能改到其他工作安排，请复制为新方案。",
                "It was submitted to its programme before; copy it into the other one.",
            )
        self.programme_id = programme_id

    def submit(self, mode: ReviewMode, at: datetime) -> None:
        """Send to the office; in mode `notify` that files it."""
        files = mode == "notify"
        self.state = PLAN.after(self.state, "submit", PlanState.FILED if files else PlanState.SUBMITTED)
        if len(self.submissions) >= MOST_SUBMISSIONS:
            raise Conflict(
                "too_many_submissions",
                f"同一方案最多报送 {MOST_SUBMISSIONS} 次，请复制为新方案后报送。",
                f"A plan is submitted {MOST_SUBMISSIONS} times at most; copy it into a new one.",
                most=MOST_SUBMISSIONS,
            )
        self.edition, self.return_reason = self.edition + 1, None
        self.submissions.append(Submission(self.edition, self.content.lead, at))
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

    def approve(self, at: datetime, *, by: str) -> None:
        """The office approves it, which puts it on record."""
        self.state, self.approved_by = PLAN.after(self.state, "approve"), by
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

    def submission(self, edition: int) -> Submission:
        """One edition. Raises NotFound."""
        found = next((each for each in self.submissions if each.edition == edition), None)
        if found is None:
            raise not_found("plan version")
        return found

    def must_be_edition(self, edition: int) -> None:
        """Raises PreconditionFailed when it was submitted again since it was read."""
        if self.edition != edition:
            raise PreconditionFailed(
                "changed_meanwhile",
                "内容已被他人修改，请刷新后重试。",
                "It was changed in the meantime; load it again.",
            )

    def _named(self, at: datetime) -> tuple[str, str, str, int, str | None, datetime]:
        return self.id, self.activity_id, self.content.lead, self.edition, self.programme_id, at

    def _put_on_record(self, at: datetime) -> None:
        self.filed_at, self.return_reason = at, None
        self.receipt = f"plan-{at.year}-{self.id[-8:]}"
        self.record(PlanFiled(*self._named(at), self.receipt))
