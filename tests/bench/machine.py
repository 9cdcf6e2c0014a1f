"""What the figures were measured on."""

import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import psutil

from tests.bench.programs import ROOT


def machine() -> dict[str, str]:
    """Cores, memory, system, Python."""
    return {
        "Cores": str(psutil.cpu_count()),
        "Processor": _processor(),
        "Memory": f"{psutil.virtual_memory().total / 1024**3:.0f} GiB",
        "System": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
    }


def now() -> str:
    """The date and time of a report, UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M")


def revision() -> str:
    """The commit measured; `+` when files differ from it; `unknown` outside a repository."""
    told = _git("rev-parse", "--short", "HEAD")
    return told + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "") if told else "unknown"


def _git(*arguments: str) -> str:
    told = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    return told.stdout.strip() if told.returncode == 0 else ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
        return next(each for each in lines if each.startswith("model name")).partition(":")[2].strip()
    except (OSError, StopIteration):
        return platform.processor() or "unknown"
