"""What adds: accepted claims, and live streams, which need none (policy clause six (2) and (3)).

A bonus adds to what was earned: a unit that held nothing gets none.
"""

from collections.abc import Iterator

from services.scoring.domain.claim import Claim
from services.scoring.domain.facts import LIVE, Proof
from services.scoring.domain.lines import Line, line
from services.scoring.domain.record import Record
from services.scoring.domain.rulebook import Rule, Rulebook


def replicable_case(rule: Rule, _: Rulebook, record: Record) -> Iterator[Line]:
    """One line per accepted case."""
    for claim in _accepted(rule, record):
        yield line(rule.code, claim.id, rule.points, [_proof(claim)])


def superior_publication(rule: Rule, _: Rulebook, record: Record) -> Iterator[Line]:
    """Of one achievement the highest level only. Claims that name no activity are of one achievement: the year's."""
    achievements: dict[str, list[Claim]] = {}
    for claim in _accepted(rule, record):
        achievements.setdefault(claim.activity_id or str(record.year), []).append(claim)
    for subject, claims in achievements.items():
        best = max(claims, key=lambda each: (_worth(rule, each), each.id))
        yield line(rule.code, subject, _worth(rule, best), [_proof(best)], level=_level(best))


def live_stream(rule: Rule, _: Rulebook, record: Record) -> Iterator[Line]:
    """One line per activity held that was streamed, in pictures and text or as video or both."""
    for activity in record.held:
        proofs = [each.proof for each in activity.contribution.published if each.kind in LIVE]
        if proofs:
            yield line(rule.code, activity.id, rule.points, proofs)


def _accepted(rule: Rule, record: Record) -> list[Claim]:
    return [each for each in record.accepted if each.rule == rule.code] if record.held else []


def _proof(claim: Claim) -> Proof:
    """A claim's evidence is the claim itself, with its address and decision."""
    return Proof(claim.id, claim.claimed_at)


def _level(claim: Claim) -> str:
    return (claim.decision.level if claim.decision else claim.level) or ""


def _worth(rule: Rule, claim: Claim) -> int:
    return rule.levels.get(_level(claim), 0)
