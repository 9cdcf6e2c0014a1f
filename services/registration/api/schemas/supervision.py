"""What the supervising unit says of a plan."""

from typing import Annotated

from pydantic import Field, StringConstraints

from services.registration.api.schemas.common import Id, Moment, Request, View
from services.registration.domain.plan_supervision import Comment
from shared.http.text import LINES

Remark = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), LINES]


class CommentBody(Request):
    """What the host should consider."""

    text: Remark


class CountersignatureBody(Request):
    """Which edition was read; it must still be the newest."""

    edition: Annotated[int, Field(ge=1, le=1000)]


class CommentView(View):
    """What was said, of which edition (0: the draft), by whom."""

    edition: int
    unit_id: str
    by: str
    text: str
    at: Moment


class CommentList(View):
    """All comments on a plan, the first one first."""

    plan_id: Id
    comments: list[CommentView]

    @classmethod
    def of(cls, plan_id: str, comments: list[Comment]) -> "CommentList":
        """From the domain."""
        return cls(plan_id=plan_id, comments=[CommentView.model_validate(each) for each in comments])
