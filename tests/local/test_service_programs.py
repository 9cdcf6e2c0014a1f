"""Every service is handed exactly the variables that it reads, and a token that the instance's services accept."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from deploy.local.cli import main
from deploy.local.instances import demo, district, private
from deploy.local.problems import LocalProblem
from deploy.local.program import Tier
from deploy.local.service_programs import SERVICES
from deploy.local.settings import LocalSettings
from deploy.local.tokens import mint
from shared.settings import ServiceSettings, known_variables, refuse_unknown


@pytest.fixture
def settings(tmp_path: Path) -> LocalSettings:
    return LocalSettings(local_state_dir=tmp_path)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_knows_every_variable_that_it_is_handed(service: str, settings: LocalSettings) -> None:
    model: type[ServiceSettings] = import_module(f"services.{service}.settings").Settings
    for instance in (district(settings), demo(settings)):
        [program] = [each for each in instance.plan.programs if each.name == service]
        refuse_unknown(model, program.environment)
        needed = {f"OPENDAY_{name.upper()}" for name, each in model.model_fields.items() if each.is_required()}
        assert needed <= set(program.environment)
        assert needed <= known_variables(model)


def test_only_the_district_follows_the_real_time(settings: LocalSettings, tmp_path: Path) -> None:
    for instance, profile, steered in (
        (district(settings), "development", False),
        (demo(settings), "demonstration", True),
        (private("own", tmp_path, settings), "test", True),
    ):
        services = [program for program in instance.plan.programs if program.tier is Tier.SERVICES]
        assert {program.environment["OPENDAY_PROFILE"] for program in services} == {profile}
        assert all(("OPENDAY_CLOCK__STEERED_FILE" in each.environment) is steered for each in services)


def test_nothing_listens_beyond_loopback(settings: LocalSettings) -> None:
    for program in district(settings).plan.programs:
        assert "127.0.0.1" in program.address
        assert program.environment.get("OPENDAY_HTTP__HOST", "127.0.0.1") == "127.0.0.1"


def test_keys_are_made_once_and_readable_by_the_owner_alone(settings: LocalSettings) -> None:
    plan = district(settings).plan
    mint(plan, subject="someone", roles=["office"])
    kept = {file: file.read_bytes() for file in plan.folders.secrets.iterdir()}
    mint(plan, subject="someone", roles=["office"])
    assert kept == {file: file.read_bytes() for file in plan.folders.secrets.iterdir()}
    assert {file.stat().st_mode & 0o777 for file in kept} == {0o600}


def test_no_token_in_the_production_profile(settings: LocalSettings) -> None:
    plan = replace(district(settings).plan, profile="production")
    with pytest.raises(LocalProblem, match="production"):
        mint(plan, subject="someone", roles=["office"])
    assert not plan.folders.secrets.exists()


def test_the_command_prints_a_token_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENDAY_LOCAL_STATE_DIR", str(tmp_path))
    assert main(["token", "--role", "unit_clerk", "--unit", "xzspfwj"]) == 0
    assert len(capsys.readouterr().out.strip().split(".")) == 3


def test_an_unknown_role_is_refused_with_the_known_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENDAY_LOCAL_STATE_DIR", str(tmp_path))
    assert main(["token", "--role", "king"]) == 1
    assert "unit_reviewer" in capsys.readouterr().err
