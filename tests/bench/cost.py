"""What one registration costs, ours beside the comparator: processor time of each process, and what ours is spent on.

Why K1 and K2 stand where they stand: with all cores busy, the rate is the cores divided by these sums.
"""

import os
from collections.abc import Callable, Mapping

from tests.bench.figures import table
from tests.bench.profile import functions, shares
from tests.bench.programs import Program, cpu_of, profiled
from tests.bench.race import Track, sent, track


def explained(*, points: int, cap: int, count: int, times: int = 1) -> str:
    """In Markdown, from one run without and one with the profiler, each after a round that warms up."""
    with track() as both:
        sides = _sides(both, points, cap, count)
        spent = {}
        for name, (program, requests) in sides.items():
            sent(program, requests())
            spent[name] = _spent(both, program, [requests() for _ in range(times)])
    with track(profile=True) as both:
        profiles = {}
        for name, (program, requests) in _sides(both, points, cap, count).items():
            sent(program, requests())
            rounds = [requests() for _ in range(times)]
            with profiled(program) as profiles[name]:
                for each in rounds:
                    sent(program, each)
        told = f"{shares(profiles)}\nOurs, by function:\n\n{functions(profiles['ours'])}"
    return f"{_by_process(spent)}\n{told}"


def _sides(both: Track, points: int, cap: int, count: int) -> dict[str, tuple[Program, Callable[[], list[bytes]]]]:
    return {
        "ours": (both.ours, lambda: both.our_requests(points, cap, count)),
        "comparator": (both.bare, lambda: both.bare_requests(points, cap, count)),
    }


def _spent(both: Track, program: Program, rounds: list[list[bytes]]) -> dict[str, float]:
    """Milliseconds of processor time for one registration, by process."""
    pids = {
        "service": program.child.pid,
        "database": both.scenery.mongo.pid,
        "broker": both.scenery.kafka.pid,
        "clients": os.getpid(),
    }
    before = {name: cpu_of(pid) for name, pid in pids.items()}
    done = sum(sent(program, each).answers[201] for each in rounds)
    return {name: (cpu_of(pid) - before[name]) / done * 1000 for name, pid in pids.items()}


def _by_process(spent: Mapping[str, Mapping[str, float]]) -> str:
    names, cores = list(next(iter(spent.values()))), os.cpu_count() or 1
    rows = [(name, *(f"{each[name]:.2f} ms" for each in spent.values())) for name in names]
    rows.append(("together", *(f"{sum(each.values()):.2f} ms" for each in spent.values())))
    rows.append(("one core for the service: at most", *(f"{1000 / each['service']:.0f} /s" for each in spent.values())))
    rows.append(
        (f"{cores} cores for all: at most", *(f"{cores * 1000 / sum(each.values()):.0f} /s" for each in spent.values()))
    )
    return table(("processor time for one registration", *spent), rows)
