"""Values that a JSON schema of ours allows, as hypothesis strategies."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from shared.events.contract import Contract
from shared.events.golden import schema

Schema = Mapping[str, Any]
_FROM, _TO = datetime(2000, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 the strategy adds the zone
_OFFSETS = [timezone(timedelta(hours=hours)) for hours in (-5, 0, 8)]


def examples(contract: type[Contract]) -> st.SearchStrategy[dict[str, Any]]:
    """JSON objects that the contract's golden schema allows."""
    whole = schema(contract)
    return _of(whole, whole)


def _of(node: Schema, root: Schema) -> st.SearchStrategy[Any]:
    if "$ref" in node:
        return _of(root["$defs"][node["$ref"].rpartition("/")[2]], root)
    if "anyOf" in node:
        return st.one_of(*(_of(each, root) for each in node["anyOf"]))
    if "enum" in node:
        return st.sampled_from(node["enum"])
    strategy: st.SearchStrategy[Any] = _KINDS[node["type"]](node, root)
    return strategy


def _object(node: Schema, root: Schema) -> st.SearchStrategy[dict[str, Any]]:
    if "properties" in node:
        fields = {name: _of(each, root) for name, each in node["properties"].items()}
        required = {name: fields.pop(name) for name in node.get("required", ())}
        return st.fixed_dictionaries(required, optional=fields)
    return st.dictionaries(_of(node["propertyNames"], root), _of(node["additionalProperties"], root), max_size=3)


def _string(node: Schema, _: Schema) -> st.SearchStrategy[str]:
    if node.get("format") == "date-time":
        return st.datetimes(_FROM, _TO, timezones=st.sampled_from(_OFFSETS)).map(datetime.isoformat)
    longest = node.get("maxLength", 100)
    if "pattern" in node:
        return st.from_regex(node["pattern"].replace("$", r"\Z")).filter(lambda each: len(each) <= longest)
    return st.text(min_size=node.get("minLength", 0), max_size=longest)


_KINDS: dict[str, Any] = {
    "object": _object,
    "string": _string,
    "array": lambda node, root: st.lists(_of(node["items"], root), max_size=3),
    "integer": lambda node, _: st.integers(node.get("minimum", -(2**53)), node.get("maximum", 2**53)),
    "boolean": lambda _, __: st.booleans(),
    "null": lambda _, __: st.none(),
}
