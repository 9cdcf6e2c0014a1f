"""Finds what could carry personal data or a person's words in the schema of a contract.

A string must be of one of the types of `shared.events.contract`, and a name that speaks of a person is refused
whatever its type.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter

from shared.events.contract import Code, Digest, Id, OfficialTitle, PublicUrl

Schema = Mapping[str, Any]

_WORDS = (
    "name names surname phone phones mobile tel telephone email mail wechat qq identity idcard passport birth birthday "
    "age gender sex address street text content body remark remarks note notes comment comments description message "
    "words quote person contact contacts password token ip"
)
SUSPICIOUS = frozenset(_WORDS.split())
SUSPICIOUS_PAIRS = ("id_number", "id_card", "full_name", "real_name")

_EVERYWHERE = [TypeAdapter(each).json_schema() for each in (Id, Code, Digest)]
_ONLY_AS = {"title": TypeAdapter(OfficialTitle).json_schema(), "url": TypeAdapter(PublicUrl).json_schema()}
_IGNORED = {"title", "description", "default"}


def offences(schema: Schema) -> list[str]:
    """Places that must not be in a contract, with the reason; empty when it is clean."""
    return [
        *_walk(schema, "$"),
        *(each for name, part in schema.get("$defs", {}).items() for each in _walk(part, name)),
    ]


def _walk(node: Schema, place: str, name: str = "") -> Iterator[str]:
    if suspicious(name):
        yield f"{place}: the name speaks of a person or of free text"
    for field, each in node.get("properties", {}).items():
        yield from _walk(each, f"{place}.{field}", field)
    for keyword in ("items", "propertyNames"):
        if keyword in node:
            yield from _walk(node[keyword], f"{place}.{keyword}", name)
    for each in node.get("anyOf", ()):
        yield from _walk(each, place, name)
    values = node.get("additionalProperties")
    if isinstance(values, Mapping):
        yield from _walk(values, f"{place}.*", name)
    yield from _kind(node, place, name)


def _kind(node: Schema, place: str, name: str) -> Iterator[str]:
    if not node.keys() & {"type", "$ref", "anyOf", "enum", "const"}:
        yield f"{place}: anything may stand here"
    elif node.get("type") == "string" and not _known_string(node, name):
        yield f"{place}: a string that is no id, code, digest, date, official title or public address"
    elif node.get("type") == "object" and "properties" not in node and "propertyNames" not in node:
        yield f"{place}: an object with free keys"


def _known_string(node: Schema, name: str) -> bool:
    bare = {key: value for key, value in node.items() if key not in _IGNORED}
    return "enum" in bare or "const" in bare or bare in _EVERYWHERE or bare == _ONLY_AS.get(name) or _is_instant(bare)


def _is_instant(bare: Schema) -> bool:
    return bare == {"type": "string", "format": "date-time"}


def suspicious(name: str) -> bool:
    """Whether a field of this name speaks of a person or of free text."""
    return bool(SUSPICIOUS & set(name.split("_"))) or any(each in name for each in SUSPICIOUS_PAIRS)
