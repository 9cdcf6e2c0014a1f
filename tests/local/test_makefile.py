"""`make` alone lists the targets; each is one line that calls Python."""

import re
import subprocess

import pytest

from deploy.local.cli import parser
from deploy.local.settings import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = [
    "setup",
    "up",
    "down",
    "status",
    "demo",
    "test",
    "lint",
    "bench",
    "fault",
    "faults",
    "faults-all",
    "doctor",
    "clean",
]


def test_make_alone_lists_the_targets_with_a_line_each() -> None:
    make = ["/usr/bin/env", "make", "--no-print-directory"]
    told = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = dict(re.findall(r"^make ([\w-]+) +(.+)$", told, re.MULTILINE))
    assert list(lines)[: len(TARGETS)] == TARGETS
    assert all(len(line) > 10 for line in lines.values())


def test_each_target_is_one_line_that_calls_python() -> None:
    recipes = re.findall(r"^([\w-]+):.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert {name for name, _ in recipes} >= set(TARGETS)
    for name, recipe in recipes:
        assert re.fullmatch(r"\t@\$\((PYTHON|VENV|HERE)\) -m \S+.*\n", recipe), name


def test_each_command_of_the_makefile_exists() -> None:
    for called in re.findall(r"^\t.* -m deploy\.local (.*)", MAKEFILE, re.MULTILINE):
        command = re.sub(r"\$\(.*", "", called).split()
        needed = ["--role", "office"] if command == ["token"] else []
        assert callable(parser().parse_args([*command, *needed]).command), called


@pytest.mark.parametrize("target", ["up", "demo", "test", "lint", "bench", "generate"])
def test_what_needs_the_set_up_makes_it(target: str) -> None:
    assert re.search(rf"^{target}: setup\b", MAKEFILE, re.MULTILINE)
