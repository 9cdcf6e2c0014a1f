"""A table as PDF, to be printed on A4 and signed; written by reportlab, headings on every page."""

import io
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from services.registration.api.exports.pdf_font import FONT, shown, width
from services.registration.api.exports.tables import Table

MARGIN = 12 * mm
ROOM = A4[0] - 2 * MARGIN
BESIDE = 12  # points that a cell keeps free at its sides
TITLE, HEAD, HEADING, FIELD, FOOT = 22, 13, 10.5, 13, 9  # sizes, in points


def write(table: Table) -> bytes:
    """Large enough to be read and signed while standing."""
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        title=table.title,
        subject=table.note,
        author="openday",
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN + FOOT,
    )
    page = partial(_foot, note=table.note)
    document.build([*_head(table), _grid(table)], onFirstPage=page, onLaterPages=page)
    return out.getvalue()


def _head(table: Table) -> list[Any]:
    lines = [Paragraph(escape(shown(table.title)), _style(TITLE, alignment=1)), Spacer(0, 4 * mm)]
    lines += [Paragraph(escape(shown(f"{label}：{said}")), _style(HEAD)) for label, said in table.head]
    return [*lines, Spacer(0, 4 * mm)]


def _grid(table: Table) -> Grid:
    whole = sum(each.width for each in table.columns)
    widths = [ROOM * each.width / whole for each in table.columns]
    headings = [_field(each.heading, at, HEADING) for each, at in zip(table.columns, widths, strict=True)]
    rows = [[_field(said, at, FIELD) for said, at in zip(row, widths, strict=True)] for row in table.rows]
    style = [
        ("GRID", (0, 0), (-1, -1), 0.6, colors.black),
        ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#E7E6E6")),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("FONT", (0, 0), (-1, 0), FONT, HEADING),
        ("FONT", (0, 1), (-1, -1), FONT, FIELD),
        ("TOPPADDING", (0, 1), (-1, -1), 9),
        ("BOTTOMPADDING", (0, 1), (-1, -1), 9),
    ]
    return Grid([headings, *rows], colWidths=widths, repeatRows=1, style=style)


def _field(text: str, room: float, size: float) -> Any:
    """A text that fits is drawn as it is; one that must be broken is set as a paragraph, at twenty times the cost."""
    said = shown(text)
    return said if width(said, size) <= room - BESIDE else Paragraph(escape(said), _style(size))


def _foot(canvas: Any, document: Any, *, note: str) -> None:
    canvas.setFont(FONT, FOOT)
    canvas.drawString(MARGIN, 8 * mm, note)
    canvas.drawRightString(A4[0] - MARGIN, 8 * mm, str(document.page))


def _style(size: float, alignment: int = 0) -> ParagraphStyle:
    return ParagraphStyle("list", fontName=FONT, fontSize=size, leading=size * 1.4, wordWrap="CJK", alignment=alignment)
