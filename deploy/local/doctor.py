"""What this machine lacks for a district, and what to do about each thing. Works before set-up too."""

import importlib.util
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from deploy.engines.engine import EngineSetupError
from deploy.engines.java import java, major_version, tool
from deploy.local.problems import NOT_SET_UP
from deploy.local.setup import ROOT

FREE_GIGABYTES = 3
OPTIONAL = {
    "promtool": ("checks the metrics in the tests", "apt-get install prometheus"),
    "kcat": ("reads the events from a shell", "apt-get install kcat"),
    "chromium": ("runs the browser tests", "apt-get install chromium"),
}


@dataclass(frozen=True)
class Finding:
    """One line of the report. `needed` and not `ok`: a district cannot run until the advice is followed."""

    what: str
    ok: bool
    said: str
    needed: bool = True

    def __str__(self) -> str:
        mark = "ok     " if self.ok else ("MISSING" if self.needed else "absent ")
        return f"{mark} {self.what}: {self.said}"


def findings() -> Iterator[Finding]:
    """Every check, cheap ones first."""
    yield Finding("Python", sys.version_info >= (3, 11), f"{platform.python_version()} ({sys.executable})")
    yield _tried("Java", _java)
    yield _tried("Maven", lambda: tool("mvn"))
    yield _disk()
    if importlib.util.find_spec("psutil") is None or importlib.util.find_spec("pydantic") is None:
        yield Finding("dependencies", ok=False, said=f"{NOT_SET_UP} Ports are checked after that.")
    else:
        yield from _ports()
    for name, (use, advice) in OPTIONAL.items():
        found = shutil.which(name)
        yield Finding(name, bool(found), found or f"{use}; to have it: {advice}", needed=False)


def report() -> int:
    """Print all findings. Returns 1 when something needed is missing."""
    every = []
    for finding in findings():
        print(finding)
        every.append(finding)
    return int(any(finding.needed and not finding.ok for finding in every))


def _tried(what: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(what, ok=True, said=check())
    except EngineSetupError as missing:
        return Finding(what, ok=False, said=str(missing))


def _java() -> str:
    program = java()
    return f"{major_version(program)} ({program})"


def _disk() -> Finding:
    free = shutil.disk_usage(ROOT).free / 1e9
    enough = free >= FREE_GIGABYTES
    advice = "" if enough else f"; make room, a district with its engines wants {FREE_GIGABYTES} GB"
    return Finding("disk", enough, f"{free:.0f} GB free at {ROOT}{advice}")


def _ports() -> Iterator[Finding]:
    from deploy.local.instances import of_checkout
    from deploy.local.ports import busy
    from deploy.local.settings import LocalSettings

    for name, instance in of_checkout(LocalSettings.read()).items():
        ports = {each: port for program in instance.plan.programs for each, port in program.ports.items()}
        span = f"{min(ports.values())} to {max(ports.values())}"
        if instance.is_up:
            yield Finding(f"ports of {name}", ok=True, said=f"{span}, in use by this instance, which is up")
        elif taken := busy(ports):
            yield from (Finding(f"ports of {name}", ok=False, said=sentence) for sentence in taken)
        else:
            yield Finding(f"ports of {name}", ok=True, said=f"{span}, free")
