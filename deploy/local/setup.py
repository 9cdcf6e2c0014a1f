"""Makes a checkout able to run: virtual environment, locked dependencies, engines. Standard library only.

What is done is stamped with what it was made from, so a second run has nothing to do and says so at once.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local.problems import LocalProblem

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "openday.stamp"
PIP = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"]


def set_up() -> None:
    """Everything, in order; each step is skipped when its stamp fits. Raises LocalProblem."""
    made_from = _dependencies_stamp()
    if not (STAMP.is_file() and STAMP.read_text() == made_from and PYTHON.exists()):
        STAMP.unlink(missing_ok=True)
        _make_environment()
        _install()
        STAMP.write_text(made_from)
    _say("dependencies: as locked")
    # In the new environment: where the engines belong is a setting, and settings need a dependency.
    _run([str(PYTHON), "-m", "deploy.local", "engines"], "The engines are not there")


def _dependencies_stamp() -> str:
    return f"{sys.version}\n{VENV}\n{hashlib.sha256(LOCK.read_bytes()).hexdigest()}\n"


def _make_environment() -> None:
    if _version_inside() == sys.version:
        return
    with _step(f"virtual environment {VENV.name} with Python {sys.version.split()[0]}"):
        shutil.rmtree(VENV, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(VENV)], "The virtual environment could not be made")


def _version_inside() -> str | None:
    if not PYTHON.exists():
        return None
    return _asked([str(PYTHON), "-c", "import sys; print(sys.version)"]).removesuffix("\n")


def _install() -> None:
    """With uv where it can, because it does in two seconds what takes pip half a minute.

    uv does not read pip's configuration: where pip was told of another index, pip does the work itself, and
    also where uv cannot run or cannot reach the index.
    """
    if not _pip_has_its_own_index():
        try:
            with _step("dependencies, locked with hashes, by uv"):
                _install_with_uv()
        except LocalProblem as problem:
            _say(f"uv cannot do it here, pip will: {problem}")
        else:
            return
    with _step("dependencies, locked with hashes, by pip (half a minute)"):
        _run([*PIP, "-r", str(LOCK)], "The dependencies could not be installed")


def _install_with_uv() -> None:
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(folder) / "uv.lock"
        alone.write_text(locked("uv"))
        _run([*PIP, "-r", str(alone)], "pip could not install uv", quiet=True)
    uv = [str(PYTHON), "-m", "uv", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
    _run([*uv, "--python", str(PYTHON), "-r", str(LOCK)], "uv failed", quiet=True)


def locked(name: str) -> str:
    """The lock file's entry of one package, with its hashes."""
    found = re.search(rf"^{name}==.*?(?=^\S|\Z)", LOCK.read_text(), re.MULTILINE | re.DOTALL)
    if not found:
        raise LocalProblem(f"{LOCK.name} does not lock {name}.")
    return found[0]


def _pip_has_its_own_index() -> bool:
    told = _asked([str(PYTHON), "-m", "pip", "config", "list"])
    return re.search(r"\.(extra-)?index-url=|\.no-index=|\.proxy=", told) is not None


def _asked(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _run(command: Sequence[str], failure: str, *, quiet: bool = False) -> None:
    told = subprocess.run(command, cwd=ROOT, capture_output=quiet, text=True, stdin=subprocess.DEVNULL, check=False)
    if told.returncode != 0:
        last = (told.stderr or "").strip().splitlines()[-1:] or [f"exit code {told.returncode}"]
        raise LocalProblem(f"{failure}: {last[0]}")


@contextmanager
def _step(what: str) -> Iterator[None]:
    _say(f"{what} ...")
    begun = time.monotonic()
    yield
    _say(f"{what}: done in {time.monotonic() - begun:.0f} s")


def _say(line: str) -> None:
    """Progress goes to standard error: what follows a set-up may be meant for a machine (`make demo ARGS=--json`)."""
    print(line, file=sys.stderr, flush=True)
