"""Rulebook files: what is read, and what is refused with the file and the place."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.scoring.adapters.rulebooks import load
from tests.support.district import HEDONG


@pytest.fixture
def content() -> dict[str, Any]:
    """Hedong's rulebook, to be spoilt."""
    read: dict[str, Any] = yaml.safe_load((HEDONG / "rulebook.yaml").read_text(encoding="utf-8"))
    return read


def write(folder: Path, content: Any, name: str = "rulebook.yaml") -> Path:
    (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return folder


def rule(content: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in content["rules"] if each["code"] == code)
    return found


def test_hedong_is_read_whole() -> None:
    book = load(HEDONG)[2021]
    assert book.version == "hedong-2021.1"
    assert sum(each.points for each in book.rules if each.kind == "fixed_if_met") == book.base_points
    assert all(each.invented for each in book.rules)
    publication = book.rule("superior_publication")
    assert publication
    assert publication.levels == {"city": 500, "province": 1000, "national": 2000}


def test_one_file_per_year(tmp_path: Path, content: dict[str, Any]) -> None:
    write(tmp_path, content, "rulebook-2021.yaml")
    next_year = {**content, "year": 2022, "also_years": [], "version": "hedong-2022.1"}
    read = load(write(tmp_path, next_year, "rulebook-2022.yaml"))
    assert {year: book.version for year, book in read.items()} == {
        2021: "hedong-2021.1",
        2022: "hedong-2022.1",
        2026: "hedong-2021.1",
    }
    write(tmp_path, content, "rulebook-again.yaml")
    with pytest.raises(ValueError, match=r"rulebook-again.yaml: year: 2021 has a rulebook already"):
        load(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no rulebook\*\.yaml in"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: [", r"rulebook\.yaml: not readable as YAML: .*line 1"),
        ("just words", r"rulebook\.yaml: the whole: "),
        ("", r"rulebook\.yaml: the whole: "),
        ("version: hedong-2021.1", r"rulebook\.yaml: .*year: "),
    ],
)
def test_a_file_that_is_no_rulebook_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "rulebook.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=f"(?s){said}"):
        load(tmp_path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "rulebook.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match=r"rulebook\.yaml: not readable as YAML"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("code", "changes", "said"),
    [
        ("held", {"points": 4000.5}, "rules.0.points"),
        ("held", {"points": -4000}, "points must be"),
        ("held", {"points": 5000}, "add up to 11000, not to base_points 10000"),
        ("held", {"colour": "red"}, "rules.0.colour"),
        ("held", {"code": "attended"}, "no rule 'attended' of kind fixed_if_met is known"),
        ("held", {"kind": "bonus_fixed"}, "no rule 'held' of kind bonus_fixed is known"),
        ("held", {"code": "result_published"}, "rules that stand twice: result_published"),
        ("materials_late", {"cap": 0}, "rules.8.cap"),
        ("materials_late", {"points": 500}, "points must be below zero"),
        ("superior_publication", {"levels": {}}, "levels belong to kind bonus_levels"),
        ("superior_publication", {"levels": {"city": "many"}}, "rules.11.levels.city"),
        ("announced_in_time", {"parameters": {}}, "parameters.lead_days is missing"),
        ("announced_in_time", {"parameters": {"lead_days": -1}}, "parameters.lead_days: -1 cannot be judged"),
        ("composition_met", {"parameters": {"residents_times": 2}}, "parameters.residents_times: 2 cannot be judged"),
        ("live_stream", {"parameters": {"claim_needed": True}}, "parameters.claim_needed: True cannot be judged"),
    ],
)
def test_a_rule_that_cannot_be_judged_is_refused(
    tmp_path: Path, content: dict[str, Any], code: str, changes: dict[str, Any], said: str
) -> None:
    rule(content, code).update(changes)
    with pytest.raises(ValueError, match=r"rulebook\.yaml: ") as refused:
        load(write(tmp_path, content))
    assert said in str(refused.value)


def test_credit_by_shares_is_refused_rather_than_taken_for_full(tmp_path: Path, content: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="joint_credit"):
        load(write(tmp_path, {**content, "joint_credit": "shares"}))
