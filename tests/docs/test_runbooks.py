"""Runbooks name series, log events and commands that exist, and leave out no series that calls an operator."""

import re
import shlex
from pathlib import Path

import pytest

from shared.metrics.catalogue import CATALOGUE
from shared.operator.__main__ import parser
from tests.docs.documents import ROOT, blocks, links, spans

FOLDER = ROOT / "docs" / "runbooks"
PAGES = sorted(each for each in FOLDER.glob("*.md") if each.name != "README.md")
SERIES = {each.name for each in CATALOGUE}
SOURCES = "\n".join(
    each.read_text(encoding="utf-8") for room in ("shared", "services") for each in ROOT.glob(f"{room}/**/*.py")
)
EVENTS = set(re.findall(r'get_logger\(\)\s*\.\w+\(\s*"([a-z_]+)"', SOURCES))
CALLS = {
    "openday_attempts_refused_total",
    "openday_consumer_halted",
    "openday_consumer_lag",
    "openday_consumer_stalled_seconds",
    "openday_database_away_seconds",
    "openday_dead_letters_total",
    "openday_follow_failures_total",
    "openday_notices_postponed_total",
    "openday_notices_waiting",
    "openday_outbox_depth",
    "openday_outbox_oldest_seconds",
    "openday_parked_events",
    "openday_producer_rebuilds_total",
    "openday_publish_failures_total",
    "openday_ready",
    "openday_timers_failed_total",
}
"""Series whose value says that somebody has to look."""
PARTS = ["What it means", "How it is seen", "What to do", "When it is over"]

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda each: each.stem)


def log_events(text: str) -> set[str]:
    """What a page names after `Log:`, up to the end of that item, and in the last part."""
    said = re.findall(r"Log:?(.*?)(?=\n- |\n\n|\Z)", text, re.DOTALL)
    words = {each for part in said for each in re.findall(r"`([a-z]+(?:_[a-z]+)*)`", part)}
    return {each for each in words if not each.startswith("openday_")}


@every_page
def test_a_page_says_what_it_means_how_it_is_seen_what_to_do_and_when_it_is_over(page: Path) -> None:
    assert re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE) == PARTS


@every_page
def test_series_are_in_the_catalogue(page: Path) -> None:
    named = {each for each in spans(page.read_text(encoding="utf-8")) if each.startswith("openday_")}
    assert named
    assert named <= SERIES


@every_page
def test_log_events_are_written_somewhere(page: Path) -> None:
    named = log_events(page.read_text(encoding="utf-8")) - {"outbox_empty"}  # a field
    assert named
    assert named <= EVENTS


@every_page
def test_commands_are_understood(page: Path) -> None:
    lines = [line for block in blocks(page.read_text(encoding="utf-8"), "sh") for line in block.splitlines()]
    for line in lines:
        program, _, words = line.partition("-m shared.operator ")
        assert program == ".venv/bin/python "
        assert parser().parse_args(shlex.split(words)).service


def test_the_index_names_every_page_once() -> None:
    named = [each for each in links((FOLDER / "README.md").read_text(encoding="utf-8")) if not each.startswith("..")]
    assert sorted(named) == [each.name for each in PAGES]


def test_every_series_that_calls_an_operator_is_on_a_page() -> None:
    named = {each for page in PAGES for each in spans(page.read_text(encoding="utf-8"))}
    assert CALLS - named == set()
    assert CALLS <= SERIES
