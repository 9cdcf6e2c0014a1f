"""A table as XLSX, laid out to be printed on A4; written by XlsxWriter, whose only user this is.

In memory, because the library would else put parts of the file into the folder of temporary files. Every cell is text,
so that a phone number stays one and nothing is calculated.
"""

import io
from typing import Any

from xlsxwriter import Workbook

from services.registration.api.exports.cells import cell
from services.registration.api.exports.tables import Table
from shared.time import SHANGHAI

A4 = 9
TEXT = "@"
TITLE_HEIGHT, HEAD_HEIGHT, HEADING_HEIGHT, ROW_HEIGHT, SIGNED_HEIGHT = 36, 22, 26, 20, 34  # points
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def write(table: Table) -> bytes:
    """One sheet: a table with nothing above it can be filtered and sorted, one with a head is a form to sign."""
    out = io.BytesIO()
    book = Workbook(out, _OPTIONS)
    book.set_properties({"title": table.title, "created": table.made_at.astimezone(SHANGHAI).replace(tzinfo=None)})
    sheet = book.add_worksheet(table.title)
    form = any(each.empty for each in table.columns)
    _page(sheet, table, form=form)
    first = _head(book, sheet, table)
    _body(book, sheet, table, first, form=form)
    book.close()
    return out.getvalue()


def _page(sheet: Any, table: Table, *, form: bool) -> None:
    sheet.set_paper(A4)
    if not form:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    sheet.set_footer(f"&L{table.note}&R&P / &N")
    for number, each in enumerate(table.columns):
        sheet.set_column(number, number, each.width)


def _head(book: Any, sheet: Any, table: Table) -> int:
    """The row in which the headings stand."""
    if not table.head:
        return 0
    last = len(table.columns) - 1
    large = book.add_format({"bold": True, "font_size": 22, "align": "center", "valign": "vcenter"})
    line = book.add_format({"font_size": 14, "valign": "vcenter", "text_wrap": True, "num_format": TEXT})
    lines = [(table.title, large, TITLE_HEIGHT)]
    lines += [(f"{label}：{said}", line, HEAD_HEIGHT) for label, said in table.head]
    for row, (text, style, height) in enumerate(lines):
        sheet.merge_range(row, 0, row, last, "", style)
        sheet.write_string(row, 0, cell(text), style)
        sheet.set_row(row, height)
    return len(lines)


def _body(book: Any, sheet: Any, table: Table, first: int, *, form: bool) -> None:
    size = 14 if form else 11
    common = {"border": 1, "valign": "vcenter", "font_size": size, "num_format": TEXT}
    heading = book.add_format({**common, "bold": True, "bg_color": "#E7E6E6"})
    field = book.add_format(common)
    for column, each in enumerate(table.columns):
        sheet.write_string(first, column, cell(each.heading), heading)
    sheet.set_row(first, HEADING_HEIGHT)
    for row, values in enumerate(table.rows, start=first + 1):
        sheet.set_row(row, SIGNED_HEIGHT if form else ROW_HEIGHT)
        for column, value in enumerate(values):
            sheet.write_string(row, column, cell(value), field)
    sheet.repeat_rows(first)
    sheet.ignore_errors({"number_stored_as_text": "A1:Z10000"})
    if not form:
        sheet.freeze_panes(first + 1, 0)
        sheet.autofilter(first, 0, first + len(table.rows), len(table.columns) - 1)
