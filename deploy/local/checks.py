"""`make lint` and `make test`: the repository's own checks, with their times."""

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from deploy.local.settings import ROOT

GATE = "tests/engines"
BESIDE = ("tests/e2e", "tests/faults", "tests/simulation", "tests/unit")
"""What plays whole districts, waiting half of its time, and what needs no engine: as long as everything else."""

FINE = (0, 5)  # passed, or nothing was asked of it: `-k word` may name tests of one part only
LINTS = {
    "format": ["-m", "ruff", "format", "--check", "--quiet", "."],
    "rules": ["-m", "ruff", "check", "--quiet", "."],
    "types": ["-m", "mypy"],
    "imports": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-logo"],
    "generated": ["-m", "deploy.generate", "--check"],
}


def lint() -> int:
    """All checks beside each other, each reported when it ends. Returns 1 when one fails."""
    with ThreadPoolExecutor(len(LINTS)) as threads:
        running = [threads.submit(_passes, name, command) for name, command in LINTS.items()]
        return int(any(not check.result() for check in as_completed(running)))


def test(arguments: Sequence[str]) -> int:
    """The engines' gate first, because nothing else means anything without it; then everything else, in two halves.

    One half runs beside the other and is shown when it has ended.
    """
    print(f"== 1/2 {GATE}: what we rely on, against the configured engines", flush=True)
    gate = _pytest([GATE], arguments)
    if gate not in FINE:
        return gate
    print(f"== 2/2 everything else; {', '.join(BESIDE)} beside it, shown at the end", flush=True)
    with ThreadPoolExecutor(1) as threads:
        beside = threads.submit(_pytest, BESIDE, arguments, shown=False)
        rest = _pytest(["tests", *(f"--ignore={each}" for each in (GATE, *BESIDE))], arguments)
        codes = (gate, rest, beside.result())
    return next((each for each in codes if each not in FINE), min(codes))


def _pytest(chosen: Sequence[str], arguments: Sequence[str], *, shown: bool = True) -> int:
    """Its exit code. What is not shown at once is shown as a whole when it has ended."""
    command = [sys.executable, "-m", "pytest", *chosen, *arguments]
    told = subprocess.run(command, cwd=ROOT, stdout=None if shown else subprocess.PIPE, text=True, check=False)
    if not shown:
        print(f"== {', '.join(chosen)}\n{told.stdout}", flush=True)
    return told.returncode


def _passes(name: str, command: Sequence[str]) -> bool:
    begun = time.monotonic()
    told = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    good = told.returncode == 0
    line = f"{name:10} {'ok' if good else 'FAILED':6} {time.monotonic() - begun:4.1f} s"
    print(line if good else f"{line}\n{told.stdout}", flush=True)
    return good
