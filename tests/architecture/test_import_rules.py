"""Every import rule is green as the house stands, and red when a violation of it is planted."""

import configparser
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

UNIT = "services/registration/domain/unit.py"
COMMANDS = "services/registration/application/commands.py"
ROUTES = "services/registration/api/routes.py"
VAULT = "services/registration/adapters/vault.py"
MAIN = "services/registration/main.py"
SETTINGS = "services/registration/settings.py"

PLANTED = [
    ("shared-never-imports-services", "shared/errors.py", "import services.registration.settings"),
    ("shared-never-imports-services", "shared/storage/lane.py", "import deploy.generate"),
    ("services-are-independent", VAULT, "import services.feedback.domain.opinion"),
    ("services-are-independent", UNIT, "import services.scoring.settings"),
    ("services-never-import-deploy", MAIN, "import deploy.data.load"),
    ("rooms-of-a-service", UNIT, "import services.registration.application.commands"),
    ("rooms-of-a-service", COMMANDS, "import services.registration.adapters.vault"),
    ("rooms-of-a-service", COMMANDS, "import services.registration.api.schemas"),
    ("rooms-of-a-service", ROUTES, "import services.registration.adapters.vault"),
    ("rooms-of-a-service", VAULT, "import services.registration.api.schemas"),
    ("rooms-of-a-service", ROUTES, "import services.registration.main"),
    ("rooms-of-a-service", SETTINGS, "import services.registration.domain.unit"),
    ("rooms-of-a-service", "services/registration/cellar.py", "import json"),
    ("domain-is-pure", UNIT, "import pydantic"),
    ("domain-is-pure", UNIT, "import fastapi"),
    ("domain-is-pure", UNIT, "import icalendar"),
    ("domain-is-pure", UNIT, "import xlsxwriter"),
    ("domain-is-pure", UNIT, "import reportlab"),
    ("domain-is-pure", UNIT, "import shared.logging"),
    ("domain-is-pure", UNIT, "import shared.repository"),
    ("domain-is-pure", UNIT, "import services.registration.settings"),
    ("application-speaks-through-ports", COMMANDS, "import shared.storage.aggregates"),
    ("application-speaks-through-ports", COMMANDS, "import shared.messaging.consumer"),
    ("application-speaks-through-ports", COMMANDS, "import starlette"),
    ("application-speaks-through-ports", COMMANDS, "import icalendar"),
    ("application-speaks-through-ports", COMMANDS, "import xlsxwriter"),
    ("application-speaks-through-ports", COMMANDS, "import reportlab"),
    ("contracts-only-in-adapters-events", COMMANDS, "import shared.events.registration_v1"),
    ("contracts-only-in-adapters-events", ROUTES, "from shared.events import registration_v1"),
    ("contracts-only-in-adapters-events", MAIN, "import shared.events.envelope"),
    ("contracts-only-in-adapters-events", VAULT, "import shared.events.contract"),
    ("aiokafka-is-fenced", "shared/messaging/consumer.py", "import aiokafka"),
    ("aiokafka-is-fenced", VAULT, "import aiokafka.errors"),
    ("aiokafka-is-fenced", "deploy/generate.py", "import kafka"),
    ("motor-is-fenced", "shared/storage/lane.py", "import motor.motor_asyncio"),
    ("motor-is-fenced", VAULT, "import pymongo"),
    ("motor-is-fenced", "shared/storage/document.py", "import bson"),
    ("layers-of-shared", "shared/errors.py", "import shared.logging"),
    ("layers-of-shared", "shared/metrics/registry.py", "import shared.messaging.ports"),
    ("layers-of-shared", "shared/http/once.py", "import shared.storage.ports"),
    ("layers-of-shared", "shared/storage/ports.py", "import shared.runtime.host"),
    ("layers-of-shared", "shared/cellar.py", "import json"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The house without its caches."""
    folder = tmp_path_factory.mktemp("house")
    for each in ("shared", "services", "deploy"):
        shutil.copytree(ROOT / each, folder / each, ignore=shutil.ignore_patterns("__pycache__", "*.json", "*.jar"))
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


@contextmanager
def planted(folder: Path, violations: list[tuple[str, str]]) -> Iterator[None]:
    """Files with one more line each; as before at the end."""
    before = {file: (folder / file).read_text() if (folder / file).exists() else None for file, _ in violations}
    for file, line in violations:
        with (folder / file).open("a") as out:
            out.write(f"\n{line}\n")
    try:
        yield
    finally:
        for file, text in before.items():
            if text is None:
                (folder / file).unlink()
            else:
                (folder / file).write_text(text)


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """import-linter over the copy."""
    command = [sys.executable, "-c", LINT, "--no-logo", *options]
    wide = {**os.environ, "COLUMNS": "400"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=wide)


def named(file: str, line: str) -> str:
    """How the refusal speaks of a planted line: by importer and imported, or by the room that nobody knows."""
    importer = file.removesuffix(".py").replace("/", ".")
    if "cellar" in file:
        return importer
    words = line.split()
    imported = f"{words[1]}.{words[3]}" if words[0] == "from" else words[1]
    outside = imported.partition(".")[0] not in ("shared", "services", "deploy")
    return f"{importer} -> {imported.partition('.')[0] if outside else imported}"


def test_the_house_keeps_every_rule(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("rule", sorted({rule for rule, _, _ in PLANTED}))
def test_every_planted_violation_is_refused(copy: Path, rule: str) -> None:
    violations = [(file, line) for each, file, line in PLANTED if each == rule]
    assert lint(copy, "--contract", rule).returncode == 0, "green without them"
    with planted(copy, violations):
        done = lint(copy, "--contract", rule)
    assert done.returncode == 1, done.stdout + done.stderr
    unseen = [each for each in violations if named(*each) not in done.stdout]
    assert unseen == [], done.stdout


def test_no_rule_is_without_a_planted_violation() -> None:
    file = configparser.ConfigParser()
    file.read(ROOT / ".importlinter")
    rules = {each.removeprefix("importlinter:contract:") for each in file.sections() if "contract" in each}
    assert rules == {rule for rule, _, _ in PLANTED}
