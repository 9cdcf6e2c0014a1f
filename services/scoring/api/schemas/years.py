"""Rulebooks and periods."""

from datetime import datetime

from pydantic import BaseModel

from services.scoring.api.schemas.bilingual import Bilingual
from services.scoring.domain.period import Period, State
from services.scoring.domain.rulebook import Rule, Rulebook
from shared.errors import Sentence
from shared.time import start_of_year

_INVENTED = Sentence(
    "文件未规定分值，标注“invented”的分值均为示例，由本系统拟定，须经区政府办公室确认后方可用于考核。",
    "The policy gives no points. Numbers marked as invented are illustrative, ours, and need the district's approval.",
)


class RuleView(BaseModel):
    """A rule. `invented`: no official source gives its number."""

    code: str
    name: str
    name_en: str
    kind: str
    points: int
    cap: int | None
    levels: dict[str, int]
    parameters: dict[str, bool | int | str]
    policy_clause: str
    invented: bool

    @classmethod
    def of(cls, rule: Rule) -> "RuleView":
        """From the domain."""
        return cls(**vars(rule))


class RulebookView(BaseModel):
    """A year's rulebook. `notice` says which of its numbers are official: none so far."""

    version: str
    year: int
    required_count: int
    base_points: int
    bonus_cap: int
    credit_to_supervising_unit: bool
    notice: Bilingual | None
    rules: list[RuleView]

    @classmethod
    def of(cls, rulebook: Rulebook) -> "RulebookView":
        """From the domain."""
        invented = any(each.invented for each in rulebook.rules)
        return cls(
            version=rulebook.version,
            year=rulebook.year,
            required_count=rulebook.required_count,
            base_points=rulebook.base_points,
            bonus_cap=rulebook.bonus_cap,
            credit_to_supervising_unit=rulebook.credit_to_supervising_unit,
            notice=Bilingual.of(_INVENTED) if invented else None,
            rules=[RuleView.of(each) for each in rulebook.rules],
        )


class PeriodView(BaseModel):
    """A scored year."""

    year: int
    rulebook: str
    state: State
    closes_at: datetime
    closed_at: datetime | None
    frozen_at: datetime | None

    @classmethod
    def of(cls, period: Period) -> "PeriodView":
        """From the domain."""
        return cls(
            year=period.year,
            rulebook=period.rulebook,
            state=period.state,
            closes_at=start_of_year(period.year + 1),
            closed_at=period.closed_at,
            frozen_at=period.freeze.at if period.freeze else None,
        )
