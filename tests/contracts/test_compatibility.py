"""Published contracts only grow by optional fields; the checker has been seen to refuse everything else."""

import json
import shutil
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import Field

from deploy.generate import ROOT, SCHEMAS, broken_promises
from shared.events.compatibility import breaks
from shared.events.contract import Code, Contract, Id, Instant, Part
from shared.events.golden import schema


class Inner(Part):
    unit_id: Id
    credit: Annotated[int, Field(ge=0, le=1000)]


class Published(Contract):
    """As it was published."""

    OWNER: ClassVar[str] = "registration"
    activity_id: Id
    count: Annotated[int, Field(ge=0, le=10)]
    kind: Literal["one", "two"]
    at: Instant
    level: Code | None
    inners: tuple[Inner, ...]
    counts: dict[Literal["a", "b"], int]
    remark_code: Code = "none"


BEFORE = schema(Published)


def changed(**fields: Any) -> dict[str, Any]:
    """The schema of `Published` with other fields."""
    return schema(type("Published", (Published,), {"__annotations__": fields, "__doc__": "Another."}))


def without(name: str) -> dict[str, Any]:
    after = json.loads(json.dumps(BEFORE))
    del after["properties"][name]
    after["required"] = [each for each in after["required"] if each != name]
    return after  # type: ignore[no-any-return]


def with_inner(**fields: Any) -> dict[str, Any]:
    inner = type("Inner", (Inner,), {"__annotations__": fields})
    return changed(inners=tuple[inner, ...])  # type: ignore[valid-type]


class WithDefaults(Published):
    """As it was published, and more."""

    fresh: Code | None = None
    also: int = 0


class WithoutTheDefault(Published):
    remark_code: Code


class WithAnotherDefault(Published):
    remark_code: Code = "other"


class WithALooseCount(Published):
    count: int = 0


class WithAnotherKey(Published):
    KEY: ClassVar[str] = "level"


class WithAnInnerOption(Published):
    class Inner(Inner):
        share: int | None = None

    inners: tuple[Inner, ...]


BREAKING = {
    "a field is removed": without("count"),
    "a required field is new": changed(fresh=Code),
    "a type changes": changed(count=Code),
    "an upper bound is tightened": changed(count=Annotated[int, Field(ge=0, le=9)]),
    "an upper bound is widened": changed(count=Annotated[int, Field(ge=0, le=11)]),
    "a bound is dropped": changed(count=int),
    "a bound is added": changed(counts=dict[Literal["a", "b"], Annotated[int, Field(ge=0)]]),
    "a word disappears": changed(kind=Literal["one"]),
    "a word appears": changed(kind=Literal["one", "two", "three"]),
    "a list of words opens": changed(kind=Code),
    "a key of a mapping appears": changed(counts=dict[Literal["a", "b", "c"], int]),
    "null is no longer allowed": changed(level=Code),
    "null is newly allowed": changed(kind=Literal["one", "two"] | None),
    "a date becomes a word": changed(at=Code),
    "a pattern changes": changed(activity_id=Code),
    "a list becomes a value": changed(inners=Inner),
    "an inner bound is tightened": with_inner(credit=Annotated[int, Field(ge=0, le=999)]),
    "an inner required field is new": with_inner(fresh=Code),
    "an optional field becomes required": schema(WithoutTheDefault),
    "a required field becomes optional": schema(WithALooseCount),
    "a default changes": schema(WithAnotherDefault),
    "the key changes": schema(WithAnotherKey),
    "it opens": BEFORE | {"additionalProperties": True},
}


@pytest.mark.parametrize("change", BREAKING)
def test_a_breaking_change_is_refused(change: str) -> None:
    after = BREAKING[change] | {"$id": BEFORE["$id"]}
    assert breaks(BEFORE, after), f"let through: {change}"


@pytest.mark.parametrize("after", [WithDefaults, WithAnInnerOption], ids=lambda each: each.__name__)
def test_optional_additions_are_allowed(after: type[Contract]) -> None:
    assert breaks(BEFORE, schema(after) | {"$id": BEFORE["$id"]}) == []


def test_nothing_changed_is_compatible() -> None:
    assert breaks(BEFORE, schema(Published)) == []


def test_todays_contracts_keep_what_was_promised() -> None:
    assert list(broken_promises(ROOT / SCHEMAS)) == []


def test_a_contract_that_is_gone_or_tightened_is_a_broken_promise(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / SCHEMAS, tmp_path / "schemas"))
    promised = folder / "openday.feedback.opinion-rated.v1.json"
    schema_then = json.loads(promised.read_text())
    schema_then["properties"]["stars"]["maximum"] = 10
    promised.write_text(json.dumps(schema_then))
    (folder / "openday.feedback.opinion-sung.v1.json").write_text(promised.read_text())
    broken = list(broken_promises(folder))
    assert [each.partition(":")[0] for each in broken] == [
        "openday.feedback.opinion-rated.v1",
        "openday.feedback.opinion-sung.v1",
    ]
