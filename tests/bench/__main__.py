"""Runs the measures and prints a table: ours, bare, ratio."""

import asyncio
import itertools
import statistics
import sys
from collections.abc import Callable

import uvloop

from tests.bench.client import Outcome, load, post
from tests.bench.stage import Stage, stage

CLIENTS = 64
ROUNDS = 3
_phones = itertools.count(13_000_000_000)


def main() -> int:
    """Every measure named, or all; 1 when an answer was not the expected one."""
    wanted = sys.argv[1:] or list(MEASURES)
    with stage() as scene:
        for name in wanted:
            title, measure = MEASURES[name]
            rounds = [measure(scene) for _ in range(ROUNDS + 1)][1:]  # the first round warms both up
            ours = statistics.median(each.per_second for each, _ in rounds)
            bare = statistics.median(each.per_second for _, each in rounds)
            p99 = statistics.median(each.quantile(0.99) for each, _ in rounds)
            mine = f"ours {ours:.0f}/s (p99 {p99 * 1000:.0f} ms)"
            print(f"{name} {title}: {mine}, bare {bare:.0f}/s, ratio {ours / bare:.2f}", flush=True)
    return 0


def _spread(scene: Stage) -> tuple[Outcome, Outcome]:
    """Registrations over 300 points."""
    return _race(scene, scene.points(300, 20), scene.bare_points(300, 20), 1500)


def _hot(scene: Stage) -> tuple[Outcome, Outcome]:
    """Registrations at one point at a time, 200 seats each."""
    pairs = [_race(scene, scene.points(1, 200), scene.bare_points(1, 200), 200, clients=CLIENTS) for _ in range(4)]
    return _together([ours for ours, _ in pairs]), _together([bare for _, bare in pairs])


def _race(
    scene: Stage, ours: list[str], bare: list[str], count: int, clients: int = CLIENTS
) -> tuple[Outcome, Outcome]:
    mine = [
        post(f"/registration/v1/open-points/{point}/registrations", _body(), Idempotency_Key=f"bench-{next(_phones)}")
        for point, _ in zip(itertools.cycle(ours), range(count), strict=False)
    ]
    theirs = [
        post(f"/points/{point}/registrations", _body())
        for point, _ in zip(itertools.cycle(bare), range(count), strict=False)
    ]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        pair = runner.run(load(scene.ours, mine, clients)), runner.run(load(scene.bare, theirs, clients))
    for each in pair:
        if each.answers != {201: count}:
            raise SystemExit(f"unexpected answers: {each.answers}")
    return pair


def _together(outcomes: list[Outcome]) -> Outcome:
    answers = {201: sum(each.answers[201] for each in outcomes)}
    latencies = tuple(itertools.chain.from_iterable(each.latencies for each in outcomes))
    return Outcome(answers, sum(each.seconds for each in outcomes), latencies)


def _body() -> dict[str, object]:
    return {
        "category": "resident_representative",
        "grassroots": False,
        "name": "代表",
        "phone": str(next(_phones)),
        "consent": True,
    }


MEASURES: dict[str, tuple[str, Callable[[Stage], tuple[Outcome, Outcome]]]] = {
    "k1": ("registrations over 300 points, 64 clients", _spread),
    "k2": ("registrations on one hot point, 64 clients", _hot),
}

if __name__ == "__main__":
    sys.exit(main())
