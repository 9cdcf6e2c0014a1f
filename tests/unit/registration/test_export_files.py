"""What stands in an exported file, in the eyes of other readers: text for people, masked, and never a formula."""

import tempfile
import unicodedata
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.api.exports import cells, csv_file, files, tables, xlsx_file
from services.registration.api.exports.tables import Column, Table, table
from services.registration.domain.export import FORMATS, ExportKind, FileFormat, Order
from tests.support.sheets import everything, read_csv, read_pdf, read_xlsx
from tests.unit.registration.exports import NAMES, PHONES, SECRETS, exported
from tests.unit.registration.rosters import CLOSES, DEPUTY, OPENS

SHEET, ROSTER = ExportKind.SIGN_IN_SHEET, ExportKind.ROSTER
NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\u200b=1", "\u202e=1", "\ufeff@x", "\n-1"]
TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.builds(
    "".join,
    st.lists(st.sampled_from([*NASTY, "张", "😀", "👩\u200d🔬", '"', "'", ",", ";", "\u2028", "\x00"]), max_size=6),
)


def of(*names: str) -> Table:
    """A table of one column."""
    return Table("代表名单 Roster", (), (Column("姓名 Name", 10),), tuple((each,) for each in names), "", OPENS)


def would_calculate(text: str) -> bool:
    """What spreadsheets take for a formula, said anew: the first character that can be seen is a sign of one."""
    seen = [each for each in text if unicodedata.category(each)[0] not in "ZCM"]
    return bool(seen) and seen[0] in "=+-@＝＋－＠"


def must_be_harmless(shown: list[str]) -> None:
    """No formula, one line each, nothing that turns the direction of the rest of the page."""
    assert [each for each in shown if would_calculate(each)] == []
    marks = {unicodedata.bidirectional(each) for text in shown for each in text}
    assert not marks & {"RLE", "LRE", "RLO", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"}
    assert not [each for each in shown if any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in each)]


@given(st.lists(TYPED, min_size=1, max_size=4))
def test_whatever_was_typed_is_harmless_text_in_a_cell(names: list[str]) -> None:
    must_be_harmless([row[0] for row in read_csv(csv_file.write(of(*names)))[1:] if row])


@pytest.mark.parametrize("name", NASTY)
def test_a_formula_is_text_in_both_forms(name: str) -> None:
    in_csv = read_csv(csv_file.write(of(name)))[1][0]
    sheet = read_xlsx(xlsx_file.write(of(name)))
    assert in_csv.startswith("'")
    assert sheet.rows[1][0] == in_csv
    assert sheet.kinds == {"s"}


def test_without_the_guard_formulas_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (csv_file, xlsx_file):
        monkeypatch.setattr(module, "cell", cells.plain)
    with pytest.raises(AssertionError):
        must_be_harmless([row[0] for row in read_csv(csv_file.write(of(*NASTY)))[1:]])
    with pytest.raises(AssertionError):
        must_be_harmless([row[0] for row in read_xlsx(xlsx_file.write(of(*NASTY))).rows[1:]])


def test_without_cleaning_lines_break(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "cell", str)
    with pytest.raises(AssertionError):
        must_be_harmless([row[0] for row in read_csv(csv_file.write(of("甲\u2028乙\u202e丙")))[1:]])


def test_emoji_quotes_and_commas_stay_as_they_are() -> None:
    names = ["😀👩\u200d🔬", 'a"b,c;d', "O'Neill", "张 三"]
    assert [row[0] for row in read_csv(csv_file.write(of(*names)))[1:]] == names
    assert [row[0] for row in read_xlsx(xlsx_file.write(of(*names))).rows[1:]] == names


@pytest.mark.parametrize(("kind", "form"), [(kind, form) for kind in ExportKind for form in FORMATS[kind]])
def test_a_masked_file_holds_no_name_and_no_number_in_any_part(kind: ExportKind, form: FileFormat) -> None:
    text = everything(files.file(exported(kind=kind, format=form)).content)
    assert [each for each in SECRETS if each in text] == []
    assert "张*" in text
    assert ("130****1230" in text) == (kind != ExportKind.BADGES)


@pytest.mark.parametrize("form", FORMATS[SHEET])
def test_the_same_search_finds_them_where_they_are_asked_for(form: FileFormat) -> None:
    text = everything(files.file(exported(kind=SHEET, format=form, masked=False, reason="电话通知")).content)
    assert [each for each in SECRETS if each not in text] == []


@pytest.mark.parametrize("name", ["masked_name", "masked_phone"])
def test_without_masking_they_are_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, name, lambda said: said)
    text = everything(files.file(exported()).content)
    assert [each for each in SECRETS if each in text] != []


def test_a_roster_says_of_each_what_a_clerk_needs() -> None:
    said = exported(cap=3)
    rows = read_csv(files.file(said).content)
    assert rows[0] == [each.heading for each in tables.ROSTER]
    assert rows[1] == ["1", "张*", "130****1230", "群众代表", "是", "已确认", "", "2021-09-07 09:00"]
    waiting = [(row[1], row[3], row[5], row[6]) for row in rows if row[6].isdigit()]
    assert waiting == [("欧*", "群众代表", "候补", "1"), ("赵*", "人大代表", "候补", "1")]
    assert len(rows) == 1 + len(NAMES)


def test_a_phone_number_is_text_for_a_spreadsheet() -> None:
    sheet = read_xlsx(files.file(exported(format=FileFormat.XLSX, masked=False, reason="电话通知")).content)
    assert [row[2] for row in sheet.rows[1:]] == PHONES
    assert sheet.kinds == {"s"}
    assert sheet.repeated == "$1:$1"


def test_a_sign_in_sheet_says_what_it_is_for_and_leaves_room_to_sign() -> None:
    sheet = read_xlsx(files.file(exported(kind=SHEET, format=FileFormat.XLSX)).content)
    top = "\n".join(row[0] for row in sheet.rows[:9])
    for said in (
        "签到表 Sign-in sheet",
        "走进政务服务大厅",
        "一楼大厅",
        "2021-09-15 09:00–12:00",
        "5 人",
        "人大代表 2",
        "2 / 5，不低于三分之一",
        "名单未锁定",
        "已脱敏 Masked",
    ):
        assert said in top
    assert [row[4] for row in sheet.below("序号 No.")] == [""] * 5
    assert [row[0] for row in sheet.below("序号 No.")] == ["1", "2", "3", "4", "5"]


def test_a_short_list_says_how_many_residents_are_missing() -> None:
    said = exported(names=[])
    for number in range(4):
        said.roster.register(f"d{number}", DEPUTY, grassroots=False, at=OPENS)
    assert "还差 2 名 short by 2" in dict(tables._expected(said))["群众代表 Residents"]


@pytest.mark.parametrize("form", FORMATS[ROSTER])
def test_an_empty_list_is_a_file_with_its_headings_and_no_rows(form: FileFormat) -> None:
    content = files.file(exported(names=[], format=form)).content
    rows = read_csv(content) if form == FileFormat.CSV else read_xlsx(content).rows
    assert rows == [[each.heading for each in tables.ROSTER]]


ORDERS: dict[Order, Callable[[list[str]], list[str]]] = {
    Order.REGISTERED: lambda _: ["张*", "李*", "王*", "欧*", "赵*"],
    Order.CATEGORY: lambda _: ["李*", "赵*", "王*", "张*", "欧*"],
    Order.NAME: lambda _: ["李*", "欧*", "王*", "张*", "赵*"],  # by pinyin: Li, Ou, Wang, Zhang, Zhao
}


@pytest.mark.parametrize("order", Order)
def test_people_stand_in_the_order_that_was_asked_for(order: Order) -> None:
    assert [row[1] for row in table(exported(order=order)).rows] == ORDERS[order](NAMES)


def test_the_file_says_in_its_name_what_it_is_and_names_nobody() -> None:
    made = files.file(exported(format=FileFormat.XLSX))
    assert made.media_type.endswith("spreadsheetml.sheet")
    assert "filename=openday-roster-2021-09-15-hall-masked.xlsx;" in made.disposition
    made = files.file(exported(kind=SHEET, masked=False, reason="电话通知"))
    assert "filename=openday-sign-in-sheet-2021-09-15-hall-unmasked.csv;" in made.disposition


def test_people_whose_contact_was_erased_have_an_empty_line() -> None:
    said = exported()
    said.contacts.clear()
    assert {(row[1], row[2]) for row in table(said).rows} == {("", "")}


def test_no_part_of_a_file_is_laid_down_on_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    for each in ("mkstemp", "NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkdtemp"):
        monkeypatch.setattr(tempfile, each, refused)
    assert files.file(exported(kind=SHEET, format=FileFormat.PDF)).content.startswith(b"%PDF")
    assert files.file(exported(format=FileFormat.XLSX)).content.startswith(b"PK")
    monkeypatch.setattr(xlsx_file, "_OPTIONS", {})
    with pytest.raises(AssertionError, match="a temporary file"):
        files.file(exported(format=FileFormat.XLSX))


def test_when_it_was_made_is_the_export_s_time() -> None:
    assert table(exported(at=CLOSES + timedelta(hours=1))).made_at == CLOSES + timedelta(hours=1)


def test_a_sheet_on_paper_has_its_head_once_and_its_headings_on_every_page() -> None:
    pages = read_pdf(files.file(exported(names=["某某"] * 60, cap=60, kind=SHEET, format=FileFormat.PDF)).content)
    assert len(pages) > 2
    assert ["签名 Signature" in each for each in pages] == [True] * len(pages)
    assert ["一楼大厅" in each for each in pages] == [True] + [False] * (len(pages) - 1)
    assert ["已脱敏 Masked" in each for each in pages] == [True] * len(pages)
    assert sum(each.count("130****") for each in pages) == 60


def test_on_paper_a_name_is_printed_as_it_is_and_what_the_font_lacks_is_a_box() -> None:
    names = ["<b>&某</b>", "😀某", "\U0002cb2d某", "某" * 40, "=1+1"]
    said = exported(names=names, kind=SHEET, format=FileFormat.PDF, masked=False, reason="电话通知")
    (page,) = read_pdf(files.file(said).content)
    assert "<b>&某</b>" in page
    assert page.count("□某") == 2
    assert page.replace("\n", "").count("某" * 40) == 1
    assert "\n=1+1\n" in page


def test_badges_are_ten_to_a_page_and_say_who_and_what_for() -> None:
    said = exported(names=[*NAMES, "某" * 40] * 2, kind=ExportKind.BADGES, format=FileFormat.PDF, masked=False)
    pages = read_pdf(files.file(said).content)
    assert [each.count("走进政务服务大厅") for each in pages] == [10, 2]
    assert pages[0].count("张某甲") == 2
    assert "欧阳某丁" in pages[0]
    assert "某" * 40 in pages[0]
    assert "130" not in "".join(pages)


def test_where_nobody_is_expected_there_is_a_page_that_says_so() -> None:
    badges, sheet = (
        read_pdf(files.file(exported(names=[], kind=kind, format=FileFormat.PDF)).content)
        for kind in (ExportKind.BADGES, SHEET)
    )
    assert "暂无应到代表" in badges[0]
    assert "签名 Signature" in sheet[0]
