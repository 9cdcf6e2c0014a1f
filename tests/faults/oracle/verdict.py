"""From a quiet district, its ledger and what a row injected, to a verdict."""

from collections.abc import Callable
from pathlib import Path

from tests.faults.oracle.expected import Expected
from tests.faults.oracle.findings import POINTS, Verdict
from tests.faults.oracle.gathering import gather
from tests.faults.oracle.points import commands, effects, letters, models, order, scores, states
from tests.faults.oracle.where import Where
from tests.faults.oracle.world import World

__all__ = ["POINTS", "Expected", "Verdict", "judge", "judged"]

CHECKS: tuple[Callable[[World, Verdict], None], ...] = (
    commands.resolved,
    commands.made_once,
    commands.founded,
    states.places,
    states.seats,
    states.door,
    states.opinions,
    states.materials,
    states.holdings,
    states.schedules,
    states.decisions,
    order.in_order,
    effects.once,
    models.folded,
    scores.conserved,
    scores.recomputed,
    letters.exact,
    order.chained,
    scores.replayed,
)


def judge(where: Where, ledger: Path, expected: Expected | None = None) -> Verdict:
    """The ten points (`wait_quiet` first). Blocks. Raises TopicsAway, PyMongoError or httpx.HTTPError."""
    return judged(gather(where, ledger, expected or Expected()))


def judged(world: World) -> Verdict:
    """The ten points of what was gathered."""
    verdict = Verdict()
    for check in CHECKS:
        check(world, verdict)
    verdict.counts["parked"] = world.parked
    return verdict
