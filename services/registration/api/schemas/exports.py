"""Exports: what is asked for, what was asked for."""

from datetime import datetime
from typing import Literal

from fastapi import Request as HttpRequest

from services.registration.api.schemas.common import Id, Moment, Reason, Request, View
from services.registration.domain.export import Export, ExportKind, FileFormat, Order


class ExportBody(Request):
    """Which list, in which form. Names and numbers are masked unless that is refused with a reason, which is kept."""

    kind: ExportKind
    format: FileFormat
    masked: bool = True
    order: Order = Order.REGISTERED
    reason: Reason | None = None


class ExportView(View):
    """Who took which list, when and why. `file` is there until `fetchable_until` and made anew whenever it is fetched:

    so it says how the list stands then, and `rows` how many it had when it was asked for.
    """

    id: Id
    open_point_id: Id
    kind: ExportKind
    format: FileFormat
    masked: bool
    order: Order
    reason: str | None
    by: str
    at: Moment
    rows: int
    state: Literal["ready", "expired"]
    fetchable_until: Moment
    file: str

    @classmethod
    def of(cls, export: Export, now: datetime, request: HttpRequest) -> "ExportView":
        """From the domain, at this moment."""
        path = request.app.url_path_for("get_export_file", point_id=export.point_id, export_id=export.id)
        return cls(
            id=export.id,
            open_point_id=export.point_id,
            kind=export.kind,
            format=export.format,
            masked=export.masked,
            order=export.order,
            reason=export.reason,
            by=export.by,
            at=export.at,
            rows=export.rows,
            state="ready" if now < export.fetchable_until else "expired",
            fetchable_until=export.fetchable_until,
            file=str(path),
        )


class ExportLogView(View):
    """A point's exports, the latest first; `more`: there are earlier ones than these."""

    open_point_id: Id
    exports: list[ExportView]
    more: bool
