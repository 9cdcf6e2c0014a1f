"""What people outside see: everyone the published, the holder of a claim code a little more. Never a person's words."""

from datetime import datetime
from typing import Literal

from services.feedback.api.schemas.opinions import View
from services.feedback.domain.opinion import Opinion
from services.feedback.domain.vocabulary import Adoption, Kind, State


class PublishedReply(View):
    """What was reviewed for publication."""

    summary: str
    reply: str
    adoption: Adoption
    adoption_reason: str
    published_at: datetime

    @classmethod
    def of(cls, opinion: Opinion) -> "PublishedReply | None":
        """None until it is public."""
        if not opinion.public or opinion.reply is None or opinion.reply.published_at is None:
            return None
        draft = opinion.reply.draft
        return cls(
            summary=draft.public_summary,
            reply=draft.text,
            adoption=draft.adoption,
            adoption_reason=draft.adoption_reason,
            published_at=opinion.reply.published_at,
        )


class PublicOpinion(PublishedReply):
    """One published opinion."""

    serial: str
    kind: Kind
    received_at: datetime


class PublicOpinionList(View):
    """The published opinions of an activity, in the order of receipt."""

    opinions: list[PublicOpinion]

    @classmethod
    def of(cls, opinions: list[Opinion]) -> "PublicOpinionList":
        """From the domain; what is not public is left out."""
        shown = [(each, PublishedReply.of(each)) for each in opinions]
        return cls(
            opinions=[
                PublicOpinion(
                    serial=each.serial, kind=each.said.kind, received_at=each.received_at, **reply.model_dump()
                )
                for each, reply in shown
                if reply
            ]
        )


class Progress(View):
    """How far the unit said that it was."""

    text: str
    noted_at: datetime


class HeldOpinion(View):
    """For whoever has the claim code."""

    view: Literal["holder"] = "holder"
    id: str
    serial: str
    activity_id: str
    unit_id: str
    state: State
    kind: Kind
    received_at: datetime
    reply_by: datetime | None
    on_site_answer: str | None
    progress: list[Progress]
    published: PublishedReply | None
    stars: int | None

    @classmethod
    def of(cls, opinion: Opinion) -> "HeldOpinion":
        """From the domain."""
        return cls(
            id=opinion.id,
            serial=opinion.serial,
            activity_id=opinion.activity_id,
            unit_id=opinion.unit_id,
            state=opinion.state,
            kind=opinion.said.kind,
            received_at=opinion.received_at,
            reply_by=opinion.assignment.reply_by if opinion.assignment else None,
            on_site_answer=opinion.on_site.text if opinion.on_site else None,
            progress=[Progress(text=each.text, noted_at=each.noted_at) for each in opinion.notes],
            published=PublishedReply.of(opinion),
            stars=opinion.rating.stars if opinion.rating else None,
        )
