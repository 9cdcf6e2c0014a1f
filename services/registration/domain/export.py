"""A list of people that leaves the system as a file: what was asked for, by whom, when and why.

Only this record is kept, for good. The file is made from the roster and the vault whenever it is fetched, for a day:
so names lie nowhere but in the vault, and what was erased there stands in no file either.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.registration.domain.place import LIVE, SEATED, Registration
from services.registration.domain.roster import Roster
from shared.errors import Forbidden, Gone, Invalid

FETCHABLE_FOR = timedelta(hours=24)


class ExportKind(StrEnum):
    """`roster`: everyone who has or awaits a place · `sign_in_sheet`, `badges`: who is expected, to sign or to wear."""

    ROSTER = "roster"
    SIGN_IN_SHEET = "sign_in_sheet"
    BADGES = "badges"


class FileFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


FORMATS = {
    ExportKind.ROSTER: (FileFormat.CSV, FileFormat.XLSX),
    ExportKind.SIGN_IN_SHEET: (FileFormat.CSV, FileFormat.XLSX, FileFormat.PDF),
    ExportKind.BADGES: (FileFormat.PDF,),
}
"""PDF for what is printed: so it has as many lines as there are seats, and not as there are applicants to a draw."""


class Order(StrEnum):
    """Of the rows: as people registered, by category, or by name as it is shown."""

    REGISTERED = "registered"
    CATEGORY = "category"
    NAME = "name"


@dataclass(frozen=True)
class Export:
    """One line of the log of exports; `rows` as many as there were when it was asked for."""

    id: str
    point_id: str
    kind: ExportKind
    format: FileFormat
    masked: bool
    order: Order
    reason: str | None
    by: str
    at: datetime
    rows: int

    @property
    def fetchable_until(self) -> datetime:
        """From then on the file is gone."""
        return self.at + FETCHABLE_FOR

    def must_exist_in_its_format(self) -> None:
        """Raises Invalid, with the formats that there are."""
        if self.format not in FORMATS[self.kind]:
            raise Invalid(
                "format_unavailable",
                "该名单没有这种格式，请换一种格式。",
                "There is no such format of this list; take another.",
                formats=list(FORMATS[self.kind]),
            )

    def must_be_justified(self, *, may_unmask: bool) -> None:
        """Whole names and numbers: only for a role that may see them, and with a reason. Raises Forbidden, Invalid."""
        if self.masked:
            return
        if not may_unmask:
            raise Forbidden(
                "unmasked_not_allowed",
                "您的角色只能导出脱敏名单。",
                "Your role may export masked lists only.",
            )
        if not self.reason:
            raise Invalid(
                "reason_required",
                "导出未脱敏名单须填写理由。",
                "An export that shows whole names and numbers needs a reason.",
            )

    def must_be_fetchable(self, *, by: str, may_unmask: bool, now: datetime) -> None:
        """The log is true only when an unmasked file goes to whom it names. Raises Forbidden, Gone."""
        if not self.masked and not (may_unmask and by == self.by):
            raise Forbidden(
                "export_of_another",
                "未脱敏的文件只能由导出人下载，请自行导出并说明理由。",
                "Only who asked for an unmasked file may fetch it; make your own export and give your reason.",
            )
        if now >= self.fetchable_until:
            raise Gone(
                "export_expired",
                "文件已超过 24 小时，不再提供，请重新导出。",
                "The file was there for 24 hours; make a new export.",
                fetchable_until=self.fetchable_until.isoformat(),
            )


def listed(roster: Roster, kind: ExportKind) -> list[Registration]:
    """Who stands on such a list, as they registered. Who cancelled stands on none."""
    wanted = LIVE if kind == ExportKind.ROSTER else SEATED
    return sorted(
        (each for each in roster.registrations.values() if each.status in wanted), key=lambda each: each.ticket
    )
