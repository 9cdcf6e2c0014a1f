"""The font of what is printed, and text as it can show it.

One of those that PDF readers bring for Chinese (Adobe's STSong-Light), so no font file is needed here. It has the
characters of Unicode's first plane: a rare one beyond, or an emoji, is printed as a box, to be written in by hand.
"""

from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth

from services.registration.api.exports.cells import plain

FONT = "STSong-Light"
BOX = "□"

registerFont(UnicodeCIDFont(FONT))


def shown(text: str) -> str:
    """On one line, every character one that the font has room for."""
    return "".join(each if ord(each) < 0x10000 else BOX for each in plain(text))


def width(text: str, size: float) -> float:
    """In points."""
    return float(stringWidth(text, FONT, size))
