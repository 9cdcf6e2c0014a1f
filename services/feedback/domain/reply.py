"""The reply to an opinion: drafted by one person, reviewed by another, then published."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.feedback.domain.personal_data import refuse_personal_data
from services.feedback.domain.vocabulary import Adoption
from shared.errors import Conflict, Invalid


@dataclass(frozen=True)
class Draft:
    """What becomes public: a summary of the opinion in the writer's words, the reply, what is made of it and why."""

    public_summary: str
    text: str
    adoption: Adoption
    adoption_reason: str

    def check(self) -> None:
        """Raises Invalid: personal data, or a refusal without a reason."""
        refuse_personal_data(public_summary=self.public_summary, text=self.text, adoption_reason=self.adoption_reason)
        if self.adoption is Adoption.NOT_ADOPTED and not self.adoption_reason:
            raise Invalid(
                "adoption_reason_missing",
                "不予采纳的，应当说明理由。",
                "Say why the opinion is not adopted.",
                field="adoption_reason",
            )


@dataclass(frozen=True)
class Reply:
    """A draft and what became of it. `return_reason` is the reviewer's, when they sent the draft back."""

    draft: Draft
    written_by: str
    written_at: datetime
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    return_reason: str | None = None
    published_at: datetime | None = None
    on_time: bool | None = None

    def reviewed(self, *, by: str, at: datetime, return_reason: str | None = None) -> "Reply":
        """After a review. Raises Conflict when the reviewer wrote it."""
        if by == self.written_by:
            raise Conflict(
                "writer_reviews_own",
                "答复须由起草人以外的人员审核。",
                "A reply is reviewed by another person than its writer.",
            )
        return replace(self, reviewed_by=by, reviewed_at=at, return_reason=return_reason)

    def published(self, *, at: datetime, reply_by: datetime) -> "Reply":
        """Public, on time or late."""
        return replace(self, published_at=at, on_time=at <= reply_by)
