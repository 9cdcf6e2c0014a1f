"""The embedded Mongo-wire engine: our small Java main over mongo-java-server, as one process."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from deploy.engines import probe
from deploy.engines.engine import EngineSetupError
from deploy.engines.java import java, jvm

MAIN_CLASS = "EmbeddedMongo"
OUR_JAR = "openday-mongo.jar"


class Control(StrEnum):
    """A guard taken away, so that the conformance gate can be seen to fail; for tests alone."""

    LATE_COMMIT = "openday.control.late-commit"
    SCAN = "openday.control.scan"
    SHARED_DOCUMENTS = "openday.control.shared-documents"


@dataclass(frozen=True, kw_only=True)
class MongoEngine:
    """MongoDB's wire protocol over one file, every acknowledged write committed before its answer.

    For development, demonstration, tests and a small site (docs/adr/0004-embedded-engine.md).
    `lib_dir` is what `deploy.engines.fetch` made; `cache` and `heap` are in MB, `flags` more flags of the JVM.
    """

    lib_dir: Path
    data_dir: Path
    port: int
    host: str = "127.0.0.1"
    heap: int = 384
    cache: int = 64
    flags: tuple[str, ...] = ()
    controls: tuple[Control, ...] = ()

    @property
    def name(self) -> str:
        """Process, log and folder name."""
        return "mongo"

    @property
    def address(self) -> str:
        """MongoDB URL."""
        return f"mongodb://{self.host}:{self.port}"

    @property
    def store(self) -> Path:
        """The one file that holds every database."""
        return self.data_dir / "openday.mv"

    @property
    def command(self) -> list[str]:
        """The JVM with our main: `EmbeddedMongo <host> <port> <store file> <cache MB>`."""
        flags = ["-Xms64m", f"-Xmx{self.heap}m", *self.flags, *(f"-D{control}=true" for control in self.controls)]
        arguments = [self.host, str(self.port), str(self.store), str(self.cache)]
        return [*jvm(self.lib_dir), *flags, MAIN_CLASS, *arguments]

    def prepare(self) -> None:
        """Make the data folder. Raises EngineSetupError when Java or the fetched engine is missing."""
        java()
        if not (self.lib_dir / OUR_JAR).is_file():
            raise EngineSetupError(f"No Mongo engine in {self.lib_dir}. Run: python -m deploy.engines.fetch")
        self.data_dir.mkdir(parents=True, exist_ok=True)

    def probe(self) -> None:
        """Write one document and read it back. Raises EngineNotReady."""
        probe.mongo(f"{self.host}:{self.port}")
