"""A list that staff upload is right as a whole, or every bad row of it is named; no word of a cell is repeated."""

import json
from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest

from services.registration.api.uploads import reading
from services.registration.api.uploads.reading import read, rows_of
from services.registration.application import uploads
from services.registration.application.uploads import FAULTS, Row, must_be_right
from services.registration.domain.composition import Category
from services.registration.domain.id_number import is_id_number
from shared.errors import Invalid

HEAD = "类别,姓名,手机号,已同意"
GOOD = ["群众代表", "代表", "", "是"]
ID_NUMBER = "11010519491231002X"  # of the standard's own example
BROKEN: tuple[tuple[str, dict[int, str]], ...] = (
    ("category_wrong", {0: "路人"}),
    ("category_missing", {0: ""}),
    ("name_missing", {1: " \u200b "}),
    ("name_wrong", {1: "长" * 10_000}),
    ("phone_wrong", {2: "1.38E+10"}),
    ("phone_wrong", {2: "05398887777"}),
    ("phone_missing", {2: ""}),
    ("consent_missing", {3: "否"}),
    ("consent_missing", {3: ""}),
    ("phone_repeated", {2: "+86 130-0000-0000"}),
)
"""What is wrong, and the cells that make it so; the last is row 2's number."""


def number(row: int) -> str:
    return f"130{row:08d}"


def line(row: int, **cells: str) -> str:
    """`c0`, `c1` … instead of what is good."""
    values = [GOOD[0], GOOD[1], number(row - 2), GOOD[3]]
    for place, value in cells.items():
        values[int(place[1:])] = value
    return ",".join(values)


def a_list(*lines: str, head: str = HEAD) -> bytes:
    return "\r\n".join((head, *lines)).encode()


def told(content: bytes, *, asks_id_number: bool = False) -> list[dict[str, Any]]:
    """What is said of the bad rows."""
    with pytest.raises(Invalid) as refusal:
        must_be_right(list(read(content)), asks_id_number=asks_id_number)
    assert refusal.value.code == "list_has_bad_rows"
    rows: Any = refusal.value.facts["rows"]
    assert refusal.value.facts["bad_rows"] == len({each["row"] for each in rows})
    return list(rows)


def codes(*lines: str, head: str = HEAD, asks_id_number: bool = False) -> list[tuple[int, str]]:
    return [(each["row"], each["code"]) for each in told(a_list(*lines, head=head), asks_id_number=asks_id_number)]


def refused(content: bytes) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        list(read(content))
    return refusal.value


def thousands() -> tuple[bytes, dict[int, str]]:
    """5,000 rows with 37 bad ones, and which those are."""
    bad = dict(zip(range(131, 4900, 131), cycle(BROKEN), strict=False))
    assert len(bad) == 37
    lines = [
        line(row, **{f"c{place}": value for place, value in bad[row][1].items()} if row in bad else {})
        for row in range(2, 5002)
    ]
    return a_list(*lines), {row: code for row, (code, _) in bad.items()}


def test_of_5000_rows_with_37_bad_ones_exactly_these_are_named() -> None:
    content, bad = thousands()
    rows = rows_of(content)
    assert len(rows) == 5000
    said = told(content)
    assert {each["row"]: each["code"] for each in said} == bad
    assert len(said) == 37
    assert all(each["zh"] and each["en"] for each in said)
    assert {each["same_as"] for each in said if each["code"] == "phone_repeated"} == {2}


def test_nothing_that_was_typed_is_repeated() -> None:
    content = a_list("路人甲,甲某人,13x00001111,休想", line(4, c2=number(0)), line(5, c2=number(0)))
    said = json.dumps(told(content), ensure_ascii=False)
    assert not [each for each in ("路人甲", "甲某人", "13x0", "休想", number(0)) if each in said]
    assert "甲某人" not in repr(list(read(content)))


@pytest.mark.parametrize(("code", "cells"), BROKEN[:-1], ids=[code for code, _ in BROKEN[:-1]])
def test_each_fault_has_its_code(code: str, cells: dict[int, str]) -> None:
    assert codes(line(2), line(3, **{f"c{place}": value for place, value in cells.items()})) == [(3, code)]


def test_a_row_with_several_faults_is_told_all_of_them_at_once() -> None:
    assert codes(line(2), f"路人,,{number(0)},,多余") == [
        (3, "row_too_wide"),
        (3, "category_wrong"),
        (3, "name_missing"),
        (3, "consent_missing"),
        (3, "phone_repeated"),
    ]


def test_id_numbers_are_judged_by_their_check_character_where_they_are_asked_for_and_refused_elsewhere() -> None:
    head = f"{HEAD},身份证号"
    wrong, late = ID_NUMBER.replace("X", "1"), ID_NUMBER.replace("1231", "1331")
    lines = [
        f"{line(row)},{value}" for row, value in enumerate((ID_NUMBER, "", wrong, late, ID_NUMBER.lower(), "1"), 2)
    ]
    assert codes(*lines, head=head, asks_id_number=True) == [
        (3, "id_number_missing"),
        (4, "id_number_wrong"),
        (5, "id_number_wrong"),
        (6, "id_number_repeated"),
        (7, "id_number_wrong"),
    ]
    assert codes(*lines[:2], head=head) == [(2, "id_number_not_collected")]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (ID_NUMBER, True),
        (ID_NUMBER.lower(), True),
        (ID_NUMBER[:-1] + "0", False),
        ("1" + ID_NUMBER[2:] + "0", False),
        (ID_NUMBER[:-1], False),
        ("１" + ID_NUMBER[1:], False),
        ("110105194902300019", False),
    ],
)
def test_the_check_character_of_an_id_number(text: str, right: bool) -> None:  # noqa: FBT001
    assert is_id_number(text) == right


def test_both_languages_every_spreadsheets_form_and_every_way_to_write_a_number() -> None:
    chinese = (
        "序号,代表类别,姓名,手机号码*,是否同意,是否基层,邮箱\n"
        '1,人大代表, 代表\u202e甲 ,"=""13000000001""",是,是,\n'
        ",,,,,,\n"
        '2,媒体记者,"代表\n乙",\'１３０００００００02,同意,否,a@example.org\n'
    )
    english = chinese.replace(
        "序号,代表类别,姓名,手机号码*,是否同意,是否基层,邮箱", "no,category,name,phone,consent,grassroots,email"
    )
    want = [
        (2, "代表甲", "13000000001", Category.NPC_DEPUTY, True, None),
        (4, "代表 乙", "13000000002", Category.MEDIA, False, "a@example.org"),
    ]
    forms = [
        chinese.encode(),
        b"\xef\xbb\xbf" + chinese.encode(),
        chinese.replace("\u202e", "").encode("gb18030"),
        chinese.replace("\n", "\r\n").replace("代表\r\n乙", "代表\n乙").encode(),
        chinese.replace(",", "\t").encode(),
        chinese.replace(",", ";").encode(),
        chinese.replace("代表\u202e甲", "代表\0甲").encode(),
        english.encode(),
        english.replace("人大代表", "NPC_deputy").replace("媒体记者", "media_representative").encode(),
    ]
    for content in forms:
        rows = list(read(content))
        must_be_right(rows, asks_id_number=False)
        assert [_seen(each) for each in rows] == want


def _seen(row: Row) -> tuple[Any, ...]:
    contact = row.contact
    return row.number, contact.name, contact.phone, row.category, row.grassroots, contact.email


@pytest.mark.parametrize(
    ("head", "unknown", "twice", "missing"),
    [
        ("类别,姓名,手机号", [], [], ["consent"]),
        ("类别,姓名,手机号,已同意,姓名", [], ["name"], []),
        ("类别,姓名,代号,手机号,已同意", [3], [], []),
        ("群众代表,代表,13000000000,是", [1, 2, 3, 4], [], ["category", "name", "phone", "consent"]),
        ("", [], [], ["category", "name", "phone", "consent"]),
    ],
)
def test_a_head_that_is_not_known_is_refused_by_place(
    head: str, unknown: list[int], twice: list[str], missing: list[str]
) -> None:
    problem = refused(a_list(line(2), head=head))
    assert problem.code == "list_columns"
    assert problem.facts == {"unknown": unknown, "twice": twice, "missing": missing}


@pytest.mark.parametrize(("word", "unknown", "twice"), [("姓名", 0, ["name"]), ("甲", 20, [])])
def test_a_head_of_a_hundred_thousand_columns_is_refused_at_once(word: str, unknown: int, twice: list[str]) -> None:
    facts: dict[str, Any] = refused(a_list(head=",".join([word] * 100_000))).facts
    assert (len(facts["unknown"]), facts["twice"]) == (unknown, twice)


def test_what_cannot_be_read_is_refused_with_the_row() -> None:
    assert refused(HEAD.encode("utf-16")).code == "list_encoding"
    broken = refused(a_list(line(2), '群众代表,"代表,13000000001,是', line(4)))
    assert (broken.code, broken.facts) == ("list_unreadable", {"row": 3})
    assert refused(a_list(line(2), line(3, c1='"代"表'))).facts == {"row": 3}


def test_nobody_and_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST", 2)
    for content, code in (
        (b"", "list_columns"),
        (a_list(",,,", ""), "list_empty"),
        (a_list(*map(line, (2, 3, 4))), "list_too_long"),
    ):
        with pytest.raises(Invalid) as refusal:
            rows_of(content)
        assert refusal.value.code == code
    assert len(rows_of(a_list(line(2), "", line(4)))) == 2


def test_every_fault_that_can_be_found_has_its_words() -> None:
    found = {code for code, _ in BROKEN} | {"row_too_wide", "grassroots_wrong", "email_wrong"}
    found |= {f"id_number_{each}" for each in ("missing", "wrong", "not_collected", "repeated")}
    assert found == FAULTS.keys()
    extra = codes(f"{line(2)},也许,a@", head=f"{HEAD},基层,邮箱")
    assert extra == [(2, "grassroots_wrong"), (2, "email_wrong")]


@pytest.mark.parametrize(
    ("guard", "broken", "promise"),
    [
        ((reading, "_faults"), lambda _: {}, test_of_5000_rows_with_37_bad_ones_exactly_these_are_named),
        (
            (uploads, "is_id_number"),
            lambda _: True,
            test_id_numbers_are_judged_by_their_check_character_where_they_are_asked_for_and_refused_elsewhere,
        ),
        (
            (reading, "_plain"),
            lambda cell: cell,
            test_both_languages_every_spreadsheets_form_and_every_way_to_write_a_number,
        ),
    ],
    ids=["the form's rules", "the check character", "numbers as they are written"],
)
def test_without_a_guard_a_promise_breaks(
    monkeypatch: pytest.MonkeyPatch, guard: tuple[Any, str], broken: Any, promise: Callable[[], None]
) -> None:
    """The controls."""
    monkeypatch.setattr(*guard, broken)

    with pytest.raises((AssertionError, Invalid, pytest.fail.Exception)):
        promise()
