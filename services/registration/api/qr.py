"""A text as a QR code, to print or to show on a phone.

Error correction M stands 15 % of dirt or glare; the border of four modules is the quiet zone of ISO/IEC 18004.
"""

import io
from typing import Any

PIXELS = 10  # for each module of the PNG: 410 across for a ticket, sharp on a phone and at four centimetres on paper


def svg(text: str) -> bytes:
    """For print: it has a view box and no size, so it fills the box that the page gives it."""
    return _drawn(text, kind="svg", omitsize=True)


def png(text: str) -> bytes:
    """For screens and messages."""
    return _drawn(text, kind="png", scale=PIXELS)


def _drawn(text: str, **options: Any) -> bytes:
    import segno  # here, because most processes never draw and all of them start

    out = io.BytesIO()
    segno.make_qr(text, error="m", boost_error=False).save(out, border=4, dark="#000", light="#fff", **options)
    return out.getvalue()
