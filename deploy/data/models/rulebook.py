"""A year's scoring rulebook as data: what earns, what costs, what adds (policy, part 6, 三)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictInt, StrictStr, model_validator

from deploy.data.models.base import Count, DataModel, Finding, Flag, Slug, Text, Thousandths, refuse, repeated

RuleKind = Literal["fixed_if_met", "deduct_if_absent", "deduct_per_fault", "bonus_fixed", "bonus_levels"]
DEDUCTIONS: frozenset[RuleKind] = frozenset({"deduct_if_absent", "deduct_per_fault"})


class Rule(DataModel):
    """One rule. `points` are thousandths, signed as they enter the ledger; `cap` bounds their absolute sum.

    `levels` (bonus_levels only) are thousandths by level; `invented` marks a number that no official source gives.
    """

    code: Slug
    name: Text
    name_en: Text
    kind: RuleKind
    points: Thousandths = 0
    cap: Annotated[StrictInt, Field(gt=0)] | None = None
    levels: dict[Slug, Annotated[StrictInt, Field(gt=0)]] = Field(default_factory=dict)
    parameters: dict[Slug, StrictBool | StrictInt | StrictStr] = Field(default_factory=dict)
    policy_clause: Text
    invented: Flag

    @model_validator(mode="after")
    def _signed_by_kind(self) -> Self:
        if self.kind == "bonus_levels":
            if not self.levels or self.points:
                raise ValueError("a rule of kind bonus_levels has levels and no points of its own")
            return self
        if self.levels:
            raise ValueError("only a rule of kind bonus_levels has levels")
        if self.points == 0 or (self.points < 0) != (self.kind in DEDUCTIONS):
            raise ValueError(f"points of a rule of kind {self.kind} must be {self._sign()} zero")
        if self.cap is not None and self.cap < abs(self.points):
            raise ValueError("the cap is smaller than the points of one line")
        return self

    def _sign(self) -> str:
        return "below" if self.kind in DEDUCTIONS else "above"


class Rulebook(DataModel):
    """The rules of one year, and of `also_years` until these have their own.

    `base_points` is what the rules of kind fixed_if_met add up to.
    """

    version: Annotated[str, Field(pattern=r"^[a-z]+-\d{4}\.\d+$")]
    year: StrictInt
    also_years: tuple[StrictInt, ...] = ()
    required_count: Annotated[StrictInt, Field(ge=1)]
    base_points: Count
    bonus_cap: Count
    joint_credit: Literal["full", "shares"]
    credit_to_supervising_unit: Flag
    rules: tuple[Rule, ...]

    def rule(self, code: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.code == code), None)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        refuse(self._findings())
        return self

    def _findings(self) -> Iterator[Finding]:
        for number, code in repeated([rule.code for rule in self.rules]):
            yield ("rules", number, "code"), f"the rule {code} stands twice"
        base = sum(rule.points for rule in self.rules if rule.kind == "fixed_if_met")
        if base != self.base_points:
            yield ("base_points",), f"the rules of kind fixed_if_met add up to {base}, not to {self.base_points}"
