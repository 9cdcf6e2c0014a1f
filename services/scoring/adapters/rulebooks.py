"""Rulebook files (`rulebook*.yaml`) as the domain's rulebooks, one per year; a fault names the file and the place."""

from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError, model_validator

from services.scoring.domain import rulebook as domain
from services.scoring.domain.rulebook import KNOWN, RuleKind

_Text = Annotated[str, Field(min_length=1, max_length=200)]

_PARAMETERS: dict[str, dict[str, frozenset[domain.Parameter] | range]] = {
    "announced_in_time": {"lead_days": range(366)},
    "composition_met": {"residents_times": frozenset({3}), "checked_at": frozenset({"door"})},
    "materials_in_time": {"days": frozenset({2}), "reading": frozenset({"A", "B", "C"})},
    "live_stream": {"claim_needed": frozenset({False})},
}
"""What each rule's parameters may be. Most only state what registration or reporting decide: others are refused."""


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    name: _Text
    name_en: _Text
    kind: RuleKind
    points: StrictInt = 0
    cap: Annotated[StrictInt, Field(gt=0)] | None = None
    levels: dict[str, Annotated[StrictInt, Field(gt=0)]] = Field(default_factory=dict)
    parameters: dict[str, StrictBool | StrictInt | StrictStr] = Field(default_factory=dict)
    policy_clause: _Text
    invented: StrictBool

    @model_validator(mode="after")
    def _judgeable(self) -> Self:
        if KNOWN.get(self.code) != self.kind:
            raise ValueError(f"no rule {self.code!r} of kind {self.kind.value} is known; known: {', '.join(KNOWN)}")
        if (self.kind is RuleKind.BONUS_LEVELS) != bool(self.levels):
            raise ValueError("levels belong to kind bonus_levels, and only to that")
        if not self.levels and (self.points == 0 or (self.points < 0) != self.kind.value.startswith("deduct")):
            raise ValueError("points must be below zero for a deduction, above for anything else")
        allowed = _PARAMETERS.get(self.code, {})
        for name, value in self.parameters.items():
            if name not in allowed or value not in allowed[name]:
                raise ValueError(f"parameters.{name}: {value!r} cannot be judged")
        if self.code == "announced_in_time" and "lead_days" not in self.parameters:
            raise ValueError("parameters.lead_days is missing")
        return self


class _Rulebook(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Annotated[str, Field(pattern=r"^[a-z]+-\d{4}\.\d+$")]
    year: Annotated[StrictInt, Field(ge=2000, le=2100)]
    also_years: tuple[Annotated[StrictInt, Field(ge=2000, le=2100)], ...] = ()
    required_count: Annotated[StrictInt, Field(ge=1)]
    base_points: Annotated[StrictInt, Field(ge=0)]
    bonus_cap: Annotated[StrictInt, Field(ge=0)]
    joint_credit: Literal["full"]
    credit_to_supervising_unit: StrictBool
    rules: Annotated[tuple[_Rule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        codes = [each.code for each in self.rules]
        twice = sorted({each for each in codes if codes.count(each) > 1})
        if twice:
            raise ValueError(f"rules that stand twice: {', '.join(twice)}")
        base = sum(each.points for each in self.rules if each.kind is RuleKind.FIXED_IF_MET)
        if base != self.base_points:
            raise ValueError(f"rules of kind fixed_if_met add up to {base}, not to base_points {self.base_points}")
        return self


def load(folder: Path) -> domain.Rulebooks:
    """Every rulebook of `folder`, by year. Raises ValueError that names the file, the place and the fault."""
    rulebooks: dict[int, domain.Rulebook] = {}
    for file in sorted(folder.glob("rulebook*.yaml")):
        for rulebook in _read(file):
            if rulebook.year in rulebooks:
                raise ValueError(f"rulebook {file}: year: {rulebook.year} has a rulebook already; keep one per year")
            rulebooks[rulebook.year] = rulebook
    if not rulebooks:
        raise ValueError(f"rulebook: no rulebook*.yaml in {folder}")
    return rulebooks


def _read(file: Path) -> list[domain.Rulebook]:
    try:
        read = _Rulebook.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise ValueError(f"rulebook {file}: {'; '.join(_faults(error))}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"rulebook {file}: not readable as YAML: {error}") from error
    rules = tuple(domain.Rule(**each.model_dump()) for each in read.rules)
    return [
        domain.Rulebook(
            version=read.version,
            year=year,
            required_count=read.required_count,
            base_points=read.base_points,
            bonus_cap=read.bonus_cap,
            credit_to_supervising_unit=read.credit_to_supervising_unit,
            rules=rules,
        )
        for year in (read.year, *read.also_years)
    ]


def _faults(error: ValidationError) -> list[str]:
    return [f"{'.'.join(map(str, each['loc'])) or 'the whole'}: {each['msg']}" for each in error.errors()]
