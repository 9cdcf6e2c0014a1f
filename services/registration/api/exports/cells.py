"""Text that people typed as the text of a cell: one line, in reading order, and never a formula."""

import unicodedata

_FORMULA = frozenset("=+-@＝＋－＠")  # full width, too: spreadsheets with an Asian locale read them alike
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN = {"Zs", "Cf", "Mn", "Me"}
_BREAKS = {"Cc", "Zl", "Zp"}
_BOM = "\ufeff"
_SURROGATE = "Cs"


def plain(text: str) -> str:
    """Without line breaks and control characters, marks that turn the direction, and what XML has no way to say."""
    return "".join(map(_said, text)).strip()


def cell(text: str) -> str:
    """As `plain`, with an apostrophe before what a spreadsheet would calculate (CWE-1236), also behind unseen marks."""
    said = plain(text)
    first = next((each for each in said if unicodedata.category(each) not in _UNSEEN), "")
    return f"'{said}" if first in _FORMULA else said


def _said(character: str) -> str:
    category = unicodedata.category(character)
    if category in _BREAKS:
        return " "
    unfit = character in _TURNING or character == _BOM or category == _SURROGATE or ord(character) & 0xFFFE == 0xFFFE
    return "" if unfit else character
