"""The committed documents are what the code says, and they hang together."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.generate import EVENTS, OPENAPI, ROOT, SCHEMAS, openapi, stale
from shared.events.catalogue import CONTRACTS, OWNERS, events_topic

every_service = pytest.mark.parametrize("service", OWNERS)


def test_nothing_generated_is_stale() -> None:
    assert stale(ROOT) == []


def test_a_changed_a_missing_and_a_superfluous_file_are_named(tmp_path: Path) -> None:
    for folder in (SCHEMAS, EVENTS, OPENAPI):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    before = set(stale(tmp_path))
    changed, missing = EVENTS / "scoring.asyncapi.yaml", SCHEMAS / "openday.feedback.opinion-rated.v1.json"
    superfluous = OPENAPI / "weather.json"
    (tmp_path / changed).write_text((tmp_path / changed).read_text() + "# by hand\n")
    (tmp_path / missing).unlink()
    (tmp_path / superfluous).write_text("{}")
    assert set(stale(tmp_path)) == before | {changed, missing, superfluous}


@every_service
def test_an_asyncapi_document_hangs_together(service: str) -> None:
    file = ROOT / EVENTS / f"{service}.asyncapi.yaml"
    document = yaml.safe_load(file.read_text())
    assert document["asyncapi"] == "3.0.0"
    assert document["channels"][service]["address"] == events_topic(service)
    assert set(document["channels"][service]["messages"]) == {each.__name__ for each in OWNERS[service]}
    assert document["operations"][f"send-{service}"]["action"] == "send"
    for reference in _references(document):
        place, _, inside = reference.partition("#")
        if place:
            assert (file.parent / place).is_file(), reference
        else:
            _resolved(document, inside)
    for message in document["components"]["messages"].values():
        assert message["name"] in CONTRACTS


@every_service
def test_an_operation_of_an_api_has_a_permission_a_description_and_a_name_of_its_own(service: str) -> None:
    operations = [
        (f"{method} {path}", operation)
        for path, methods in openapi(service)["paths"].items()
        for method, operation in methods.items()
    ]
    assert operations
    for name, operation in operations:
        assert name.partition(" ")[2].startswith(f"/{service}/v1/"), name
        assert operation["x-openday-permission"]["scope"] in {"district", "own_units", "public"}, name
        assert operation.get("description"), f"{name} has no docstring"
    names = [operation["operationId"] for _, operation in operations]
    assert len(names) == len(set(names))


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for each in node:
            yield from _references(each)


def _resolved(document: Any, inside: str) -> None:
    for step in inside.strip("/").split("/"):
        document = document[step]
