"""A file is what its content is, whatever its name or header says."""

from pathlib import Path

import pytest

from services.reporting.adapters.content import file_type
from services.reporting.domain.material import FileType
from shared.errors import Invalid
from tests.unit.reporting import samples


@pytest.mark.parametrize(
    ("content", "declared", "expected"),
    [
        (samples.PDF, None, FileType.PDF),
        (samples.PDF, "application/pdf", FileType.PDF),
        (samples.DOCX, "application/octet-stream", FileType.DOCX),
        (samples.PNG, "image/png", FileType.PNG),
        (samples.JPEG, "image/jpg", FileType.JPEG),
        (samples.TEXT, "text/plain; charset=utf-8", FileType.TEXT),
        (b"\xef\xbb\xbf" + samples.TEXT, "text/plain", FileType.TEXT),
        (samples.MARKDOWN, "text/markdown", FileType.MARKDOWN),
        (samples.MARKDOWN, None, FileType.TEXT),
    ],
)
def test_allowed_types_are_recognised(tmp_path: Path, content: bytes, declared: str | None, expected: FileType) -> None:
    assert file_type(_file(tmp_path, content), declared) is expected


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"MZ\x90\x00\x03\x00\x00\x00", id="a program"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), id="an old or encrypted Word file"),
        pytest.param(b"GIF89a\x01\x00\x01\x00\x00\x00\x00", id="an image of another kind"),
        pytest.param("公众代表".encode("gb18030"), id="text that is not UTF-8"),
        pytest.param("公众代表".encode()[:-1], id="text that breaks off inside a character"),
        pytest.param(b"text with a \x00 in it", id="text with control characters"),
        pytest.param(samples.PNG[:12], id="a picture that breaks off"),
        pytest.param(samples.DOCX[: len(samples.DOCX) // 2], id="a Word file that breaks off"),
        pytest.param(samples.package("a.txt"), id="a zip archive of something else"),
        pytest.param(samples.package("[Content_Types].xml", "xl/workbook.xml"), id="a spreadsheet"),
        pytest.param(
            samples.package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), id="Word with macros"
        ),
    ],
)
def test_everything_else_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        file_type(_file(tmp_path, content), None)
    assert refused.value.code == "type_not_allowed"


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        (samples.PDF, "image/png"),
        (samples.TEXT, "application/pdf"),
        (samples.PNG, "text/plain"),
        (samples.DOCX, "application/zip"),
        (samples.TEXT, "text/html"),
    ],
)
def test_a_header_that_contradicts_the_content_is_refused(tmp_path: Path, content: bytes, declared: str) -> None:
    with pytest.raises(Invalid) as refused:
        file_type(_file(tmp_path, content), declared)
    assert refused.value.code == "type_mismatch"


def test_a_character_may_lie_across_two_pieces(tmp_path: Path) -> None:
    content = b"a" * (64 * 1024 - 1) + "众".encode() * 10
    assert file_type(_file(tmp_path, content), None) is FileType.TEXT


def _file(folder: Path, content: bytes) -> Path:
    file = folder / "any"
    file.write_bytes(content)
    return file
