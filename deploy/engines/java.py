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
SMALL_JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError")

# Classes as the JVM holds them in memory, made by `deploy.engines.archive`: they halve the work of a start.
ARCHIVE = "classes.jsa"


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


def jvm(lib_dir: Path) -> list[str]:
    """The Java program with its flags, up to the main class, for the jars of an engine. Raises EngineSetupError."""
    archive = lib_dir / ARCHIVE
    shared = [f"-XX:SharedArchiveFile={archive}"] if archive.is_file() else []
    log_level = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
    return [java(), *SMALL_JVM, *shared, log_level, "-cp", str(lib_dir / "*")]
