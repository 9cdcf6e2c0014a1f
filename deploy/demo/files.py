"""The files of a material set, made at run time: a plan as DOCX, a picture as PNG with its caption, a summary.

The same activity makes the same bytes, so a repeated upload is the same file.
"""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from xml.sax.saxutils import escape

from deploy.data.models import Activity

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PNG = "image/png"
MARKDOWN = "text/markdown"
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
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>"""


@dataclass(frozen=True)
class File:
    """One file for one of the three required items."""

    item: str
    media_type: str
    content: bytes


def files_of(activity: Activity) -> list[File]:
    """A complete set. The activity must be one that is held."""
    materials = activity.materials
    if materials is None:
        raise ValueError(f"{activity.id} files nothing")
    plan = [activity.title, activity.plan.purpose, *(f"{each.at} {each.title}" for each in activity.agenda)]
    return [
        File("plan", DOCX, docx(plan)),
        File("media", PNG, png(activity.id)),
        File("media", MARKDOWN, f"# {activity.title}\n\n{materials.media_caption}\n".encode()),
        File("summary", MARKDOWN, f"# {activity.title} 开展情况总结\n\n{materials.summary}\n".encode()),
    ]


def docx(paragraphs: list[str]) -> bytes:
    """A Word document of plain paragraphs (ECMA-376), as small as one may be."""
    body = "".join(f"<w:p><w:r><w:t>{escape(each)}</w:t></w:r></w:p>" for each in paragraphs)
    parts = {
        "[Content_Types].xml": _TYPES.format(type=DOCX),
        "_rels/.rels": _RELATIONS,
        "word/document.xml": _DOCUMENT.format(body=body),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _BEGINNING), content)
    return packed.getvalue()


def png(seed: str, width: int = 64, height: int = 48) -> bytes:
    """A picture in colours of its own for every seed (ISO/IEC 15948: signature, header, data, end)."""
    shade = zlib.crc32(seed.encode())
    rows = b"".join(
        b"\0" + bytes((shade >> 8 * channel) + x * 3 + y * 5 & 0xFF for x in range(width) for channel in range(3))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
