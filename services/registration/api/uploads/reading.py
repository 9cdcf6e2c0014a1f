"""An uploaded CSV file as rows, each with what is wrong in it: judged as the form judges what is typed there."""

import csv
import io
import re
from collections.abc import Iterator

from pydantic import ValidationError

from services.registration.api.schemas.rosters import RegistrationBody, in_ascii
from services.registration.api.uploads.words import CATEGORIES, YES_OR_NO, columns
from services.registration.application.ports import Contact
from services.registration.application.uploads import MOST, Row
from shared.errors import Invalid
from shared.http.text import one_line

MOST_BYTES = 2 * 1024 * 1024
_AS_TEXT = re.compile(r"""="([^"=]*)"|'(.*)""")
_NUMBERS = frozenset({"phone", "id_number"})


def rows_of(content: bytes) -> tuple[Row, ...]:
    """Everybody on the list; for a thread. Raises Invalid where it cannot be read as one."""
    rows = list[Row]()
    for row in read(content):
        rows.append(row)
        if len(rows) > MOST:
            raise Invalid(
                "list_too_long", f"一份名单最多 {MOST} 行，请分开上传。", f"A list has at most {MOST} rows.", most=MOST
            )
    if not rows:
        raise Invalid("list_empty", "名单中没有人。", "There is nobody on the list.")
    return tuple(rows)


def read(content: bytes) -> Iterator[Row]:
    """Row by row, without those that are empty. Raises Invalid."""
    text = _text(content).replace("\0", "")
    lines = enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True), start=1)
    number = 0
    try:
        number, head = next(lines, (1, []))
        names = columns(head)
        for number, cells in lines:
            if any(map(_said, cells)):
                yield _row(number, names, cells)
    except csv.Error:
        raise Invalid(
            "list_unreadable",
            f"第 {number + 1} 行的引号有误，无法读取。",
            f"Row {number + 1} cannot be read: its quotes do not match, or a cell is enormous.",
            row=number + 1,
        ) from None


def _text(content: bytes) -> str:
    """UTF-8, or what spreadsheets in Chinese write where nobody chose: GB18030 is hardly ever valid UTF-8."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(
        "list_encoding",
        "文件编码无法识别，请另存为“CSV UTF-8”。",
        "The file is neither UTF-8 nor GB18030: save it as “CSV UTF-8”.",
    )


def _delimiter(text: str) -> str:
    head = text.lstrip().partition("\n")[0]
    return max(",;\t", key=head.count)


def _said(cell: str) -> str:
    return str(one_line(cell)).strip()


def _row(number: int, names: list[str], cells: list[str]) -> Row:
    texts = list(map(_said, cells))
    said = {name: text for name, text in zip(names, texts, strict=False) if name and text}
    said |= {name: _plain(said[name]) for name in _NUMBERS & said.keys()}
    faults = ["row_too_wide"] if any(texts[len(names) :]) else []
    found = _faults(said)
    faults += found.values()
    good = {name: text for name, text in said.items() if name not in found}
    contact = Contact(good.get("name", ""), good.get("phone", ""), good.get("id_number"), good.get("email"))
    grassroots = YES_OR_NO.get(good.get("grassroots", "").lower(), False)
    return Row(number, contact, CATEGORIES.get(good.get("category", "").lower()), grassroots, tuple(faults))


def _faults(said: dict[str, str]) -> dict[str, str]:
    """By column, judged as the form is: whoever may not register there may not here."""
    body: dict[str, object] = dict(said)
    body["category"] = CATEGORIES.get(said.get("category", "").lower(), said.get("category"))
    body["consent"] = YES_OR_NO.get(said.get("consent", "").lower(), False)
    if "grassroots" in said:
        body["grassroots"] = YES_OR_NO.get(said["grassroots"].lower(), "?")
    try:
        RegistrationBody.model_validate(body)
    except ValidationError as wrong:
        places = [str(each["loc"][0]) for each in wrong.errors(include_input=False, include_url=False)]
        return {place: _code(place, said) for place in places}
    return {}


def _code(column: str, said: dict[str, str]) -> str:
    missing = column == "consent" or column not in said
    return f"{column}_missing" if missing else f"{column}_wrong"


def _plain(cell: str) -> str:
    """A number that a spreadsheet was made to keep as text, or that was typed in full width, as a number."""
    kept = _AS_TEXT.fullmatch(cell)
    return str(in_ascii((kept[1] or kept[2] or "") if kept else cell)).strip()
