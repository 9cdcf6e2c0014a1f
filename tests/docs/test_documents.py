"""Every document: its links, the paths that it names, the targets that it tells people to make."""

from pathlib import Path

import pytest

from tests.docs.documents import DOCUMENTS, ROOT, broken_links, missing_paths, unknown_targets

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: str(each.relative_to(ROOT)))


@every_document
def test_links_lead_somewhere(document: Path) -> None:
    assert broken_links(document, document.read_text(encoding="utf-8")) == []


@every_document
def test_paths_are_there(document: Path) -> None:
    assert missing_paths(document.read_text(encoding="utf-8")) == []


@every_document
def test_targets_can_be_made(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert unknown_targets(document.read_text(encoding="utf-8"), makefile) == set()


def test_a_fault_of_each_kind_is_seen() -> None:
    text = (
        "[here](docs/nowhere.md), `services/nowhere/main.py`, `nowhere.py`, `make nothing`\n```sh\nmake neither\n```\n"
    )
    assert broken_links(ROOT / "README.md", text) == ["docs/nowhere.md"]
    assert sorted(missing_paths(text)) == ["nowhere.py", "services/nowhere/main.py"]
    assert unknown_targets(text, "demo: ## play\n") == {"nothing", "neither"}
    fine = "[here](README.md), `services/*/domain/`, `aggregates.py`, `tests/`, `/metrics`, `make demo`"
    assert broken_links(ROOT / "README.md", fine) == missing_paths(fine) == []
    assert unknown_targets(fine, "demo: ## play\n") == set()
