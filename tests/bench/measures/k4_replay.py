"""K4: replay of a district's year into an empty scoring, beside raw aiokafka that only reads and decodes.

Ours: a scoring process, a new group and an empty database; its rate is read from the offsets that its group commits, so
it counts what is durably done, from the last look that finds nothing done. Raw: the same topics, records and
decoding, no effect and no database, in a process of its own, before and after ours.
"""

import statistics
from contextlib import ExitStack

from tests.bench.figures import Figure, Measure, Measured, Scale, Unexpected
from tests.bench.profile import functions, shares
from tests.bench.programs import begun, profiled
from tests.bench.raw import raw_rate
from tests.bench.replay import READS, Pace, fill, must_be_clean, outcome, watch
from tests.bench.stage import Stage, stage

EVENTS = 30_000


def run(scale: Scale) -> Measured:
    """Raw, ours, raw, over the same records."""
    with ExitStack() as stack:
        scenery = stack.enter_context(stage())
        count, judged = fill(scenery.kafka_settings(), scale.of(EVENTS, 400))
        topics = [f"openday.{each}.events.v1" for each in READS["scoring"]]
        before = raw_rate(scenery.bootstrap, count, topics)
        pace = _replayed(scenery, judged)
        after = raw_rate(scenery.bootstrap, count, topics)
    return Measured(
        (
            Figure(
                "k4.rate", "events", "/s", pace.events / pace.seconds, 0.5, statistics.mean((before, after)), "at least"
            ),
        ),
        (f"{count} events, of which scoring judges by {judged} and passes over the rest; {pace.seconds:.1f} s.",),
    )


def explain() -> str:
    """What scoring's processor time is spent on while it replays."""
    with stage() as scenery:
        with begun(scenery.service("scoring", profile=True)) as scoring:
            scoring.wait()
            fill(scenery.kafka_settings(), EVENTS)
            with profiled(scoring) as profile:
                watch(scenery.kafka_settings(), "scoring")
        return f"{shares({'scoring': profile})}\n{functions(profile)}"


def _replayed(scenery: Stage, judged: int) -> Pace:
    with begun(scenery.service("scoring")) as scoring:
        pace = watch(scenery.kafka_settings(), "scoring")
        must_be_clean(scoring)
        applied = sum(
            outcome(scoring, "openday_consumed_total", topic=f"openday.{each}.events.v1", outcome="applied")
            for each in READS["scoring"]
        )
        if applied != judged:
            raise Unexpected(f"scoring applied {applied} events of {judged}")
        return pace


MEASURE = Measure("k4", "Replay of a year into scoring", "ours ÷ raw aiokafka ≥ 0.5", run, explain)
