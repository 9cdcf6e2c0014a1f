"""What a host files and shows after an activity: materials, publicity, a live stream, a bonus claim."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, model_validator

from deploy.data.models.base import DataModel, Flag, LocalTime, Slug, Text, UnitId


def _reserved_host(url: str) -> str:
    """Addresses in committed data lead nowhere: only the name space that is reserved for examples (RFC 2606)."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not (parts.hostname or "").endswith(".example"):
        raise ValueError("must be an https address of a host that ends in .example")
    return url


ExampleUrl = Annotated[Text, AfterValidator(_reserved_host)]


class Correction(DataModel):
    """The office returns a filed set; what is filed again never changes when it was filed first."""

    returned_at: LocalTime
    reason: Text
    resubmitted_at: LocalTime


class Materials(DataModel):
    """The three items (plan, pictures and text, summary); the driver makes the files of the first two."""

    filed_at: LocalTime
    summary: Text
    media_caption: Text
    correction: Correction | None = None
    accepted_at: LocalTime

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        moments = [self.filed_at]
        if self.correction is not None:
            moments += [self.correction.returned_at, self.correction.resubmitted_at]
        moments.append(self.accepted_at)
        if moments != sorted(set(moments)):
            raise ValueError("filed, returned, resubmitted and accepted must follow one another")
        return self


class Publicity(DataModel):
    """Something about the activity that is public; `outcome` tells how it went."""

    kind: Literal["notice", "outcome", "opinions", "live_blog", "live_video", "media"]
    channel: Literal["portal", "new_media", "news_media", "superior_website"]
    title: Text
    url: ExampleUrl
    published_at: LocalTime


class BonusDecision(DataModel):
    at: LocalTime
    accepted: Flag
    reason: Text


class BonusClaim(DataModel):
    """A unit claims a bonus with its proof; the office decides, with a reason either way."""

    rule: Slug
    level: Slug | None = None
    unit: UnitId
    title: Text
    url: ExampleUrl
    publisher: Text
    published_on: date
    claimed_at: LocalTime
    decision: BonusDecision

    @model_validator(mode="after")
    def _decided_after(self) -> Self:
        if self.decision.at <= self.claimed_at:
            raise ValueError("a claim is decided after it is made")
        return self
