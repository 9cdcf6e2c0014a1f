"""A process that cannot begin says why in one line and ends with 2; one that breaks ends with 1."""

import json
import logging
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from services.registration.main import main
from services.registration.settings import Settings
from shared.http.guard import UndeclaredPermission
from shared.logging import get_logger
from shared.messaging.consumer import Stuck
from shared.runtime.host import host
from shared.security import secrets
from shared.security.secrets import VAULT_KEYS
from shared.settings import PREFIX, ServiceSettings
from shared.time import steer
from tests.support.district import BEGINNING, free_port

Begun = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What registration needs to begin; logs are as before afterwards."""
    for each in [each for each in os.environ if each.startswith(PREFIX)]:
        monkeypatch.delenv(each)
    secrets.ensure(tmp_path)
    steer(tmp_path / "clock", BEGINNING)
    before, handlers = structlog.get_config(), logging.getLogger().handlers[:]
    yield {
        "OPENDAY_VAULT_KEYS_FILE": str(tmp_path / VAULT_KEYS),
        "OPENDAY_NOTICES__SPOOL_DIR": str(tmp_path / "spool"),
        "OPENDAY_CLOCK__STEERED_FILE": str(tmp_path / "clock"),
        "OPENDAY_HTTP__PORT": str(free_port()),
    }
    structlog.configure(**before)
    get_logger.cache_clear()
    logging.captureWarnings(capture=False)
    logging.getLogger().handlers[:] = handlers


@pytest.mark.parametrize(
    ("variables", "event", "said"),
    [
        ({"OPENDAY_HTTP__PROT": "1"}, "configuration_refused", "did you mean OPENDAY_HTTP__PORT"),
        ({"OPENDAY_HTTP__PORT": "eighty"}, "configuration_refused", "http.port"),
        ({"OPENDAY_PROFILE": "production"}, "configuration_refused", "OPENDAY_CLOCK__STEERED_FILE"),
        ({"OPENDAY_VAULT_KEYS_FILE": None}, "configuration_refused", "vault_keys_file"),
        ({"OPENDAY_FAILPOINTS": "api.nowhere:kill"}, "configuration_refused", "is no failpoint"),
        ({"OPENDAY_VAULT_KEYS_FILE": "/nowhere/keys.json"}, "start_refused", "/nowhere/keys.json"),
        ({"OPENDAY_CLOCK__STEERED_FILE": "/nowhere/clock"}, "start_refused", "/nowhere/clock"),
    ],
)
def test_a_wrong_configuration_is_named(
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variables: dict[str, str | None],
    event: str,
    said: str,
) -> None:
    for name, value in {**environment, **variables}.items():
        if value is not None:
            monkeypatch.setenv(name, value)
    assert host("registration", Settings, main) == 2
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line["event"], said in line["why"]) == (event, True), line


def test_a_busy_port_is_named_with_the_setting_to_change(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", int(environment["OPENDAY_HTTP__PORT"])))
        holder.listen()
        assert host("registration", Settings, main) == 2
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert line["event"] == "port_in_use"
    assert f"127.0.0.1:{environment['OPENDAY_HTTP__PORT']}" in line["why"]
    assert "OPENDAY_HTTP__PORT" in line["why"]


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("failure", "code", "event"),
    [
        (None, 0, "settings"),
        (ValueError("rulebook x.yaml"), 2, "start_refused"),
        (UndeclaredPermission("GET /x"), 2, "start_refused"),
        (Stuck("no poll for 61 s"), 1, "crashed"),
        (ExceptionGroup("tasks", [Stuck("no poll for 61 s")]), 1, "crashed"),
        (KeyError("13800001111"), 1, "crashed"),
    ],
)
def test_how_it_ends_is_its_exit_code(
    capsys: pytest.CaptureFixture[str], failure: Exception | None, code: int, event: str
) -> None:
    async def ending(_: ServiceSettings) -> None:
        if failure:
            raise failure

    assert host("registration", ServiceSettings, ending) == code
    written = capsys.readouterr().out
    line = json.loads(written.splitlines()[-1])
    assert line["event"] == event
    assert "13800001111" not in written
    if isinstance(failure, Stuck):
        assert line["failure"] == "Stuck: no poll for 61 s"
