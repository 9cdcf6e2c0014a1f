"""Archives the classes that an engine loads, by running it once: its later starts take about half the time."""

import socket
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.engines.engine import Engine, EngineNotReady, EngineSetupError
from deploy.engines.java import ARCHIVE
from deploy.engines.kafka import KafkaEngine
from deploy.engines.mongo import MongoEngine
from deploy.engines.process import EngineProcess

PATIENCE = 90.0  # seconds for the start, and for the end, in which the JVM writes the archive


def archive_classes(name: str, lib_dir: Path, say: Callable[[str], None]) -> None:
    """Start the engine on empty data, stop it, keep the archive beside its jars; say so when that does not work.

    An archive that does not fit (another Java, a moved folder) is ignored by the JVM: only the time is lost.
    """
    archive = lib_dir / ARCHIVE
    unfinished = archive.with_suffix(".new")
    with TemporaryDirectory() as folder:
        engine = _engine(name, lib_dir, Path(folder), f"-XX:ArchiveClassesAtExit={unfinished}")
        process = EngineProcess(engine, Path(folder) / "log")
        try:
            process.restart(PATIENCE)
        except (EngineNotReady, EngineSetupError) as refusal:
            say(f"{name}: will start without a class archive. {refusal}")
        finally:
            process.stop(PATIENCE)
    if unfinished.is_file():
        unfinished.rename(archive)


def _engine(name: str, lib_dir: Path, folder: Path, flag: str) -> Engine:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        port, controller_port = one.getsockname()[1], other.getsockname()[1]
    if name == "mongo":
        return MongoEngine(lib_dir=lib_dir, data_dir=folder / "data", port=port, flags=(flag,))
    return KafkaEngine(
        lib_dir=lib_dir, data_dir=folder / "data", port=port, controller_port=controller_port, flags=(flag,)
    )
