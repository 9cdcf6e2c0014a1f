"""The files of a material set, made when they are sent; a name always makes the same bytes."""

import io
import struct
import zipfile
import zlib

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PNG = "image/png"
MARKDOWN = "text/markdown"
ITEMS = {"plan": DOCX, "media": PNG, "summary": MARKDOWN}
"""What a complete set holds, and as which type the load sends it."""
_BEGINNING = (2021, 1, 1, 0, 0, 0)  # a zip keeps times; ours stand still
_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Override PartName="/word/document.xml" ContentType="{type}.main+xml"/></Types>"""
_RELATIONS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="document" \
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" \
Target="word/document.xml"/></Relationships>"""
_DOCUMENT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">\
<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"""


def content(name: str) -> bytes:
    """The bytes of `<item>-<anything>`, the item one of `ITEMS`."""
    makers = {"plan": _docx, "media": _png, "summary": _markdown}
    return makers[name.partition("-")[0]](name)


def _docx(name: str) -> bytes:
    parts = {
        "[Content_Types].xml": _TYPES.format(type=DOCX),
        "_rels/.rels": _RELATIONS,
        "word/document.xml": _DOCUMENT.format(text=name),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in parts.items():
            archive.writestr(zipfile.ZipInfo(path, _BEGINNING), text)
    return packed.getvalue()


def _png(name: str) -> bytes:
    """A grey picture of 8 × 8 whose shade is the name's."""
    rows = (b"\0" + bytes([zlib.crc32(name.encode()) & 0xFF]) * 8) * 8
    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _markdown(name: str) -> bytes:
    return f"# 开展情况总结\n\n{name}\n".encode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
