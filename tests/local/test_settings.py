"""What a person may set about a checkout's instances, and what is refused."""

from pathlib import Path

import pytest

from deploy.local.cli import main
from deploy.local.instances import demo, district
from deploy.local.problems import LocalProblem
from deploy.local.settings import LocalSettings


def test_an_unknown_variable_is_refused_and_the_nearest_one_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDAY_LOCAL_PORTBASE", "19000")
    with pytest.raises(LocalProblem, match=r"OPENDAY_LOCAL_PORTBASE .* OPENDAY_LOCAL_PORT_BASE\?"):
        LocalSettings.read()


def test_a_variable_of_a_service_is_refused_because_it_would_have_no_effect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENDAY_HTTP__PORT", "1")
    with pytest.raises(LocalProblem, match="OPENDAY_HTTP__PORT"):
        LocalSettings.read()


def test_the_command_line_says_it_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENDAY_LOCAL_STATEDIR", "x")
    assert main(["status"]) == 1
    said = capsys.readouterr().err
    assert "OPENDAY_LOCAL_STATEDIR" in said
    assert "OPENDAY_LOCAL_STATE_DIR" in said
    assert "Traceback" not in said


def test_a_port_base_that_is_no_port_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENDAY_LOCAL_PORT_BASE", "70000")
    assert main(["status"]) == 1
    assert "OPENDAY_LOCAL_PORT_BASE: Input should be less than" in capsys.readouterr().err


def test_a_relative_folder_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENDAY_LOCAL_STATE_DIR", "state")
    assert LocalSettings.read().state_dir == tmp_path / "state"


def test_real_engines_are_used_instead_of_own_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDAY_MONGO__URL", "mongodb://user:word@db.example:27017/?replicaSet=rs0")
    monkeypatch.setenv("OPENDAY_KAFKA__BOOTSTRAP", "kafka.example:9092")
    plan = district(LocalSettings.read()).plan
    assert [program.name for program in plan.programs] == ["registration", "feedback", "reporting", "scoring"]
    handed = plan.programs[0].environment
    assert handed["OPENDAY_MONGO__URL"] == "mongodb://user:word@db.example:27017/?replicaSet=rs0"
    assert handed["OPENDAY_KAFKA__BOOTSTRAP"] == "kafka.example:9092"


def test_on_shared_engines_the_demonstration_has_names_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDAY_MONGO__URL", "mongodb://db.example")
    monkeypatch.setenv("OPENDAY_KAFKA__BOOTSTRAP", "kafka.example:9092")
    settings = LocalSettings.read()
    real, played = district(settings).addresses, demo(settings).addresses
    assert real.topic_prefix == "openday"
    assert played.topic_prefix == "openday-demo"
    assert {real.database(each) for each in real.services}.isdisjoint(played.database(each) for each in played.services)


def test_on_engines_of_its_own_the_demonstration_uses_the_plain_names() -> None:
    addresses = demo(LocalSettings()).addresses
    assert addresses.topic_prefix == "openday"
    assert addresses.database("scoring") == "openday_scoring"
