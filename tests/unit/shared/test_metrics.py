"""One catalogue of series, kept by every call in the code; closed labels, base units, no person in them."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.metrics import Metrics
from shared.metrics.catalogue import CATALOGUE, Series
from tests.contracts.personal_data import suspicious

ROOT = Path(__file__).resolve().parents[3]
DECLARED = {each.name: each for each in CATALOGUE}
KINDS = {"count": "counter", "set": "gauge", "observe": "histogram"}
NO_LABEL = {"activity", "activity_id", "path", "subject", "id"}


def test_a_name_is_declared_once_with_prefix_unit_and_help() -> None:
    assert len(DECLARED) == len(CATALOGUE)
    for each in CATALOGUE:
        assert re.fullmatch(r"openday_[a-z_]+", each.name), each.name
        assert each.name.endswith("_total") == (each.kind == "counter"), each.name
        assert not re.search(r"_(ms|millis|minutes|percent|kb)(_|$)", each.name), each.name
        assert each.kind != "histogram" or each.name.endswith(("_seconds", "_bytes")), each.name
        assert each.help.endswith("."), each.name


def test_labels_speak_of_no_person_activity_or_path() -> None:
    for each in CATALOGUE:
        assert not NO_LABEL & set(each.labels), each.name
        assert not any(map(suspicious, each.labels)), each.name
        assert "town" not in each.labels or each.kind == "counter", each.name


def calls(source: str) -> Iterator[tuple[str, str | None, set[str], int]]:
    """Every use of a `metrics`: verb, series (None when it is not written out), labels, line."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in KINDS:
            continue
        owner = node.func.value
        name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
        if name.lstrip("_") != "metrics":
            continue
        first = node.args[0]
        series = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
        yield node.func.attr, series, {each.arg or "**" for each in node.keywords}, node.lineno


def wrong(source: str, declared: dict[str, Series]) -> list[str]:
    """Uses that the catalogue does not know."""
    found = []
    for verb, name, labels, line in calls(source):
        series = declared.get(f"openday_{name}")
        if series is None:
            found.append(f"line {line}: {name} is not declared")
        elif series.kind != KINDS[verb] or set(series.labels) != labels - {"amount", "value"}:
            found.append(f"line {line}: {verb} of {name} with {sorted(labels)}")
    return found


def sources() -> Iterator[Path]:
    for folder in ("shared", "services"):
        yield from (ROOT / folder).rglob("*.py")


def test_every_call_in_the_code_names_a_declared_series_with_exactly_its_labels() -> None:
    said = {str(file.relative_to(ROOT)): found for file in sources() if (found := wrong(file.read_text(), DECLARED))}
    assert said == {}


@pytest.mark.parametrize(
    "call",
    [
        'self._metrics.count("unheard_of_total")',
        'ports.metrics.count("lost_races_total")',
        'metrics.count("lost_races_total", store="x", town="y")',
        'metrics.set("lost_races_total", 1, store="x")',
        'metrics.observe("outbox_depth", 1)',
        "metrics.count(name)",
    ],
)
def test_a_planted_call_is_found(call: str) -> None:
    assert wrong(call, DECLARED)
    assert wrong('metrics.count("lost_races_total", store="x")', DECLARED) == []


def test_every_declared_series_is_used() -> None:
    used = {f"openday_{name}" for file in sources() for _, name, _, _ in calls(file.read_text())}
    assert DECLARED.keys() - used == set()


def test_a_series_without_labels_begins_at_zero_so_that_its_rate_can_alarm() -> None:
    text = Metrics("registration").expose().decode()
    for each in CATALOGUE:
        if not each.labels and each.kind != "histogram":
            assert re.search(rf'^{each.name}{{service="registration"}} 0\.0$', text, re.M), each.name


def test_two_services_in_one_process_do_not_collide() -> None:
    one, other = Metrics("registration"), Metrics("feedback")
    one.count("lost_races_total", store="roster")
    assert one.value("lost_races_total", store="roster") == 1
    assert other.value("lost_races_total", store="roster") == 0


@pytest.mark.parametrize("labels", [{}, {"store": "x", "more": "y"}, {"shop": "x"}])
def test_a_call_with_other_labels_fails_at_once(labels: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="label"):
        Metrics("registration").count("lost_races_total", 1, **labels)


def test_prometheus_itself_finds_nothing_to_complain_of() -> None:
    """Where its tool is installed; the rules above say the same without it."""
    promtool = shutil.which("promtool")
    metrics = Metrics("registration")
    for each in CATALOGUE:
        verb = {kind: verb for verb, kind in KINDS.items()}[each.kind]
        arguments = () if verb == "count" else (1.0,)
        getattr(metrics, verb)(each.name.removeprefix("openday_"), *arguments, **dict.fromkeys(each.labels, "x"))
    exposed = metrics.expose()
    assert exposed.count(b"# HELP openday_") >= len(CATALOGUE)
    if promtool:
        command = [promtool, "check", "metrics"]
        done = subprocess.run(command, input=exposed, capture_output=True, check=False)
        complaints = [each for each in done.stderr.decode().splitlines() if each.startswith("openday_")]
        assert complaints == []
