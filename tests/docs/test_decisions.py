"""The decisions: numbered without a hole, of one form, listed; the rules that they lean on exist."""

import configparser
import re
from pathlib import Path

import pytest

from tests.docs.documents import DECISIONS, ROOT

PARTS = ["Context", "Decision", "Consequences", "Alternatives"]
LONGEST = 60  # lines: one page
every_decision = pytest.mark.parametrize("decision", DECISIONS, ids=lambda each: each.stem)


def test_numbers_have_no_hole() -> None:
    assert [int(each.name[:4]) for each in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_every_decision_is_listed() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[(\d+)\]\(adr/(\d{4})-", index, re.MULTILINE)
    assert [(int(shown), int(linked)) for shown, linked in listed] == [(int(each.name[:4]),) * 2 for each in DECISIONS]


@every_decision
def test_a_decision_has_the_common_form(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    head = re.match(r"# (\d+)\. .+\n\nStatus: \w+.* · Area: .+ · Date: \d{4}-\d\d-\d\d\n", text)
    assert head, "title, status, area, date"
    assert int(head[1]) == int(decision.name[:4])
    found = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [each for each in found if each in PARTS] == PARTS
    assert "**" in text.partition("## Decision")[2].partition("## ")[0], "a line that can be quoted"
    assert len(text.splitlines()) <= LONGEST


@every_decision
def test_import_rules_that_a_decision_leans_on_exist(decision: Path) -> None:
    rules = configparser.ConfigParser()
    rules.read(ROOT / ".importlinter")
    names = [rules[each]["name"] for each in rules.sections() if "name" in rules[each]]
    for quoted in _quoted_rules(decision.read_text(encoding="utf-8")):
        assert any(name.startswith(quoted) for name in names), quoted


def test_quoted_rules_are_found() -> None:
    text = "`.importlinter`: *Inside a service: …*,\n*A \\*.b\nrule* · and *elsewhere* · `tests/`"
    assert _quoted_rules(text) == ["Inside a service:", "A *.b rule"]


def _quoted_rules(text: str) -> list[str]:
    """What stands in italics after `.importlinter`, up to the next dot in the middle; line breaks do not count."""
    flat = re.sub(r"\s+", " ", text)
    quoted = re.findall(r"`\.importlinter`: (.*?)(?: · |$)", flat)
    found = [each for part in quoted for each in re.findall(r"(?<!\\)\*((?:\\\*|[^*])+)(?<!\\)\*", part)]
    return [each.replace("\\*", "*").removesuffix("…").strip() for each in found]
