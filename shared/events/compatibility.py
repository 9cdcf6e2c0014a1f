"""What may change in a published contract: within a major version, optional fields may be added, and nothing else.

Facts are kept and replayed for ever, so every reader meets every version (FULL_TRANSITIVE). Each step that adds
optional fields only is compatible both ways, and such steps add up: comparing with the last golden schema is enough.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_FOR_PEOPLE = frozenset({"title", "description", "examples"})
_LOOKED_INTO = frozenset({"properties", "required", "enum", "anyOf", "$defs", "$schema"})
_NESTED = ("items", "additionalProperties", "propertyNames")


def breaks(old: Schema, new: Schema) -> list[str]:
    """Every change that some reader or some stored fact would not survive, named by its place; empty when none."""
    return list(_compare(old, new, old, new, "$"))


def _compare(old: Schema, new: Schema, old_root: Schema, new_root: Schema, place: str) -> Iterator[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    yield from _properties(old, new, old_root, new_root, place)
    yield from _enum(old, new, place)
    yield from _alternatives(old, new, old_root, new_root, place)
    for keyword in _NESTED:
        before, after = old.get(keyword), new.get(keyword)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from _compare(before, after, old_root, new_root, f"{place}.{keyword}")
        elif before != after:
            yield f"{place}: {keyword} changed"
    for keyword in sorted((old.keys() | new.keys()) - _FOR_PEOPLE - _LOOKED_INTO - set(_NESTED)):
        if old.get(keyword) != new.get(keyword):
            yield f"{place}: {keyword} was {old.get(keyword)!r}, is {new.get(keyword)!r}"


def _properties(old: Schema, new: Schema, old_root: Schema, new_root: Schema, place: str) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    needed_before, needed_after = set(old.get("required", ())), set(new.get("required", ()))
    for name in before:
        if name not in after:
            yield f"{place}.{name}: removed or renamed"
            continue
        if name in needed_after - needed_before:
            yield f"{place}.{name}: stored facts may lack it, so it cannot become required"
        if name in needed_before - needed_after:
            yield f"{place}.{name}: readers rely on it, so it cannot become optional"
        yield from _compare(before[name], after[name], old_root, new_root, f"{place}.{name}")
    for name in after:
        if name not in before and name in needed_after:
            yield f"{place}.{name}: stored facts lack it, so it must be optional with a default"


def _enum(old: Schema, new: Schema, place: str) -> Iterator[str]:
    before, after = old.get("enum"), new.get("enum")
    if before is None or after is None:
        if before != after:
            yield f"{place}: enum changed"
        return
    if gone := [each for each in before if each not in after]:
        yield f"{place}: {gone} can no longer be said"
    if fresh := [each for each in after if each not in before]:
        yield f"{place}: {fresh} is unknown to readers of this major version"


def _alternatives(old: Schema, new: Schema, old_root: Schema, new_root: Schema, place: str) -> Iterator[str]:
    before, after = old.get("anyOf", []), new.get("anyOf", [])
    if len(before) != len(after):
        yield f"{place}: alternatives changed"
        return
    for number, (one, other) in enumerate(zip(before, after, strict=True)):
        yield from _compare(one, other, old_root, new_root, f"{place}|{number}")


def _resolved(schema: Schema, root: Schema) -> Schema:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Schema = root
    for step in str(reference).removeprefix("#/").split("/"):
        found = found[step]
    return {**found, **{key: value for key, value in schema.items() if key != "$ref"}}
