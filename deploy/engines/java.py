"""Java on this machine: found, new enough, and the flags that every engine shares."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from deploy.engines.engine import EngineSetupError

OLDEST = 17

# A small single-purpose JVM: the serial collector and the first compiler tier start faster and take less memory;
# out of memory ends the process, because a supervisor can mend a dead engine but not a half-dead one.
SMALL_JVM = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError"]


def java() -> str:
    """Path of a Java runtime of version 17 or newer. Raises EngineSetupError."""
    program = tool("java")
    version = major_version(program)
    if version < OLDEST:
        raise EngineSetupError(
            f"{program} is Java {version}, the engines need {OLDEST} or newer. Install a JDK (Debian: "
            f"apt-get install openjdk-{OLDEST}-jdk-headless) and put it first in PATH."
        )
    return program


def tool(name: str) -> str:
    """Path of a program that the engines need. Raises EngineSetupError with what to install."""
    package = {"mvn": "maven"}.get(name, f"openjdk-{OLDEST}-jdk-headless")
    found = shutil.which(name)
    if found is None:
        raise EngineSetupError(f"{name} is not in PATH. Install it (Debian: apt-get install {package}).")
    return found


@cache
def major_version(program: str) -> int:
    """Major version that this Java prints about itself. Raises EngineSetupError when it cannot be read."""
    told = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(?:1\.)?(\d+)', told.stderr + told.stdout)
    if found is None:
        raise EngineSetupError(f"{program} -version gives no version (exit code {told.returncode}).")
    return int(found.group(1))


def class_path(lib_dir: Path) -> str:
    """Class path of an engine folder: its jars and, where we add our own classes, those first."""
    return f"{lib_dir / 'classes'}:{lib_dir / '*'}"
