"""An exported list as a file: its bytes, its media type, its name in Chinese and in plain letters."""

from dataclasses import dataclass
from urllib.parse import quote

from services.registration.api.exports import csv_file
from services.registration.api.exports.tables import Table, table
from services.registration.application.exports import Exported
from services.registration.domain.export import Export, ExportKind, FileFormat
from shared.time import day_of

MEDIA_TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.PDF: "application/pdf",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_NAMES = {ExportKind.ROSTER: "代表名单", ExportKind.SIGN_IN_SHEET: "签到表", ExportKind.BADGES: "胸牌"}


@dataclass(frozen=True)
class File:
    """What is sent; `disposition` is the header that names it (RFC 6266)."""

    content: bytes
    media_type: str
    disposition: str


def file(exported: Exported) -> File:
    """Made anew from what the list says now. 200 rows take some milliseconds; call it in a thread."""
    made = _written(table(exported), exported.export)
    return File(made, MEDIA_TYPES[exported.export.format], _disposition(exported))


def _written(said: Table, export: Export) -> bytes:
    """The libraries are loaded with the first file of their kind: most processes write none, and all of them start."""
    if export.format == FileFormat.CSV:
        return csv_file.write(said)
    if export.format == FileFormat.PDF:
        from services.registration.api.exports import badges_file, pdf_file

        return badges_file.write(said) if export.kind == ExportKind.BADGES else pdf_file.write(said)
    from services.registration.api.exports import xlsx_file

    return xlsx_file.write(said)


def _disposition(exported: Exported) -> str:
    """Says the day, the open point's own short name and whether it is masked; nothing that somebody typed freely."""
    export, roster = exported.export, exported.roster
    slug = next(each.slug for each in exported.activity.points if each.id == roster.id)
    place = f"{day_of(roster.starts_at)}-{slug}"
    ascii_name = f"openday-{export.kind.replace('_', '-')}-{place}-{_masked_word(export)}.{export.format}"
    chinese = f"{_NAMES[export.kind]}-{place}-{'脱敏' if export.masked else '未脱敏'}.{export.format}"
    return f"attachment; filename={ascii_name}; filename*=UTF-8''{quote(chinese, safe='')}"


def _masked_word(export: Export) -> str:
    return "masked" if export.masked else "unmasked"
