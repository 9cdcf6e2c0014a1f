"""A year's rulebook: every number that scoring uses comes from here (policy clause six (3) gives none)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class RuleKind(StrEnum):
    """The shapes that rules have."""

    FIXED_IF_MET = "fixed_if_met"
    DEDUCT_IF_ABSENT = "deduct_if_absent"
    DEDUCT_PER_FAULT = "deduct_per_fault"
    BONUS_FIXED = "bonus_fixed"
    BONUS_LEVELS = "bonus_levels"


BONUSES = frozenset({RuleKind.BONUS_FIXED, RuleKind.BONUS_LEVELS})

KNOWN: Mapping[str, RuleKind] = {
    "held": RuleKind.FIXED_IF_MET,
    "plan_filed_before_activity": RuleKind.FIXED_IF_MET,
    "announced_in_time": RuleKind.FIXED_IF_MET,
    "composition_met": RuleKind.FIXED_IF_MET,
    "materials_in_time": RuleKind.FIXED_IF_MET,
    "opinions_answered_in_time": RuleKind.FIXED_IF_MET,
    "result_published": RuleKind.FIXED_IF_MET,
    "absent_all_year": RuleKind.DEDUCT_IF_ABSENT,
    "materials_late": RuleKind.DEDUCT_PER_FAULT,
    "opinion_overdue": RuleKind.DEDUCT_PER_FAULT,
    "replicable_case": RuleKind.BONUS_FIXED,
    "superior_publication": RuleKind.BONUS_LEVELS,
    "live_stream": RuleKind.BONUS_FIXED,
}
"""The rules that this service knows how to judge, with the shape that each must have."""

CLAIMED = frozenset({"replicable_case", "superior_publication"})
"""Bonuses that a unit claims and an assessor decides."""

Parameter = bool | int | str


@dataclass(frozen=True)
class Rule:
    """One rule. `points`, `cap` and `levels` are thousandths, `points` signed; `cap` bounds the rule's absolute sum."""

    code: str
    name: str
    name_en: str
    kind: RuleKind
    points: int
    cap: int | None
    levels: Mapping[str, int]
    parameters: Mapping[str, Parameter]
    policy_clause: str
    invented: bool


@dataclass(frozen=True)
class Rulebook:
    """The rules of one year, in the order in which a scorecard lists them."""

    version: str
    year: int
    required_count: int
    base_points: int
    bonus_cap: int
    credit_to_supervising_unit: bool
    rules: tuple[Rule, ...]

    def rule(self, code: str) -> Rule | None:
        """The rule of this code, if the year has it."""
        return next((each for each in self.rules if each.code == code), None)


Rulebooks = Mapping[int, Rulebook]
"""One per year."""
