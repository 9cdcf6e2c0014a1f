"""The generated files: golden JSON Schemas, AsyncAPI, OpenAPI, the states' diagrams. `--check` only says what is stale.

A schema is never overwritten by one that breaks what was promised: that needs a new major version of the contract.
"""

import argparse
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from deploy import states
from shared.events import asyncapi, golden
from shared.events.catalogue import CONTRACTS, OWNERS
from shared.events.compatibility import breaks
from shared.http.app import create_app
from shared.settings import HttpSettings, SecuritySettings, ServiceSettings

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = Path("shared/events/schemas")
EVENTS = Path("docs/events")
OPENAPI = Path("docs/openapi")
STATES = Path("docs/states.md")


def generated() -> dict[Path, str]:
    """Every generated file, relative to the checkout, with what it should hold."""
    files = {SCHEMAS / golden.file_name(each): golden.text(each) for each in CONTRACTS.values()}
    files[STATES] = states.page()
    for service in OWNERS:
        files[EVENTS / f"{service}.asyncapi.yaml"] = _asyncapi(service)
        files[OPENAPI / f"{service}.json"] = json.dumps(openapi(service), ensure_ascii=False, indent=1) + "\n"
    return files


def stale(root: Path) -> list[Path]:
    """Files that are missing, different, or no longer generated."""
    wanted = generated()
    there = {each.relative_to(root) for folder in (SCHEMAS, EVENTS, OPENAPI) for each in (root / folder).glob("*.*")}
    there |= {STATES} if (root / STATES).exists() else set()
    differing = {path for path, text in wanted.items() if path not in there or (root / path).read_text() != text}
    return sorted(differing | (there - wanted.keys()))


def broken_promises(folder: Path) -> Iterator[str]:
    """Changes to published contracts that readers or stored facts would not survive."""
    for kind, promised in golden.committed(folder).items():
        if kind not in CONTRACTS:
            yield f"{kind}: a published contract is never removed"
            continue
        for change in breaks(promised, golden.schema(CONTRACTS[kind])):
            yield f"{kind}: {change}"


def openapi(service: str) -> dict[str, Any]:
    """The API of one service, which need not run for it."""
    router = importlib.import_module(f"services.{service}.api.routes").router
    settings = ServiceSettings(profile="development", http=HttpSettings(), security=SecuritySettings())
    return create_app(service, router, settings).openapi()


def _asyncapi(service: str) -> str:
    events = importlib.import_module(f"services.{service}.adapters.events")
    received = events.effects(None) if hasattr(events, "effects") else {}
    document = asyncapi.document(service, received, schemas="../../" + SCHEMAS.as_posix())
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


def main(arguments: list[str] | None = None) -> int:
    """0 when everything is (now) current, 1 when something is stale or a promise would be broken."""
    parser = argparse.ArgumentParser(prog="python -m deploy.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; name the stale files")
    asked = parser.parse_args(arguments)
    if broken := list(broken_promises(ROOT / SCHEMAS)):
        sys.stderr.write("\n".join(["These changes break published contracts; make a new major version:", *broken, ""]))
        return 1
    files = stale(ROOT)
    if asked.check:
        sys.stderr.write("".join(f"stale: {each} (run: make generate)\n" for each in files))
        return 1 if files else 0
    _write(files)
    print(f"{len(files)} files written" if files else "everything is current")
    return 0


def _write(files: list[Path]) -> None:
    wanted = generated()
    for path in files:
        if path in wanted:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(wanted[path])
        else:
            (ROOT / path).unlink()


if __name__ == "__main__":
    sys.exit(main())
