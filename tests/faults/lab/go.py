"""toxiproxy's server, built once by Go into the engines' folder; what needs it is left out where there is no Go."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.local.settings import LocalSettings

MODULE, VERSION = "github.com/Shopify/toxiproxy/v2/cmd/server", "v2.12.0"
BUILD = 300.0  # seconds


class NoProxies(Exception):
    """toxiproxy cannot be had on this machine; the sentence says what is missing."""


def why_not() -> str:
    """Empty where proxies can be had, a reason for a stranger where they cannot."""
    if _program().is_file() or shutil.which("go"):
        return ""
    return "toxiproxy needs Go (a 'go' in PATH), once, to be built"


def toxiproxy_server() -> Path:
    """The program, built when it is not there yet. Raises NoProxies."""
    program = _program()
    if program.is_file():
        return program
    if missing := why_not():
        raise NoProxies(missing)
    program.parent.mkdir(parents=True, exist_ok=True)
    with (program.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.is_file():
            _build(program)
    return program


def _program() -> Path:
    return LocalSettings.read().engines_dir.absolute() / "toxiproxy" / f"toxiproxy-{VERSION}"


def _build(program: Path) -> None:
    sys.stderr.write(f"toxiproxy {VERSION}: building with Go (half a minute)\n")
    folder = program.parent / "new"
    told = subprocess.run(
        [shutil.which("go") or "go", "install", f"{MODULE}@{VERSION}"],
        env=os.environ | {"GOBIN": str(folder.resolve())},
        capture_output=True,
        text=True,
        timeout=BUILD,
        check=False,
    )
    if told.returncode:
        raise NoProxies(f"go install failed: {(told.stderr.strip().splitlines() or ['no message'])[-1]}")
    (folder / "server").rename(program)
    folder.rmdir()
