"""K2: registrations on one hot point, 64 clients at once."""

import itertools

from tests.bench.client import Outcome
from tests.bench.cost import explained
from tests.bench.figures import Measure, Measured, Scale
from tests.bench.race import Track, compared, track


def run(scale: Scale) -> Measured:
    """Rounds of registrations at one point with 200 seats, then another, ours and the comparator in turn."""
    with track() as both:
        return compared("k2", [_round(both, scale) for _ in range(scale.of(4, 1))], goal=3.5)


def _round(both: Track, scale: Scale) -> tuple[Outcome, Outcome]:
    cap = scale.of(200, 40)
    pairs = [both.race(1, cap, cap) for _ in range(scale.of(4, 1))]
    return _together([ours for ours, _ in pairs]), _together([bare for _, bare in pairs])


def _together(outcomes: list[Outcome]) -> Outcome:
    answers = {201: sum(each.answers[201] for each in outcomes)}
    latencies = tuple(itertools.chain.from_iterable(each.latencies for each in outcomes))
    return Outcome(answers, sum(each.seconds for each in outcomes), latencies)


def explain() -> str:
    """What one such registration costs, and where."""
    return explained(points=1, cap=200, count=200, times=4)


MEASURE = Measure("k2", "Registrations on one hot point, 64 clients", "ours ÷ bare ≥ 3.5", run, explain)
