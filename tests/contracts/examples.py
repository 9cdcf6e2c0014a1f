"""Values that a JSON schema of ours allows, as hypothesis strategies."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
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
    return values(whole, whole)


def values(node: Schema, root: Schema) -> st.SearchStrategy[Any]:
    """What `node` allows; its references lead into `root`."""
    if "$ref" in node:
        return values(_resolved(node["$ref"], root), root)
    if "anyOf" in node:
        return st.one_of(*(values(each, root) for each in node["anyOf"]))
    if "enum" in node:
        return st.sampled_from(node["enum"])
    if "const" in node:
        return st.just(node["const"])
    strategy: st.SearchStrategy[Any] = _KINDS[node["type"]](node, root)
    return strategy


def _resolved(reference: str, root: Schema) -> Schema:
    found = root
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def _object(node: Schema, root: Schema) -> st.SearchStrategy[dict[str, Any]]:
    if "properties" in node:
        fields = {name: values(each, root) for name, each in node["properties"].items()}
        required = {name: fields.pop(name) for name in node.get("required", ())}
        return st.fixed_dictionaries(required, optional=fields)
    keys = values(node.get("propertyNames", {"type": "string"}), root)
    return st.dictionaries(keys, values(node["additionalProperties"], root), max_size=3)


def _array(node: Schema, root: Schema) -> st.SearchStrategy[list[Any]]:
    fewest = node.get("minItems", 0)
    return st.lists(values(node["items"], root), min_size=fewest, max_size=max(fewest, 3))


def _string(node: Schema, _: Schema) -> st.SearchStrategy[str]:
    if node.get("format") == "date-time":
        return st.datetimes(_FROM, _TO, timezones=st.sampled_from(_OFFSETS)).map(datetime.isoformat)
    if node.get("format") == "date":
        return st.dates(_FROM.date(), _TO.date()).map(date.isoformat)
    longest = node.get("maxLength", 100)
    if "pattern" in node:
        return st.from_regex(node["pattern"].replace("$", r"\Z")).filter(lambda each: len(each) <= longest)
    return st.text(st.characters(codec="utf-8", categories=["L"]), min_size=node.get("minLength", 0), max_size=longest)


_KINDS: dict[str, Any] = {
    "object": _object,
    "string": _string,
    "array": _array,
    "integer": lambda node, _: st.integers(node.get("minimum", -(2**53)), node.get("maximum", 2**53)),
    "number": lambda node, _: st.floats(node.get("minimum", -1e6), node.get("maximum", 1e6)),
    "boolean": lambda _, __: st.booleans(),
    "null": lambda _, __: st.none(),
}


_WORDS = (
    "a1",
    "ab12cd34",
    "0" * 64,
    "a" * 64,
    "2021",
    "https://example.org/a",
    "01890a5d-ac96-774b-bcce-b302099a8057",
    "13800001111",
    "甲",
    "甲乙丙丁",
)


def smallest(node: Schema, root: Schema) -> Any:
    """One value that `node` allows, quickly: required fields only, first choices, short lists."""
    if "$ref" in node:
        return smallest(_resolved(node["$ref"], root), root)
    if "anyOf" in node:
        return smallest(node["anyOf"][0], root)
    if "enum" in node or "const" in node:
        return node["const"] if "const" in node else node["enum"][0]
    kind = node["type"]
    if kind == "object":
        return {name: smallest(node["properties"][name], root) for name in node.get("required", ())}
    if kind == "array":
        return [smallest(node["items"], root) for _ in range(node.get("minItems", 0))]
    if kind == "string":
        return _word(node)
    return {"integer": node.get("minimum", 1), "number": node.get("minimum", 1.0), "boolean": True}.get(kind)


def _word(node: Schema) -> str:
    if node.get("format") in ("date", "date-time"):
        return "2021-09-10" if node["format"] == "date" else "2021-09-10T09:00:00+08:00"
    pattern, fewest, most = node.get("pattern", ""), node.get("minLength", 0), node.get("maxLength", 1000)
    for each in (*_WORDS, "字" * fewest):
        if fewest <= len(each) <= most and re.search(pattern, each):
            return each
    raise LookupError(f"no word at hand for {pattern!r} of {fewest} to {most}")
