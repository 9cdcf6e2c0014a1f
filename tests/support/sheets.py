"""Exported files as readers see them that share no code with what wrote them."""

import io
import re
import zipfile
from dataclasses import dataclass

import openpyxl
import pypdf

BOM = b"\xef\xbb\xbf"
_FIELD = r'"(?:[^"]|"")*"'
_LINE = re.compile(rf"{_FIELD}(?:,{_FIELD})*")


@dataclass(frozen=True)
class Sheet:
    """The sheet of a workbook: cells as text, and what stands in them beside text (`f` would be a formula)."""

    title: str
    rows: list[list[str]]
    kinds: set[str]
    repeated: str | None

    def below(self, heading: str) -> list[list[str]]:
        """The rows after that of the headings, which begins so."""
        start = next(number for number, each in enumerate(self.rows) if each[0] == heading)
        return self.rows[start + 1 :]


def read_csv(content: bytes) -> list[list[str]]:
    """By the letter of RFC 4180, every field quoted. AssertionError where the form is another."""
    assert content.startswith(BOM), "no mark: spreadsheets would take it for another encoding"
    text = content.removeprefix(BOM).decode()
    assert text.endswith("\r\n")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert not [each for each in lines if each and not _LINE.fullmatch(each)]
    return [[field[1:-1].replace('""', '"') for field in re.findall(_FIELD, each)] for each in lines]


def read_xlsx(content: bytes) -> Sheet:
    """As openpyxl reads it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    (sheet,) = book.worksheets
    cells = [list(each) for each in sheet.iter_rows()]
    kinds = {each.data_type for row in cells for each in row if each.value is not None}
    rows = [["" if each.value is None else str(each.value) for each in row] for row in cells]
    return Sheet(sheet.title, rows, kinds, sheet.print_title_rows)


def read_pdf(content: bytes) -> list[str]:
    """The text of each page, as pypdf reads it."""
    return [each.extract_text() for each in pypdf.PdfReader(io.BytesIO(content)).pages]


def everything(content: bytes) -> str:
    """All that can be found in a file, also beside its cells: the text of every part."""
    if content.startswith(b"%PDF"):
        return "\n".join([*read_pdf(content), str(pypdf.PdfReader(io.BytesIO(content)).metadata)])
    if not content.startswith(b"PK"):
        return content.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "\n".join(parts.read(each).decode() for each in parts.namelist())
