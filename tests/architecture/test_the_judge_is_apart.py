"""Who judges from outside imports nothing of the house, however deep, so they share none of its mistakes.

The fault oracle and its load, the history checker, and what they read topics with.
"""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAB = ("tests.faults.oracle", "tests.faults.load", "tests.outside")
APART = {
    "tests/faults/oracle": LAB,
    "tests/faults/load": LAB,
    "tests/outside": ("tests.outside",),
    "tests/history": ("tests.history", "tests.outside"),
}
"""Room → what of the house it may import."""
HOUSE = ("services", "shared", "deploy", "tests")
TO_INSTALL = {"confluent_kafka", "httpx"}
"""All that somebody at another installation needs beside the two folders (`docs/howto/check-a-history.md`)."""


def imported(source: str) -> set[str]:
    """Every module that a source names in an import, wherever it stands; a relative one counts as of the house."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names |= {f"{module}.{each.name}" for each in node.names} if not node.level else {f"tests.{module}"}
    return names


def of_the_house(source: str, own: tuple[str, ...] = LAB) -> set[str]:
    """What of it belongs to the house, and not to the rooms that stand apart."""
    return {
        each
        for each in imported(source)
        if each.partition(".")[0] in HOUSE and not any(each == mine or each.startswith(f"{mine}.") for mine in own)
    }


def sources(folder: str) -> dict[str, str]:
    """Every file of a room."""
    files = sorted((ROOT / folder).rglob("*.py"))
    return {str(each.relative_to(ROOT)): each.read_text(encoding="utf-8") for each in files}


@pytest.mark.parametrize("folder", APART)
def test_who_judges_imports_nothing_of_the_house(folder: str) -> None:
    found = {file: of_the_house(text, APART[folder]) for file, text in sources(folder).items()}
    assert len(found) > 2
    assert {file: names for file, names in found.items() if names} == {}


def test_the_history_checker_runs_wherever_two_libraries_are() -> None:
    texts = [*sources("tests/history").values(), *sources("tests/outside").values()]
    roots = {name.partition(".")[0] for text in texts for name in imported(text)}
    assert roots - set(sys.stdlib_module_names) - {"tests"} == TO_INSTALL


def test_the_history_checker_leaves_the_fault_lab_alone() -> None:
    assert of_the_house("from tests.faults.oracle.world import World", APART["tests/history"])


@pytest.mark.parametrize(
    "planted",
    [
        "import shared.events.envelope",
        "from shared.events import envelope",
        "from services.scoring.domain.ledger import total",
        "def late():\n    import deploy.demo.api",
        "from tests.support.waiting import eventually",
        "from tests.faults import lab",
        "from .. import support",
    ],
)
def test_an_import_of_the_house_is_found(planted: str) -> None:
    assert of_the_house(planted)


def test_its_own_rooms_and_libraries_are_not_of_the_house() -> None:
    assert (
        of_the_house("import httpx\nfrom tests.faults.oracle.where import Where\nfrom tests.faults import oracle")
        == set()
    )
