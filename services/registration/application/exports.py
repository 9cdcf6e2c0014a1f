"""What an export's file is made from, and the line in the log when whole names and numbers leave the vault."""

from dataclasses import dataclass

from services.registration.application.ports import Contact
from services.registration.domain.activity import Activity
from services.registration.domain.export import Export, ExportKind
from services.registration.domain.roster import Roster
from shared.logging import get_logger


@dataclass(frozen=True)
class Exported:
    """An export with the list, the activity and the people as they stand now."""

    export: Export
    roster: Roster
    activity: Activity
    contacts: dict[str, Contact]


def wanted(kind: ExportKind) -> tuple[str, ...]:
    """What such a list says of a contact: a badge has no telephone number."""
    return ("name",) if kind == ExportKind.BADGES else ("name", "phone")


def note_unmasked(export: Export, event: str) -> None:
    """A warning with ids only, for whoever watches the logs."""
    if not export.masked:
        get_logger().warning(
            event, export=export.id, open_point=export.point_id, kind=str(export.kind), subject=export.by
        )
