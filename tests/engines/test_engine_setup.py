"""What is said when an engine cannot be fetched or prepared, and that nothing is fetched twice."""

from pathlib import Path

import pytest

from deploy.engines import fetch
from deploy.engines.engine import EngineSetupError
from deploy.engines.kafka import KafkaEngine
from deploy.engines.mongo import MongoEngine
from tests.support.engines import embedded_kafka, embedded_mongo, fetched


def test_without_java_the_refusal_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    engines = [embedded_mongo(tmp_path).engine, embedded_kafka(tmp_path).engine]
    monkeypatch.setenv("PATH", str(tmp_path))
    for engine in engines:
        with pytest.raises(EngineSetupError, match=r"java is not in PATH\. Install it .*openjdk"):
            engine.prepare()


def test_an_older_java_is_refused_by_its_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    engine = embedded_mongo(tmp_path).engine
    program(tmp_path / "java", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    with pytest.raises(EngineSetupError, match="is Java 11, the engines need 17"):
        engine.prepare()


def test_engines_that_were_not_fetched_are_told(tmp_path: Path) -> None:
    for engine in (
        MongoEngine(lib_dir=tmp_path, data_dir=tmp_path, port=1),
        KafkaEngine(lib_dir=tmp_path, data_dir=tmp_path, port=1, controller_port=2),
    ):
        with pytest.raises(EngineSetupError, match=r"Run: python -m deploy\.engines\.fetch"):
            engine.prepare()


def test_what_is_there_is_not_fetched_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder, said = fetched(), list[str]()
    monkeypatch.setenv("PATH", str(tmp_path))  # no Maven, no Java: it could not

    fetch.fetch(folder, said.append)

    assert said == []


def test_without_maven_the_refusal_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path / "java", "echo 'openjdk version \"17.0.1\"' >&2")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EngineSetupError, match=r"mvn is not in PATH\. Install it .*maven"):
        fetch.fetch(tmp_path / "engines", say=lambda _: None)


def test_a_failed_fetch_tells_why_and_leaves_nothing_that_looks_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path / "mvn", "echo '[INFO] trying'; echo '[ERROR] No such artifact.'; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    with pytest.raises(
        EngineSetupError, match=r"could not fetch kafka: \[ERROR\] No such artifact\. Check the network"
    ):
        fetch.fetch(tmp_path / "engines", say=lambda _: None)
    assert not fetch.is_current("kafka", tmp_path / "engines")
    assert not (tmp_path / "engines" / "kafka").exists()


def program(path: Path, script: str) -> None:
    """A program of this name that does what the script says."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
