"""Removes what running has left in a checkout, after saying what and how much."""

import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from deploy.local.instance import Instance
from deploy.local.problems import LocalProblem
from deploy.local.settings import ROOT, LocalSettings


def removable(settings: LocalSettings, *, everything: bool) -> list[Path]:
    """The folders that exist and would go: data, logs and keys; with `everything` what set-up made, too."""
    folders = [settings.state_dir]
    if everything:
        folders += [settings.engines_dir, ROOT / ".venv"]
    return [folder for folder in folders if folder.exists()]


def clean(folders: Sequence[Path], instances: Iterable[Instance], *, agreed: bool) -> int:
    """List, ask unless already agreed, remove. Returns the exit code. Raises LocalProblem while something is up."""
    if up := [instance.name for instance in instances if instance.is_up]:
        raise LocalProblem(f"Still up: {', '.join(up)}. Run make down first; nothing was removed.")
    if not folders:
        print("Nothing to remove.")
        return 0
    print("This will be removed for good:")
    for folder in folders:
        print(f"  {folder}  ({_megabytes(folder):.0f} MB)")
    if not agreed and not _agrees():
        print("Nothing was removed. To agree beforehand: make clean YES=1")
        return 1
    for folder in folders:
        shutil.rmtree(folder)
    print("Removed.")
    return 0


def _agrees() -> bool:
    return sys.stdin.isatty() and input("Remove? [y/N] ").strip().lower() in {"y", "yes"}


def _megabytes(folder: Path) -> float:
    return sum(file.lstat().st_size for file in folder.rglob("*") if not file.is_dir()) / 1e6
