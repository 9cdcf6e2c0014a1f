"""Rush: two thousand people within ten seconds for one point with twenty seats, over two replicas.

They come when they come: each asks at a moment of its own, whether or not those before have their answer, and waits
from that moment on. Afterwards the point must be right in every prefix of its history, not only at the end. Beside it
the comparator, two processes too. Then what a refusal costs, what two replicas take from people at 300 points, and a
door at fifty scans a second.
"""

import asyncio
import statistics
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack

import uvloop

from shared.messaging.kafka import create_topics
from tests.bench.bare.app import TOPIC
from tests.bench.client import Arrived, arrivals, load, must_be_created
from tests.bench.figures import Figure, Measure, Measured, Scale, Unexpected
from tests.bench.programs import Program, running
from tests.bench.race import CLIENTS, bare_registrations, comparator, registrations
from tests.bench.scene import Scene
from tests.bench.stage import Stage, stage
from tests.history.check import Where, check

SEATS = 20
PEOPLE, SECONDS = 2000, 10
WAITING = 200  # at one point; who comes later is told that the list is full
DOORS, SCANS_A_SECOND = 50, 50
DEFINITE = ("confirmed", "waitlisted", "waiting_list_full")
PRETIX = 13.5  # orders/s of pretix 2026.8 with four workers and PostgreSQL on such a machine (issue 5 §3)


def run(scale: Scale) -> Measured:
    """The rush, ours then the comparator's; then refusals, many points, the door."""
    people, seconds = scale.of(PEOPLE, 60), scale.of(SECONDS, 1)
    with ExitStack() as stack:
        scenery = stack.enter_context(stage())
        asyncio.run(create_topics(scenery.kafka_settings(), {TOPIC: 12}))
        ours = [stack.enter_context(running(scenery.service("registration"))) for _ in range(2)]
        bare = [stack.enter_context(running(comparator(scenery))) for _ in range(2)]
        scene = Scene(ours[0].port, scenery.issuer)
        mine = _rushed(ours, registrations(scene.points(1, SEATS), people), seconds)
        theirs = _rushed(bare, bare_registrations(bare[0], 1, SEATS, people), seconds)
        _must_be_right(scenery, scene, mine, people)
        refusal = _refusal(ours, scene, scale)
        rate = _sustained(ours, scene, scale)
        door = _door(ours, scene, scale)
    said = ", ".join(f"{count} {answer}" for answer, count in sorted(Counter(each.answer for each in mine).items()))
    return Measured(
        (
            Figure("rush.p99", "99 of 100 answers, from arrival", "ms", _late(mine), 1000.0),
            Figure("rush.refusal", "processor time of a refusal", "ms", refusal, 1.0),
            Figure("rush.rate", "two replicas, 300 points", "/s", rate, 50 * PRETIX, wanted="at least"),
            Figure("rush.door", "99 of 100 scans, 50 a second", "ms", _late(door), 300.0),
        ),
        (
            f"{people} people in {seconds:.0f} s: {said}; none without an answer; every prefix of the history sound.",
            f"The comparator, which keeps no waiting list: {_late(theirs):.0f} ms.",
        ),
    )


def _rushed(programs: list[Program], requests: Sequence[bytes], seconds: float) -> list[Arrived]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(arrivals([each.port for each in programs], requests, seconds))


def _must_be_right(scenery: Stage, scene: Scene, told: Sequence[Arrived], people: int) -> None:
    """Raises Unexpected unless everybody has a definite answer, twenty a place, and no rule was broken on the way."""
    answers = Counter(each.answer for each in told)
    if answers["confirmed"] != SEATS or sum(answers[each] for each in DEFINITE) != people:
        raise Unexpected(f"the rush was answered {dict(answers)}")
    verdict = check(Where(scenery.bootstrap, f"http://127.0.0.1:{scene.port}"))
    if verdict.word != "sound":
        raise Unexpected(f"the history of the rush is {verdict.word}: {verdict}")


def _refusal(programs: list[Program], scene: Scene, scale: Scale) -> float:
    """Milliseconds of processor time that a service needs for somebody who finds the waiting list full."""
    (point,) = scene.points(1, SEATS)
    _rushed(programs, registrations([point], SEATS + WAITING), 1)
    refused = registrations([point], scale.of(1000, 20))
    before = sum(each.cpu for each in programs)
    told = _rushed(programs, refused, scale.of(5, 1))
    if {each.answer for each in told} != {"waiting_list_full"}:
        raise Unexpected(f"a full list answered {Counter(each.answer for each in told)}")
    return (sum(each.cpu for each in programs) - before) / len(told) * 1000


def _sustained(programs: list[Program], scene: Scene, scale: Scale) -> float:
    """Registrations a second by both replicas: the median of three rounds after one that warms up."""
    points, count = scale.of(300, 6), scale.of(3000, 40)
    rates = [_both(programs, registrations(scene.points(points, SEATS), count)) for _ in range(scale.of(4, 1))]
    return statistics.median(rates[1:] or rates)


def _both(programs: list[Program], requests: list[bytes]) -> float:
    async def loaded() -> float:
        halves = [requests[number :: len(programs)] for number in range(len(programs))]
        clients = CLIENTS // len(programs)
        loads = [load(each.port, half, clients) for each, half in zip(programs, halves, strict=True)]
        outcomes = await asyncio.gather(*loads)
        for outcome, half in zip(outcomes, halves, strict=True):
            must_be_created(outcome, len(half))
        return len(requests) / max(each.seconds for each in outcomes)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(loaded())


def _door(programs: list[Program], scene: Scene, scale: Scale) -> list[Arrived]:
    """Everybody of fifty points comes to the door, fifty scans a second over all of them."""
    doors = scale.of(DOORS, 1)
    soon = Scene(scene.port, scene.issuer, starts_in=2.0)
    points = soon.points(doors, SEATS)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        people = registrations(points, doors * SEATS)
        must_be_created(runner.run(load(scene.port, people, CLIENTS)), len(people))
    scans = [soon.scan(point, each) for point in points for each in soon.locked(point)]
    told = _rushed(programs, scans, len(scans) / SCANS_A_SECOND)
    if {each.answer for each in told} != {"admitted"}:
        raise Unexpected(f"the door answered {Counter(each.answer for each in told)}")
    return told


def _late(told: Sequence[Arrived]) -> float:
    """Milliseconds within which 99 of 100 had their answer."""
    return sorted(each.seconds for each in told)[int(0.99 * len(told))] * 1000


MEASURE = Measure(
    "rush",
    "2,000 people in 10 s for 20 seats",
    "p99 < 1 s; a refusal ≤ 1 ms; 50 × pretix's rate; door p99 < 300 ms",
    run,
)
