"""The fault oracle and its load import nothing of the house, however deep, so they share none of its mistakes."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APART = ("tests/faults/oracle", "tests/faults/load")
OWN = tuple(each.replace("/", ".") for each in APART)
HOUSE = ("services", "shared", "deploy", "tests")


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


def of_the_house(source: str) -> set[str]:
    """What of it belongs to the house, and not to the judge and the load themselves."""
    return {
        each
        for each in imported(source)
        if each.partition(".")[0] in HOUSE and not any(each == own or each.startswith(f"{own}.") for own in OWN)
    }


def test_neither_the_oracle_nor_the_load_imports_anything_of_the_house() -> None:
    files = [file for folder in APART for file in (ROOT / folder).rglob("*.py")]
    assert len(files) > 10
    found = {str(each.relative_to(ROOT)): of_the_house(each.read_text(encoding="utf-8")) for each in files}
    assert {file: names for file, names in found.items() if names} == {}


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
