"""The measures, one module each: title, goal, and a function that returns both sides' figures of one run."""

from tests.bench.figures import Measure
from tests.bench.measures import k1_spread, k2_hot, k3_effect, k4_replay, k5_start, k6_growth, k7_idle, rush

MEASURES: dict[str, Measure] = {
    each.MEASURE.key: each.MEASURE
    for each in (k1_spread, k2_hot, k3_effect, k4_replay, k5_start, k6_growth, k7_idle, rush)
}
