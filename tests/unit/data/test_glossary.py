"""The glossary names what the code names: an identifier that no source holds is a stale line."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
IDENTIFIER = re.compile(r"`([^`]+)`")


def _rows() -> list[list[str]]:
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [row for row in cells if row[0] != "Chinese"]


def _camel(identifier: str) -> str:
    """Event names stand in the code as classes: plan-filed is PlanFiled."""
    return "".join(word.capitalize() for word in identifier.split("-")) if "-" in identifier else identifier


def test_every_line_has_chinese_english_identifier_and_meaning() -> None:
    assert len(_rows()) > 80
    for row in _rows():
        assert len(row) == 4, row
        assert all(row), row
        assert row[2] == "–" or IDENTIFIER.search(row[2]), row


def test_every_identifier_stands_in_the_code() -> None:
    files = [path for top in ("shared", "services", "deploy/data") for path in (ROOT / top).rglob("*.*")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files if path.suffix in {".py", ".yaml"})
    words = set(re.findall(r"\w+", text))
    named = [_camel(name) for row in _rows() for name in IDENTIFIER.findall(row[2])]
    assert [name for name in named if name not in words] == []


def test_no_term_stands_twice() -> None:
    terms = [(row[0], row[1]) for row in _rows()]
    assert sorted({term for term in terms if terms.count(term) > 1}) == []
