"""The three required items (活动方案、图文资料、情况总结) and the files that they hold. Policy clause six (2)."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from shared.errors import Invalid

FILES_PER_ITEM = 50  # keeps the dossier a small document
NAME_LENGTH = 120


class ItemKind(StrEnum):
    """What a complete set consists of: plan · pictures and text · summary of results."""

    PLAN = "plan"
    MEDIA = "media"
    SUMMARY = "summary"


class FileType(StrEnum):
    """What a file may be, as found in its content."""

    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TEXT = "text/plain"
    MARKDOWN = "text/markdown"

    @property
    def extension(self) -> str:
        """For the name of a download."""
        return _EXTENSIONS[self]


_EXTENSIONS = {
    FileType.PDF: ".pdf",
    FileType.DOCX: ".docx",
    FileType.PNG: ".png",
    FileType.JPEG: ".jpg",
    FileType.TEXT: ".txt",
    FileType.MARKDOWN: ".md",
}


@dataclass(frozen=True)
class Content:
    """The bytes of a file as they are kept: SHA-256 in hexadecimal, size in bytes."""

    sha256: str
    size: int
    type: FileType


@dataclass(frozen=True)
class StoredFile:
    """A file of an item. `name` is what its sender called it: shown to people, never used as a path."""

    kind: ItemKind
    sha256: str
    size: int
    type: FileType
    name: str | None
    uploaded_at: datetime

    @property
    def download_name(self) -> str:
        """What the file is called when somebody saves it."""
        return self.name or f"{self.kind}-{self.sha256[:12]}{self.type.extension}"


@dataclass(frozen=True)
class Submission:
    """One complete submission; `manifest` is the SHA-256 over its files, so that it can be proved later."""

    submitted_at: datetime
    manifest: str
    files: int


@dataclass(frozen=True)
class Returned:
    """The office asks for corrections."""

    returned_at: datetime
    reason: str


def manifest(files: list[StoredFile]) -> str:
    """SHA-256 over the sorted lines `kind sha256 size`, each ended by a line feed."""
    lines = sorted(f"{each.kind} {each.sha256} {each.size}\n" for each in files)
    return sha256("".join(lines).encode()).hexdigest()


def checked_name(name: str) -> str:
    """A file name fit to be shown. Raises Invalid for separators, control or invisible characters, and length."""
    fit = 0 < len(name) <= NAME_LENGTH and name.strip(" .") and not any(each in "/\\" for each in name)
    if not fit or any(unicodedata.category(each).startswith("C") for each in name):
        raise Invalid(
            "file_name_invalid",
            f"文件名不符合要求：不超过 {NAME_LENGTH} 字，不含斜杠和控制字符。",
            f"File-Name must have 1 to {NAME_LENGTH} characters, without slashes or control characters.",
        )
    return name
