"""Scoring's ledger as it stands in the database, told whole: steps of JSON that say what is new in each line."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Line = dict[str, Any]


def entries(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every entry: number, reverses, and its line with rule, subject, points and evidence."""
    found: list[dict[str, Any]] = []
    evidence: dict[tuple[str, ...], set[str]] = {}
    for step in map(json.loads, state["ledger"]):
        lines = {each["number"]: each["line"] for each in found}
        entered = [*_back(step, lines), *_put(step, evidence)]
        for number, (line, reverses) in enumerate(entered, start=step["first"]):
            found.append({"number": number, "reverses": reverses, "line": line})
    return found


def kept(state: Mapping[str, Any]) -> list[Line]:
    """The lines that stand, as the account keeps them beside its ledger."""
    return [each["line"] for each in json.loads(state["kept"]).values() if each["number"] is not None]


def _back(step: Mapping[str, Any], lines: Mapping[int, Line]) -> Iterator[tuple[Line, int]]:
    for number in step["back"]:
        yield {**lines[number], "points": -lines[number]["points"], "evidence": []}, number


def _put(step: Mapping[str, Any], evidence: dict[tuple[str, ...], set[str]]) -> Iterator[tuple[Line, None]]:
    for each in step["put"]:
        proofs = evidence.setdefault((each["rule"], each["subject"], each.get("outcome", "")), set())
        proofs -= set(each.get("withdrawn", ()))
        proofs |= set(each.get("added", ()))
        yield {**each, "evidence": sorted(proofs)}, None
