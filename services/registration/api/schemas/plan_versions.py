"""Versions of plans, and what changed between them."""

from collections.abc import Iterable
from typing import Any

from fastapi import Request as HttpRequest

from services.registration.api.schemas.common import Id, Moment, View, said
from services.registration.api.schemas.plans import ContentView
from services.registration.domain.plan import Plan
from services.registration.domain.plan_differences import Change
from services.registration.domain.plan_history import Submission
from services.registration.domain.plan_version import PlanVersion
from shared.errors import Sentence


class SubmissionView(View):
    """A version: sent to the office when, and by which unit."""

    edition: int
    unit_id: str
    submitted_at: Moment


class VersionList(View):
    """Every submission of a plan, the first one first."""

    plan_id: Id
    versions: list[SubmissionView]

    @classmethod
    def of(cls, plan: Plan) -> "VersionList":
        """From the domain."""
        return cls(plan_id=plan.id, versions=[SubmissionView(**_submission(each)) for each in plan.submissions])


class VersionView(SubmissionView):
    """A version with what it said, and why it was sent back; `cap_approver` as far as the office had decided."""

    plan_id: Id
    content: ContentView
    return_reason: str | None

    @classmethod
    def of(cls, version: PlanVersion) -> "VersionView":
        """From the domain."""
        content = ContentView.of(version.content)
        return cls(
            plan_id=version.plan_id,
            content=content,
            return_reason=version.return_reason,
            **_submission(version.submission),
        )


class ChangeView(View):
    """One field that differs; null where one side does not have it. `field` is for machines, the rest for people."""

    field: str
    label: str
    before: str | None
    after: str | None


class DifferenceView(View):
    """What `edition` says otherwise than `against`, in the reader's language."""

    plan_id: Id
    edition: int
    against: int
    changes: list[ChangeView]

    @classmethod
    def of(
        cls, plan_id: str, edition: int, against: int, changes: Iterable[Change], request: HttpRequest
    ) -> "DifferenceView":
        """From the domain."""

        def told(sentence: Sentence | None) -> str | None:
            return said(sentence, request) if sentence else None

        views = [
            ChangeView(
                field=each.field, label=said(each.label, request), before=told(each.before), after=told(each.after)
            )
            for each in changes
        ]
        return cls(plan_id=plan_id, edition=edition, against=against, changes=views)


def _submission(submission: Submission) -> dict[str, Any]:
    return {"edition": submission.edition, "unit_id": submission.unit_id, "submitted_at": submission.at}
