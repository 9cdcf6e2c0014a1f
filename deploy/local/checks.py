"""`make lint` and `make test`: the repository's own checks, with their times."""

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from deploy.local.settings import ROOT

GATE = "tests/engines"
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
    """The engines' gate first, because nothing else means anything without it; then everything else."""
    for title, chosen in {
        f"1/2 {GATE}: what we rely on, against the configured engines": [GATE],
        "2/2 everything else": ["tests", f"--ignore={GATE}"],
    }.items():
        print(f"== {title}", flush=True)
        code = subprocess.run([sys.executable, "-m", "pytest", *chosen, *arguments], cwd=ROOT, check=False).returncode
        if code:
            return code
    return 0


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
