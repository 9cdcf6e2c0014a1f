"""`clean` lists what it would remove, asks, and touches nothing else."""

import io
from pathlib import Path

import pytest

from deploy.local import clean as cleaning
from deploy.local.clean import clean, removable
from deploy.local.cli import main
from deploy.local.problems import LocalProblem
from deploy.local.settings import LocalSettings
from tests.local.programs import small_instance


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    (folder / "district" / "data").mkdir(parents=True)
    (folder / "district" / "data" / "store").write_bytes(b"x" * 3_000_000)
    monkeypatch.setenv("OPENDAY_LOCAL_STATE_DIR", str(folder))
    monkeypatch.setenv("OPENDAY_LOCAL_ENGINES_DIR", str(tmp_path / "engines"))
    return folder


def test_without_a_terminal_it_lists_and_removes_nothing(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clean"]) == 1
    said = capsys.readouterr().out
    assert f"{state}  (3 MB)" in said
    assert "Nothing was removed" in said
    assert state.exists()


def test_agreed_beforehand_it_lists_and_removes(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clean", "--yes"]) == 0
    said = capsys.readouterr().out
    assert said.index(str(state)) < said.index("Removed.")
    assert not state.exists()
    assert state.parent.exists()


@pytest.mark.parametrize(("answer", "gone"), [("y\n", True), ("\n", False), ("no\n", False)])
def test_on_a_terminal_it_asks(state: Path, monkeypatch: pytest.MonkeyPatch, answer: str, *, gone: bool) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    main(["clean"])
    assert state.exists() is not gone


def test_all_names_the_engines_and_the_environment_too(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleaning, "ROOT", tmp_path)
    (tmp_path / "engines").mkdir()
    (tmp_path / ".venv").mkdir()
    settings = LocalSettings.read()
    assert removable(settings, everything=False) == [state]
    assert removable(settings, everything=True) == [state, tmp_path / "engines", tmp_path / ".venv"]


def test_nothing_is_removed_under_a_running_instance(tmp_path: Path) -> None:
    instance = small_instance("busy", tmp_path)
    try:
        instance.up()
        with pytest.raises(LocalProblem, match="Still up: busy"):
            clean([instance.folders.root], [instance], agreed=True)
        assert instance.folders.root.exists()
    finally:
        instance.down()


def test_with_nothing_there_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENDAY_LOCAL_STATE_DIR", str(tmp_path / "none"))
    assert main(["clean", "--yes"]) == 0
    assert "Nothing to remove" in capsys.readouterr().out
