"""A table as CSV (RFC 4180): CRLF, every field quoted, UTF-8 with the mark by which spreadsheets know it."""

import csv
import io

from services.registration.api.exports.cells import cell
from services.registration.api.exports.tables import Table


def write(table: Table) -> bytes:
    """The lines above the table, an empty one, headings, rows."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    lines = [*table.head, ()] if table.head else []
    lines += [tuple(each.heading for each in table.columns), *table.rows]
    writer.writerows([cell(each) for each in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")
