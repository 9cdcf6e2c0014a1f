"""The doctor says what is missing and what to do about it; without Java nothing else does either."""

from pathlib import Path

import pytest

from deploy.local import doctor
from deploy.local.cli import main
from deploy.local.doctor import Finding, findings
from deploy.local.instances import district
from deploy.local.ports import busy
from deploy.local.settings import LocalSettings
from tests.local.test_ports import listening


def of(what: str) -> Finding:
    return next(finding for finding in findings() if finding.what == what)


@pytest.fixture
def no_tools(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def test_a_complete_machine_passes() -> None:
    assert [finding.what for finding in findings() if finding.needed][:4] == ["Python", "Java", "Maven", "disk"]
    assert of("Python").ok
    assert of("Java").ok


@pytest.mark.usefixtures("no_tools")
def test_without_java_and_maven_it_says_what_to_install(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "MISSING Java: java is not in PATH" in said
    assert "MISSING Maven: mvn is not in PATH" in said
    assert "apt-get install openjdk-17" in said


@pytest.mark.usefixtures("no_tools")
def test_optional_tools_are_named_but_not_demanded() -> None:
    for tool in ("promtool", "kcat", "chromium"):
        finding = of(tool)
        assert not finding.ok
        assert not finding.needed
        assert "apt-get install" in finding.said


def test_an_old_java_is_refused_with_its_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "is Java 11, the engines need 17 or newer" in of("Java").said


def quiet_base() -> int:
    """The first of forty ports that nobody uses, below those that the system lends to other connections."""
    unlent = range(20_000, 32_000, 50)
    return next(each for each in unlent if not busy({str(offset): each + offset for offset in range(40)}))


def test_a_port_in_use_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    base = quiet_base()
    with listening(port=base + 1) as port:
        monkeypatch.setenv("OPENDAY_LOCAL_PORT_BASE", str(base))
        finding = of("ports of district")
    assert not finding.ok
    assert f"Port {port} (registration) is taken by process" in finding.said


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "FREE_GIGABYTES", 10**9)
    assert not of("disk").ok
    assert "make room" in of("disk").said


@pytest.mark.usefixtures("no_tools")
def test_up_without_java_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENDAY_LOCAL_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("OPENDAY_LOCAL_PORT_BASE", str(quiet_base()))
    assert main(["up"]) == 1
    said = capsys.readouterr().err
    assert "java is not in PATH" in said
    assert "apt-get install" in said
    assert not district(LocalSettings.read()).is_up
