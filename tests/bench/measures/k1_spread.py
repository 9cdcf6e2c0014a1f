"""K1: registrations over many points, 64 clients at once."""

from tests.bench.cost import explained
from tests.bench.figures import Measure, Measured, Scale
from tests.bench.race import compared, track


def run(scale: Scale) -> Measured:
    """Rounds of registrations over 300 points, ours and the comparator in turn."""
    points, count = scale.of(300, 10), scale.of(1500, 40)
    with track() as both:
        return compared("k1", [both.race(points, 20, count) for _ in range(scale.of(4, 1))], goal=1.2)


def explain() -> str:
    """What one such registration costs, and where."""
    return explained(points=300, cap=20, count=1500)


MEASURE = Measure("k1", "Registrations over 300 points, 64 clients", "ours ÷ bare ≥ 1.2", run, explain)
