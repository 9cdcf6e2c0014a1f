"""A program whose processor time is sampled, switched on and off from outside.

    python -m tests.bench.profiled OUT MODULE

SIGUSR1 switches it on, SIGUSR2 off, and writes OUT: so neither the start nor what warms up is in the figures. Every
few milliseconds of processor time adds one sample of the stack; what waits for others costs nothing, and what is called
often is not made dearer by being watched.
"""

import json
import runpy
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

ON, OFF = signal.SIGUSR1, signal.SIGUSR2
EVERY = 0.001  # seconds of processor time; most systems count in steps of four
Stack = tuple[tuple[str, str], ...]  # file and function, innermost first


def main(out: str, module: str) -> None:
    """Run it as `python -m` does."""
    found = Counter[Stack]()

    def sample(_: int, frame: FrameType | None) -> None:
        stack = []
        while frame is not None:
            stack.append((frame.f_code.co_filename, frame.f_code.co_name))
            frame = frame.f_back
        found[tuple(stack)] += 1

    def begin(_: int, __: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)

    def end(_: int, __: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        written = Path(f"{out}.part")
        written.write_text(json.dumps([[count, stack] for stack, count in found.items()]), encoding="utf-8")
        written.rename(out)

    signal.signal(signal.SIGPROF, sample)
    signal.signal(ON, begin)
    signal.signal(OFF, end)
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
