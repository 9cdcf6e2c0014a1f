"""What a file is, read from its content: a name or a header proves nothing."""

import codecs
import re
import zipfile
from pathlib import Path

from services.reporting.domain.material import FileType
from shared.errors import Invalid

_SIGNATURES = (
    (b"%PDF-", FileType.PDF),
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", FileType.PNG),
    (b"\xff\xd8\xff", FileType.JPEG),
)
_ZIP = b"PK\x03\x04"
_ALIASES = {"image/jpg": FileType.JPEG, "text/x-markdown": FileType.MARKDOWN}
_UNSAID = {None, "", "application/octet-stream", "application/x-www-form-urlencoded"}
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")  # all but tabs, line ends and form feeds
_PIECE = 64 * 1024


def file_type(file: Path, declared: str | None) -> FileType:
    """The type of `file`. Raises Invalid: not an allowed type, or not what `declared` says."""
    found = _found(file)
    if found is None:
        raise Invalid(
            "type_not_allowed",
            "不支持该文件类型；可上传 PDF、DOCX、PNG、JPEG、纯文本或 Markdown，文件须完整未加密。",
            "This is none of: PDF, DOCX, PNG, JPEG, UTF-8 text or Markdown; or it is damaged or encrypted.",
            allowed=[str(each) for each in FileType],
        )
    said = _said(declared)
    if said is not None and said != found and {said, found} != {FileType.TEXT, FileType.MARKDOWN}:
        raise Invalid(
            "type_mismatch",
            "文件内容与声明的类型不符。",
            "The content is not what Content-Type says.",
            found=str(found),
        )
    return FileType.MARKDOWN if said == FileType.MARKDOWN else found


def _said(declared: str | None) -> str | None:
    """The declared media type without its parameters; None when it says nothing."""
    media_type = (declared or "").partition(";")[0].strip().lower()
    return None if media_type in _UNSAID else str(_ALIASES.get(media_type, media_type))


def _found(file: Path) -> FileType | None:
    with file.open("rb") as content:
        head = content.read(32)
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith(_ZIP):
        return FileType.DOCX if _is_document(file) else None
    return FileType.TEXT if _is_text(file) else None


def _is_document(file: Path) -> bool:
    """Word's own package without macros; only the table of contents is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    parts = any(each.startswith("word/") and each.endswith(".xml") for each in names)
    macros = any(each.lower().endswith("vbaproject.bin") for each in names)
    return "[Content_Types].xml" in names and parts and not macros


def _is_text(file: Path) -> bool:
    """UTF-8 without control characters other than tabs and line ends."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        with file.open("rb") as content:
            while piece := content.read(_PIECE):
                if _CONTROLS.search(decoder.decode(piece)):
                    return False
            decoder.decode(b"", final=True)
            return True
    except UnicodeDecodeError:
        return False
