"""Open points, the mix of representatives, and what happens to their rosters in the season."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StrictInt, model_validator

from deploy.data.models.base import Count, DataModel, LocalTime, Slug, Text, UnitId

Category = Literal["npc_deputy", "cppcc_member", "resident_representative", "media_representative"]

CAP_IN_PRINCIPLE = 20  # policy, part 3: 原则上每个开放点控制在20人以内


class Mix(DataModel):
    """Heads by category."""

    npc_deputy: Count = 0
    cppcc_member: Count = 0
    resident_representative: Count = 0
    media_representative: Count = 0

    @property
    def total(self) -> int:
        return sum(self.by_category().values())

    @property
    def composed(self) -> bool:
        """Policy, part 3: residents are at least a third. In integers: 3 × residents ≥ total."""
        return 3 * self.resident_representative >= self.total

    def by_category(self) -> dict[Category, int]:
        return {
            "npc_deputy": self.npc_deputy,
            "cppcc_member": self.cppcc_member,
            "resident_representative": self.resident_representative,
            "media_representative": self.media_representative,
        }


class Selection(DataModel):
    """How places are given. A draw, held at `drawn_at`, gives each category the places that the point's plan names."""

    method: Literal["first_come", "random_draw"]
    drawn_at: LocalTime | None = None

    @model_validator(mode="after")
    def _drawn_when_drawn(self) -> Self:
        if (self.method == "random_draw") != (self.drawn_at is not None):
            raise ValueError("a random_draw, and only that, says when it is drawn")
        return self


class Arrivals(DataModel):
    """People of one category who sign up one after another; the first `grassroots` of them carry the tag."""

    category: Category
    count: Annotated[StrictInt, Field(ge=1)]
    grassroots: Count = 0

    @model_validator(mode="after")
    def _tags_fit(self) -> Self:
        if self.grassroots > self.count:
            raise ValueError("more grassroots tags than people")
        return self


class OverCap(DataModel):
    """Why this point takes more than the cap in principle, and when the office approved it."""

    reason: Text
    approved_at: LocalTime


class Withdrawal(DataModel):
    """The `person`-th confirmed of a category (from 1, by sign-up) cancels; `promotes` takes the free place."""

    at: LocalTime
    category: Category
    person: Annotated[StrictInt, Field(ge=1)]
    promotes: Category | None = None


class OpenPoint(DataModel):
    """A visit stop. `planned` is the mix in the plan; `arrivals` sign up in the order given.

    `no_shows`: how many of each category's confirmed, the last by sign-up, do not come.
    """

    slug: Slug
    name: Text
    place: Text
    owner_unit_id: UnitId
    cap: Annotated[StrictInt, Field(ge=1, le=200)]
    over_cap: OverCap | None = None
    planned: Mix
    planned_grassroots: Count
    arrivals: Annotated[tuple[Arrivals, ...], Field(min_length=1)]
    withdrawals: tuple[Withdrawal, ...] = ()
    no_shows: Mix = Mix()

    def applicants(self) -> Mix:
        """Everyone who signs up, by category."""
        heads: dict[str, int] = {}
        for block in self.arrivals:
            heads[block.category] = heads.get(block.category, 0) + block.count
        return Mix.model_validate(heads)

    @model_validator(mode="after")
    def _within_the_rules(self) -> Self:
        if self.cap > CAP_IN_PRINCIPLE and self.over_cap is None:
            raise ValueError(f"a cap of {self.cap} needs over_cap: a written reason and an approval (policy, part 3)")
        if self.planned.total > self.cap:
            raise ValueError(f"{self.planned.total} planned heads do not fit into {self.cap} places")
        if not self.planned.composed:
            raise ValueError(f"planned residents are fewer than a third of {self.planned.total} (policy, part 3)")
        if self.planned_grassroots > self.planned.total:
            raise ValueError("more grassroots representatives planned than heads")
        return self
