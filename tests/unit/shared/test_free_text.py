"""What people write loses what nobody sees, in every service and every field, and keeps what it says."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import PydanticUndefined

from shared.events.catalogue import OWNERS
from shared.http.text import one_line, several_lines

HARMFUL = {
    "nul": "\x00",
    "escape": "\x1b",
    "c1": "\x9b",
    "override": "\u202e",
    "isolate": "\u2067",
    "mark": "\u200f",
    "no width": "\u200b",
    "byte order": "\ufeff",
    "tag": "\U000e0041",
}
NOT_KEPT = {"CheckInBody.ticket", "ScanBody.shown", "ReceiptBody.id"}
"""What a camera read, what a gateway names: compared, kept nowhere; nonsense must not refuse a whole batch."""

PROBE = f"2026甲乙{''.join(HARMFUL.values())}丙丁"


@pytest.mark.parametrize("mark", HARMFUL.values(), ids=HARMFUL)
def test_what_nobody_sees_is_taken_out(mark: str) -> None:
    assert several_lines(f"代{mark}表") == one_line(f"{mark}代表{mark}") == "代表"


@pytest.mark.parametrize(
    "text",
    [
        "代表",
        "O'Brien",
        "👩\u200d👩\u200d👧 家庭",
        "نام\u200cخانوادگی",
        "a\tb\nc",
        "𠮷野家",
        "=1+1",
        "<script>",
        "é e\u0301",
    ],
)
def test_what_it_says_stays(text: str) -> None:
    assert several_lines(text) == text


def test_breaks_are_of_one_kind_and_a_line_has_none() -> None:
    text = "一\r\n二\r三\u2028四\x0b五\t六"
    assert several_lines(text) == "一\n二\n三\n四\n五\t六"
    assert one_line(text) == "一 二 三 四 五 六"


@given(st.text())
def test_cleaning_twice_changes_nothing_and_adds_nothing(text: str) -> None:
    once = several_lines(text)
    assert several_lines(once) == once
    assert set(once) <= set(text) | {"\n"}


def test_a_name_of_nothing_but_marks_is_no_name_and_bounds_count_what_is_left() -> None:
    name: TypeAdapter[str] = TypeAdapter(
        _named("services.registration.api.schemas.rosters", "RegistrationBody", "name")
    )
    assert name.validate_python(f" \u202e{'代' * 40}\x00 ") == "代" * 40
    for wrong in ("\u202e\u200b", "代" * 41, "代" * 10_000, 5, None):
        with pytest.raises(ValidationError):
            name.validate_python(wrong)


@pytest.mark.parametrize("service", OWNERS)
def test_no_field_of_any_request_lets_a_harmful_mark_through(service: str) -> None:
    fields = [(model, name, text) for model in _bodies(service) for name, text in _texts(model)]
    assert fields
    passing = {f"{model.__name__}.{name}" for model, name, text in fields if _passes(text)}
    assert passing - NOT_KEPT == set()


def test_a_field_that_nobody_cleans_is_found() -> None:
    class Forgetful(BaseModel):
        names: list[Annotated[str, StringConstraints(max_length=200)]] | None = None

    assert [name for name, text in _texts(Forgetful) if _passes(text)] == ["names"]


def _bodies(service: str) -> Iterator[type[BaseModel]]:
    """Every shape that the service takes from people: the open ones are refused elsewhere."""
    package = importlib.import_module(f"services.{service}.api")
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(found.name)
        for each in vars(module).values():
            ours = isinstance(each, type) and issubclass(each, BaseModel) and each.__module__ == module.__name__
            if ours and each.model_config.get("extra") == "forbid":
                yield each


def _texts(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        whole = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        for each in _leaves(whole):
            yield name, each


def _leaves(kind: Any) -> Iterator[Any]:
    """The types of texts in a type, with their bounds."""
    if get_origin(kind) is Annotated:
        inner, *bounds = get_args(kind)
        for each in _leaves(inner):
            yield Annotated[each, *bounds] if inner is str else each
    elif kind is str:
        yield kind
    else:
        for each in get_args(kind):
            yield from _leaves(each)


def _passes(text: Any) -> bool:
    try:
        taken = TypeAdapter(text).validate_python(PROBE)
    except ValidationError:
        return False
    return any(each in taken for each in HARMFUL.values())


def _named(module: str, model: str, field: str) -> Any:
    found = getattr(importlib.import_module(module), model).model_fields[field]
    assert found.default is PydanticUndefined
    return Annotated[found.annotation, *found.metadata]
