"""The files of a material set are real: what reads such files reads them."""

import io
import struct
import zipfile
import zlib
from xml.etree import ElementTree

import pytest

from deploy.data import load_season
from deploy.data.models import Activity
from deploy.demo.files import docx, files_of, png

SEASON = load_season()
HELD = [each for each in SEASON.activities if each.held]


@pytest.mark.parametrize("activity", HELD, ids=lambda each: each.id)
def test_a_set_is_complete_and_the_same_every_time(activity: Activity) -> None:
    files = files_of(activity)
    assert {each.item for each in files} == {"plan", "media", "summary"}
    assert files == files_of(activity)


def test_an_activity_that_was_cancelled_files_nothing() -> None:
    cancelled = next(each for each in SEASON.activities if not each.held)
    with pytest.raises(ValueError, match="a09"):
        files_of(cancelled)


def test_a_document_holds_its_paragraphs_in_order() -> None:
    said = ["一、目的 <&>", "二、流程"]
    with zipfile.ZipFile(io.BytesIO(docx(said))) as archive:
        assert archive.testzip() is None
        root = ElementTree.fromstring(archive.read("word/document.xml"))  # noqa: S314 our own bytes
    assert [each.text for each in root.iter() if each.tag.endswith("}t")] == said


def test_a_picture_decodes_to_its_pixels() -> None:
    width, height = 16, 9
    picture = png("a01", width, height)
    chunks = dict(_chunks(picture[8:]))
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (width, height, 8, 2, 0, 0, 0)
    assert len(zlib.decompress(chunks[b"IDAT"])) == height * (1 + 3 * width)
    assert png("a02", width, height) != picture


def _chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    found = []
    while content:
        (length,) = struct.unpack(">I", content[:4])
        kind, body, check = content[4:8], content[8 : 8 + length], content[8 + length : 12 + length]
        assert struct.unpack(">I", check) == (zlib.crc32(kind + body),)
        found.append((kind, body))
        content = content[12 + length :]
    return found
