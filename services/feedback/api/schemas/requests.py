"""The shapes of feedback's requests. They refuse unknown fields and absurd lengths."""

from typing import Annotated, Self

from fastapi import Body
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.feedback.application.queries import Search
from services.feedback.domain.reply import Draft
from services.feedback.domain.vocabulary import Adoption, Category, Decision, Kind, Source, State
from shared.http.text import LINES

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,80}$")]
UnitId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), LINES]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), LINES]
OptionalText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), LINES]


class Request(BaseModel):
    """A body that people send."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OpinionBody(Request):
    """An opinion. No name or phone is asked; whoever writes one into the text is not published with it."""

    open_point_id: Id | None = None
    kind: Kind
    source: Source
    text: LongText
    category: Category | None = None


class OnSiteAnswerBody(Request):
    """What was answered at once."""

    text: LongText


class AssignmentBody(Request):
    """To which unit; a complex matter has a longer term."""

    unit_id: UnitId
    complex: Annotated[bool, Field(strict=True)] = False


class ReturnBody(Request):
    """Why it is not the unit's own."""

    reason: ShortText


class ProgressNoteBody(Request):
    """How far the unit is; the holder of the claim code reads it."""

    text: LongText


class ReplyBody(Request):
    """A reply for review. `adoption_reason` is needed when the opinion is not adopted."""

    public_summary: ShortText
    text: LongText
    adoption: Adoption
    adoption_reason: OptionalText = ""

    def draft(self) -> Draft:
        """As the domain knows it."""
        return Draft(self.public_summary, self.text, self.adoption, self.adoption_reason)


class ReviewBody(Request):
    """The reviewer's decision; a return has a reason."""

    decision: Decision
    reason: OptionalText = ""

    @model_validator(mode="after")
    def _return_has_a_reason(self) -> Self:
        if self.decision is Decision.RETURN and not self.reason:
            raise ValueError("a returned reply needs a reason")
        return self


class RatingBody(Request):
    """1 to 5."""

    stars: Annotated[int, Field(ge=1, le=5, strict=True)]


class SupervisionBody(Request):
    """What the office demands."""

    text: ShortText


class SearchParameters(Request):
    """Which opinions to list. `after` is the `next` of the page before."""

    activity_id: Id | None = None
    unit_id: UnitId | None = None
    state: State | None = None
    overdue: bool | None = None
    after: Id | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100

    def search(self) -> Search:
        """As the application knows it."""
        return Search(activity_id=self.activity_id, unit_id=self.unit_id, state=self.state, overdue=self.overdue)


class Nothing(Request):
    """Nothing to say; the body may be left out."""


NoBody = Annotated[Nothing | None, Body()]
