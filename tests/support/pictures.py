"""Pictures as a decoder wants them: rows of grey, 0 black and 255 white. For what our QR codes are made of, no more."""

import re
import struct
import zlib
from dataclasses import dataclass

NO_FILTER, UP = 0, 2  # of a row of a PNG


@dataclass(frozen=True)
class Grey:
    """One byte for each pixel, row after row."""

    width: int
    height: int
    pixels: bytes

    def enlarged(self, times: int) -> "Grey":
        """Each pixel a square of so many."""
        rows = [self.pixels[at : at + self.width] for at in range(0, len(self.pixels), self.width)]
        wide = [b"".join(bytes([each]) * times for each in row) for row in rows]
        return Grey(self.width * times, self.height * times, b"".join(row * times for row in wide))

    def pgm(self) -> bytes:
        """As a portable grey map, which everything reads."""
        return f"P5 {self.width} {self.height} 255\n".encode() + self.pixels


def from_png(png: bytes) -> Grey:
    """Black and white, one bit for a pixel: what our own writer writes. Raises ValueError for another."""
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    if not png.startswith(b"\x89PNG\r\n\x1a\n") or (depth, colour) not in ((1, 0), (1, 3)):
        raise ValueError(f"depth {depth}, colour type {colour}")
    data, palette, at = b"", b"\x00\x00\x00\xff\xff\xff", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        data += body if kind == b"IDAT" else b""
        palette = body if kind == b"PLTE" else palette
        at += 12 + length
    raw, step = zlib.decompress(data), 1 + (width + 7) // 8
    rows = [raw[start : start + step] for start in range(0, len(raw), step)]
    if len(rows) != height or any(row[0] not in (NO_FILTER, UP) for row in rows):
        raise ValueError("filtered or cut")
    above, unfiltered = bytes(step - 1), []
    for row in rows:
        above = bytes(a + b & 0xFF for a, b in zip(above, row[1:], strict=True)) if row[0] == UP else row[1:]
        unfiltered.append(above)
    return Grey(width, height, b"".join(_unpacked(row, width, palette) for row in unfiltered))


def from_svg(svg: str) -> Grey:
    """A light ground under one path of horizontal strokes, one unit wide. Raises ValueError for another drawing."""
    view = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    strokes = re.search(r'<path[^>]*stroke="#000"[^>]*d="([^"]+)"|<path[^>]*d="([^"]+)"[^>]*stroke="#000"', svg)
    if not view or not strokes or 'fill="#fff"' not in svg:
        raise ValueError("not a drawing of ours")
    width, height = int(view[1]), int(view[2])
    grid = [bytearray(b"\xff" * width) for _ in range(height)]
    x = y = 0.0
    for command, first, _, second in re.findall(r"([Mmh])(-?[\d.]+)([ ,](-?[\d.]+))?", strokes[1] or strokes[2]):
        if command == "h":
            start, length = int(x), int(float(first))
            grid[int(y)][start : start + length] = b"\x00" * length
            x += length
        else:
            begin = (0.0, 0.0) if command == "M" else (x, y)
            x, y = begin[0] + float(first), begin[1] + float(second)
    return Grey(width, height, b"".join(grid))


def _unpacked(row: bytes, width: int, palette: bytes) -> bytes:
    return bytes(palette[3 * (row[at // 8] >> (7 - at % 8) & 1)] for at in range(width))
