"""Set-up does each thing once, and again only when what it was made from has changed."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy.local import setup
from deploy.local.problems import LocalProblem

LOCK = """# how it was made
six==1.0 \\
    --hash=sha256:aa
uv==0.1 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
zope==2 \\
    --hash=sha256:dd
"""


class Commands:
    """What set-up would run; `refuse` names a word whose commands fail."""

    def __init__(self) -> None:
        self.run: list[str] = []
        self.refuse = "nothing"
        self.pip_config = ""

    def __call__(self, command: Sequence[str], failure: str, *, quiet: bool = False) -> None:
        self.run.append(" ".join(command))
        if self.refuse in self.run[-1]:
            raise LocalProblem(failure)
        if command[1:3] == ["-m", "venv"]:
            setup.PYTHON.parent.mkdir(parents=True)
            setup.PYTHON.touch()

    def asked(self, command: Sequence[str]) -> str:
        return self.pip_config if "config" in command else f"{sys.version}\n"

    def count(self, words: str) -> int:
        return sum(words in each for each in self.run)


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    recorded = Commands()
    monkeypatch.setattr(setup, "_run", recorded)
    monkeypatch.setattr(setup, "_asked", recorded.asked)
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(setup, "STAMP", tmp_path / ".venv" / "stamp")
    monkeypatch.setattr(setup, "LOCK", tmp_path / "requirements.lock")
    setup.LOCK.write_text(LOCK)
    return recorded


def test_the_second_time_installs_nothing(commands: Commands) -> None:
    setup.set_up()
    assert commands.count("-m venv") == 1
    assert commands.count("-m uv pip install") == 1
    commands.run.clear()
    setup.set_up()
    assert commands.count(" install ") == commands.count("-m venv") == 0
    assert commands.count("deploy.local engines") == 1


def test_a_changed_lock_installs_into_the_same_environment(commands: Commands) -> None:
    setup.set_up()
    commands.run.clear()
    setup.LOCK.write_text(LOCK.replace("six==1.0", "six==1.1"))
    setup.set_up()
    assert commands.count("-m venv") == 0
    assert commands.count("-m uv pip install") == 1


def test_an_interrupted_install_is_done_again(commands: Commands) -> None:
    commands.refuse = "requirements.lock"
    with pytest.raises(LocalProblem):
        setup.set_up()
    commands.refuse = "nothing"
    commands.run.clear()
    setup.set_up()
    assert commands.count("-m uv pip install") == 1


def test_where_uv_cannot_run_pip_does_it(commands: Commands, capsys: pytest.CaptureFixture[str]) -> None:
    commands.refuse = "-m uv"
    setup.set_up()
    assert commands.run[-2].endswith("requirements.lock")
    assert "-m pip install" in commands.run[-2]
    assert "pip will" in capsys.readouterr().err


@pytest.mark.parametrize("told", ["global.index-url='https://mirror.example/simple'", ":env:.no-index='1'"])
def test_where_pip_was_told_of_an_index_pip_does_it(commands: Commands, told: str) -> None:
    commands.pip_config = told
    setup.set_up()
    assert commands.count("-m uv") == 0
    assert commands.count("-m pip install") == 1


def test_every_install_checks_hashes(commands: Commands) -> None:
    commands.refuse = "-m uv"
    setup.set_up()
    installs = [each for each in commands.run if " install " in each]
    assert len(installs) == 3
    assert all("--require-hashes" in each for each in installs)


def test_uv_is_taken_from_the_lock_with_its_hashes(commands: Commands) -> None:
    assert setup.locked("uv") == "uv==0.1 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
    with pytest.raises(LocalProblem, match="does not lock nosuch"):
        setup.locked("nosuch")
