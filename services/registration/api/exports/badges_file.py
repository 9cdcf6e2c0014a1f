"""Badges as PDF: cards of 90 × 54 mm, ten on a page of A4, with a border to cut along; drawn by reportlab."""

import io
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from services.registration.api.exports.pdf_font import FONT, shown, width
from services.registration.api.exports.tables import Table

WIDTH, HEIGHT = 90 * mm, 54 * mm
ACROSS, DOWN = 2, 5
LEFT, TOP = (A4[0] - ACROSS * WIDTH) / 2, (A4[1] + DOWN * HEIGHT) / 2
INSIDE = WIDTH - 8 * mm
SMALL, CATEGORY, NAME, SMALLEST = 10, 16, 34, 5  # sizes, in points


def write(table: Table) -> bytes:
    """One card for each row (name, category); above and below them what the head says of activity, point and time."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setTitle(table.title)
    canvas.setSubject(table.note)
    canvas.setAuthor("openday")
    if not table.rows:
        _line(canvas, f"{table.title}：暂无应到代表 nobody is expected yet", A4[0] / 2, A4[1] / 2, SMALL)
    for number, (name, category) in enumerate(table.rows):
        place = number % (ACROSS * DOWN)
        if number and not place:
            canvas.showPage()
        _card(canvas, table, place, name, category)
    canvas.save()
    return out.getvalue()


def _card(canvas: Any, table: Table, place: int, name: str, category: str) -> None:
    activity, point, _, when = (said for _, said in table.head)
    left, bottom = LEFT + place % ACROSS * WIDTH, TOP - (place // ACROSS + 1) * HEIGHT
    middle = left + WIDTH / 2
    canvas.rect(left, bottom, WIDTH, HEIGHT)
    _line(canvas, activity, middle, bottom + 44 * mm, SMALL)
    _line(canvas, name, middle, bottom + 25 * mm, NAME)
    _line(canvas, category, middle, bottom + 13 * mm, CATEGORY)
    _line(canvas, f"{point} · {when}", middle, bottom + 5 * mm, SMALL)


def _line(canvas: Any, text: str, middle: float, at: float, size: float) -> None:
    """Centred; smaller where it must be, and cut where that does not help."""
    said = shown(text)
    size = max(SMALLEST, min(size, size * INSIDE / max(1, width(said, size))))
    while width(said, size) > INSIDE:
        said = said[:-1]
    canvas.setFont(FONT, size)
    canvas.drawCentredString(middle, at, said)
