"""Fetches the engines' jars with Maven and compiles our own Java main: `python -m deploy.engines.fetch [folder]`."""

import argparse
import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from deploy.engines.archive import archive_classes
from deploy.engines.engine import EngineSetupError
from deploy.engines.java import OLDEST, java, tool

SOURCES = Path(__file__).parent
DEFAULT_ROOT = SOURCES.parents[1] / ".engines"
NAMES = ("kafka", "mongo")
MADE_BY = ("fetch.py", "archive.py", "java.py")
STAMP = "stamp"
PROGRESS_EVERY = 20  # downloaded files between two lines

Say = Callable[[str], None]


def lib_dir(name: str, root: Path = DEFAULT_ROOT) -> Path:
    """Where the jars of an engine lie, for `KafkaEngine` and `MongoEngine`."""
    return root / name


def is_current(name: str, root: Path = DEFAULT_ROOT) -> bool:
    """Whether the folder holds what this checkout's pom and Java sources ask for."""
    stamp = lib_dir(name, root) / STAMP
    return stamp.is_file() and stamp.read_text(encoding="ascii") == fingerprint(name)


def fetch(root: Path = DEFAULT_ROOT, say: Say = print) -> None:
    """Bring every engine up to date; returns at once where nothing changed. Raises EngineSetupError."""
    if all(is_current(name, root) for name in NAMES):
        return
    java()
    root.mkdir(parents=True, exist_ok=True)
    with _alone(root):
        for name in NAMES:
            if not is_current(name, root):
                _renew(name, root, say)


def fingerprint(name: str) -> str:
    """SHA-256 over the engine's pom and Java sources, and over what makes a folder of them."""
    digest = hashlib.sha256()
    for source in [*sorted((SOURCES / name).iterdir()), *(SOURCES / made for made in MADE_BY)]:
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _renew(name: str, root: Path, say: Say) -> None:
    """Build beside the old folder and swap: an interrupted fetch is never taken for a whole one."""
    made = root / f"{name}.new"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    say(f"{name}: fetching jars with Maven")
    _download(name, made, say)
    _compile(name, made)
    lib = lib_dir(name, root)
    shutil.rmtree(lib, ignore_errors=True)
    made.rename(lib)
    say(f"{name}: {len(list(lib.glob('*.jar')))} jars in {lib}")
    archive_classes(name, lib, say)
    (lib / STAMP).write_text(fingerprint(name), encoding="ascii")


def _download(name: str, made: Path, say: Say) -> None:
    pom = SOURCES / name / "pom.xml"
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={made}"]
    # --strict-checksums: a file that does not match what the registry says about it fails the fetch.
    program = [tool("mvn"), "--batch-mode", "--strict-checksums", "--file", str(pom), *goal]
    told: list[str] = []
    downloaded = 0
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as maven:
        for line in maven.stdout or ():
            told.append(line.strip())
            downloaded += "Downloaded from" in line
            if "Downloaded from" in line and downloaded % PROGRESS_EVERY == 0:
                say(f"{name}: {downloaded} files downloaded")
    if maven.returncode != 0:
        reason = next((line for line in told if "[ERROR]" in line), told[-1] if told else "no message")
        raise EngineSetupError(
            f"Maven could not fetch {name}: {reason} Check the network and Maven's settings.xml, then try again."
        )


def _compile(name: str, made: Path) -> None:
    """Our own Java sources, where the engine has some, as one more jar."""
    sources = sorted(str(source) for source in (SOURCES / name).glob("*.java"))
    if not sources:
        return
    with TemporaryDirectory() as classes:
        options = ["--release", str(OLDEST), "-d", classes, "-cp", str(made / "*")]
        told = subprocess.run([tool("javac"), *options, *sources], capture_output=True, text=True, check=False)
        if told.returncode != 0:
            raise EngineSetupError(f"javac refuses the {name} engine's sources:\n{told.stderr.strip()}")
        with ZipFile(made / f"openday-{name}.jar", "w") as jar:
            for compiled in sorted(Path(classes).iterdir()):
                jar.write(compiled, compiled.name)


def main() -> int:
    """Command line: 0 when the engines are there, 1 with a sentence when they cannot be."""
    parser = argparse.ArgumentParser(prog="python -m deploy.engines.fetch", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_ROOT, help="default: %(default)s")
    folder: Path = parser.parse_args().folder
    try:
        fetch(folder.absolute(), say=lambda line: print(line, flush=True))
    except EngineSetupError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
