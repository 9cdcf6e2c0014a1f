"""What a bonus claim and its decision must satisfy."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from services.scoring.domain.claim import Claim, Decision
from services.scoring.domain.rulebook import CLAIMED, Rule, Rulebook
from shared.errors import Conflict, Forbidden, Invalid, illegal_transition

MOST = 40  # claims of a unit in a year; the account is one document


def check(claim: Claim, rulebook: Rulebook, others: Iterable[Claim], activities: Collection[str]) -> None:
    """Raises Invalid (rule, level, activity) or Conflict (the same address twice, too many)."""
    _check_level(_rule(claim.rule, rulebook), claim.level)
    if claim.activity_id and claim.activity_id not in activities:
        raise Invalid(
            "activity_not_credited",
            "该活动未计入本单位本年度，请核对活动编号。",
            "This activity does not count for this unit in this year; check its id.",
        )
    known = list(others)
    if any(each.rule == claim.rule and each.url == claim.url and each.state != "rejected" for each in known):
        raise Conflict("already_claimed", "同一成果已申报加分。", "This achievement has been claimed already.")
    if len(known) >= MOST:
        raise Conflict("too_many_claims", f"每年最多申报 {MOST} 项。", f"At most {MOST} claims a year.", most=MOST)


def decided(claim: Claim, decision: Decision, rulebook: Rulebook, *, own_unit: bool) -> Claim:
    """The claim with its decision. Raises Conflict, Forbidden or Invalid."""
    if claim.decision:
        raise illegal_transition("claim", claim.state, ["pending"])
    if own_unit or decision.decided_by == claim.claimed_by:
        raise Forbidden(
            "own_claim", "不能审定本人或本单位的申报。", "Nobody decides on a claim of their own or of their own unit."
        )
    rule = _rule(claim.rule, rulebook)
    if decision.accepted and decision.level and decision.level != claim.level:
        _check_level(rule, decision.level)
        if rule.levels[decision.level] > rule.levels.get(claim.level or "", 0):
            raise Invalid(
                "level_above_claim", "认定级别不能高于申报级别。", "The level decided is above the level claimed."
            )
    return with_decision(claim, decision)


def with_decision(claim: Claim, decision: Decision) -> Claim:
    """Accepted at the level decided, or else at the level claimed; rejected at none."""
    level = (decision.level or claim.level) if decision.accepted else None
    return replace(claim, decision=replace(decision, level=level))


def _rule(code: str, rulebook: Rulebook) -> Rule:
    rule = rulebook.rule(code)
    if rule is None or code not in CLAIMED:
        allowed = [each.code for each in rulebook.rules if each.code in CLAIMED]
        raise Invalid("rule_not_claimable", "该项不可申报。", "This rule takes no claims.", allowed=allowed)
    return rule


def _check_level(rule: Rule, level: str | None) -> None:
    if (level in rule.levels) if rule.levels else (level is None):
        return
    raise Invalid(
        "level_unknown",
        "级别与评分细则不符。",
        "The level is not one of this rule's.",
        allowed=list(rule.levels),
    )
