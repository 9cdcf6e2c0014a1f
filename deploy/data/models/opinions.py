"""Opinions of an open day and what becomes of them, step by step (policy, part 5, 四). Texts are invented."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, StrictInt, StringConstraints, model_validator

from deploy.data.models.base import DataModel, LocalTime, Slug, Text, UnitId
from deploy.data.models.points import Category

Adoption = Literal["adopted", "partly_adopted", "for_reference", "not_adopted"]


class _Step(DataModel):
    at: LocalTime


class Assigned(_Step):
    """The office hands the opinion to a unit (交办)."""

    do: Literal["assigned"]
    unit: UnitId


class Transferred(_Step):
    """The office hands a returned opinion to another unit (转办)."""

    do: Literal["transferred"]
    unit: UnitId
    reason: Text


class Accepted(_Step):
    do: Literal["accepted"]


class Returned(_Step):
    """The unit gives it back to the office as not its own (退办)."""

    do: Literal["returned"]
    reason: Text


class ProgressNoted(_Step):
    do: Literal["progress_noted"]
    text: Text


class Supervised(_Step):
    """The office issues a supervision order (督办单)."""

    do: Literal["supervised"]
    text: Text


class Replied(_Step):
    """`summary` is the opinion in the unit's words: what becomes public in place of the person's own."""

    do: Literal["replied"]
    summary: Text
    text: Text
    adoption: Adoption


class ReplyReviewed(_Step):
    """Another person than the writer passes the reply."""

    do: Literal["reply_reviewed"]


class Published(_Step):
    do: Literal["published"]


class Rated(_Step):
    do: Literal["rated"]
    stars: Annotated[StrictInt, Field(ge=1, le=5)]


OpinionStep = Annotated[
    Assigned
    | Transferred
    | Accepted
    | Returned
    | ProgressNoted
    | Supervised
    | Replied
    | ReplyReviewed
    | Published
    | Rated,
    Field(discriminator="do"),
]

_WORKING = frozenset({"progress_noted", "supervised", "replied"})
FOLLOWERS: dict[str, frozenset[str]] = {
    "assigned": frozenset({"accepted", "returned"}),
    "transferred": frozenset({"accepted", "returned"}),
    "returned": frozenset({"transferred"}),
    "accepted": _WORKING,
    "progress_noted": _WORKING,
    "supervised": _WORKING,
    "replied": frozenset({"reply_reviewed"}),
    "reply_reviewed": frozenset({"published"}),
    "published": frozenset({"rated"}),
    "rated": frozenset(),
}
"""Which step may follow which."""


class OnSiteAnswer(DataModel):
    at: LocalTime
    text: Text


class NilReturn(DataModel):
    """The host declares that nobody had an opinion; an empty ledger is not enough."""

    declared_at: LocalTime


class Opinion(DataModel):
    """One opinion: answered on the spot, or handled in steps. `raised_by` is a category, never a person."""

    id: Annotated[str, StringConstraints(pattern=r"^a\d{2}-o\d+$")]
    received_at: LocalTime
    point: Slug
    raised_by: Category | Literal["anonymous"]
    source: Literal["dialogue", "form", "questionnaire", "phone", "online", "live_room"]
    kind: Literal["consultation", "suggestion", "complaint", "request", "praise"]
    text: Text
    on_site: OnSiteAnswer | None = None
    steps: tuple[OpinionStep, ...] = ()

    @property
    def transferred(self) -> bool:
        return any(isinstance(step, Transferred) for step in self.steps)

    @property
    def published(self) -> bool:
        return any(isinstance(step, Published) for step in self.steps)

    @model_validator(mode="after")
    def _one_way_to_an_answer(self) -> Self:
        if (self.on_site is None) == (not self.steps):
            raise ValueError(f"{self.id}: an opinion is either answered on site or handled in steps")
        if self.steps and (self.steps[0].do != "assigned" or self.steps[0].at <= self.received_at):
            raise ValueError(f"{self.id}: the first step must be assigned, later than the receipt")
        for before, after in pairwise(self.steps):
            if after.do not in FOLLOWERS[before.do]:
                raise ValueError(f"{self.id}: {after.do} cannot follow {before.do}")
            if after.at <= before.at:
                raise ValueError(f"{self.id}: {after.do} is not later than {before.do}")
        return self
