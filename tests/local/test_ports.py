"""A port that is taken is named with its process, and nothing is started."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from deploy.local.instances import demo, district
from deploy.local.ports import Ports, busy, holder_of, is_taken
from deploy.local.problems import LocalProblem
from deploy.local.settings import LocalSettings
from tests.local.programs import small_instance


@contextmanager
def listening(host: str = "127.0.0.1", family: int = socket.AF_INET, port: int = 0) -> Iterator[int]:
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.bind((host, port))
        listener.listen()
        port_given: int = listener.getsockname()[1]
        yield port_given


def test_a_taken_port_is_named_with_process_and_setting() -> None:
    with listening() as port:
        [sentence] = busy({"registration": port})
    assert f"Port {port} (registration)" in sentence
    assert f"process {os.getpid()} ({psutil.Process().name()})" in sentence
    assert "OPENDAY_LOCAL_PORT_BASE" in sentence


@pytest.mark.parametrize(("host", "family"), [("0.0.0.0", socket.AF_INET), ("::", socket.AF_INET6)])
def test_a_listener_on_every_address_counts(host: str, family: int) -> None:
    with listening(host, family) as port:
        assert is_taken(port)


def test_a_free_port_is_free_again_at_once_after_its_server_has_gone() -> None:
    with listening() as port, socket.create_connection(("127.0.0.1", port)) as client:
        client.close()
    assert not is_taken(port)


def test_a_process_that_may_not_be_seen_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(kind: str) -> None:
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil, "net_connections", refuse)
    with listening() as port:
        assert "may not see" in str(holder_of(port))
        assert "may not see" in busy({"kafka": port})[0]


def test_up_with_a_taken_port_starts_nothing(tmp_path: Path) -> None:
    instance = small_instance("busy", tmp_path)
    taken = instance.plan.programs[1].ports["first"]
    with listening(port=taken), pytest.raises(LocalProblem) as refusal:
        instance.up()
    assert f"Port {taken} (first)" in str(refusal.value)
    assert "Nothing was started." in str(refusal.value)
    assert not instance.is_up
    assert not (instance.folders.logs / "supervisord.log").exists()


def test_the_instances_of_a_checkout_share_no_port_and_no_folder() -> None:
    settings = LocalSettings()
    one, other = district(settings).plan, demo(settings).plan
    ports_of = [{port for program in plan.programs for port in program.ports.values()} for plan in (one, other)]
    assert len(ports_of[0]) == len(asdict(Ports.from_base(0)))
    assert ports_of[0].isdisjoint(ports_of[1])
    assert one.folders.root != other.folders.root
