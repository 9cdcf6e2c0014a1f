"""The QR code of a ticket, read by two decoders that share no code with its writer or with one another."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
import zxingcpp

from services.registration.adapters.tickets import SignedTickets
from services.registration.api import qr
from services.registration.domain.ticket import Ticket, tag
from shared.ids import derived_id
from shared.security.vault import Keys
from tests.support.pictures import Grey, from_png, from_svg

TICKETS = SignedTickets(Keys("ab12cd34", {"ab12cd34": b"a" * 32}, b"b" * 32, b"c" * 32))
TEXTS = [
    TICKETS.sign(Ticket(derived_id("registration", f"{each}"), tag("activity"), tag("point"), each))
    for each in range(1, 4)
]
Picture = Callable[[str], Grey]


def zxing(picture: Grey) -> str:
    """zxing-cpp."""
    rows = memoryview(picture.pixels).cast("B", (picture.height, picture.width))
    (found,) = zxingcpp.read_barcodes(rows)
    return str(found.text)


def opencv(picture: Grey) -> str:
    """OpenCV's own."""
    rows = np.frombuffer(picture.pixels, dtype=np.uint8).reshape(picture.height, picture.width)
    return str(cv2.QRCodeDetector().detectAndDecode(rows)[0])


def png(text: str) -> Grey:
    return from_png(qr.png(text))


def svg(text: str) -> Grey:
    return from_svg(qr.svg(text).decode()).enlarged(6)


@pytest.mark.parametrize("drawn", [png, svg])
@pytest.mark.parametrize("decode", [zxing, opencv])
def test_a_decoder_reads_the_ticket(decode: Callable[[Grey], str], drawn: Picture) -> None:
    assert [decode(drawn(each)) for each in TEXTS] == TEXTS


def test_both_pictures_are_the_same_code_with_a_quiet_zone() -> None:
    small = from_svg(qr.svg(TEXTS[0]).decode())
    assert small.enlarged(qr.PIXELS) == png(TEXTS[0])
    assert small.width == 33 + 2 * 4, "version 4, four modules around it"
    rows = [small.pixels[at : at + small.width] for at in range(0, len(small.pixels), small.width)]
    assert set(b"".join(rows[:4] + rows[-4:])) == {255}


def test_the_png_is_a_png_to_others() -> None:
    ours = png(TEXTS[0])
    read = cv2.imdecode(np.frombuffer(qr.png(TEXTS[0]), dtype=np.uint8), cv2.IMREAD_GRAYSCALE)
    assert read is not None
    assert (read.shape, read.tobytes()) == ((ours.height, ours.width), ours.pixels)
