"""The golden JSON Schema of every contract: what was promised to readers, committed under `schemas/`.

The publisher's side is closed (`additionalProperties: false`): what is sent has these fields and no other. A reader
takes it as open, because within a major version optional fields may be added.
"""

import json
from pathlib import Path
from typing import Any

from shared.events.contract import Contract

FOLDER = Path(__file__).with_name("schemas")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(contract: type[Contract]) -> dict[str, Any]:
    """The schema of one contract, with its owner and the field that is the Kafka key."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:openday:schema:{contract.type()}",
        "x-openday-owner": contract.OWNER,
        "x-openday-key": contract.KEY,
        **contract.model_json_schema(mode="validation"),
    }


def file_name(contract: type[Contract]) -> str:
    """`<type>.json`."""
    return f"{contract.type()}.json"


def text(contract: type[Contract]) -> str:
    """The file's content."""
    return json.dumps(schema(contract), ensure_ascii=False, indent=1) + "\n"


def committed(folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """What was promised so far, by type."""
    return {file.name.removesuffix(".json"): json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))}
