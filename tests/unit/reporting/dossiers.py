"""Dossiers to begin with."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from services.reporting.domain.activity import Activity, Holding
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.filing import FilingRule
from services.reporting.domain.material import FileType, ItemKind, StoredFile
from shared.time import WorkingCalendar

CALENDAR = WorkingCalendar.load(Path(__file__).resolve().parents[3] / "deploy" / "data" / "hedong" / "calendar")
RULE = FilingRule("B", CALENDAR, "hd")
STARTS = datetime(2021, 10, 28, 1, tzinfo=UTC)
HELD = datetime(2021, 10, 28, 3, tzinfo=UTC)
DUE = datetime(2021, 11, 1, 16, tzinfo=UTC)
ACTIVITY = Activity("走进净水厂", "taiping", ("zjj", "mzj"), STARTS, datetime(2021, 10, 18, tzinfo=UTC))


def announced(id_: str = "activity-1", *, town: str = "taiping", starts_at: datetime = STARTS) -> Dossier:
    """An activity that is public."""
    dossier = Dossier.shell(id_)
    dossier.announced(Activity(ACTIVITY.title, town, ACTIVITY.hosts, starts_at, ACTIVITY.announced_at), 1)
    return dossier


def hold(dossier: Dossier, at: datetime = HELD) -> Dossier:
    """It took place."""
    holding = Holding(at, {"npc_deputy": 2, "resident_representative": 7})
    dossier.held(dossier.known, holding, RULE.deadline(at), 2)
    return dossier


def attach(dossier: Dossier, *kinds: ItemKind, content: str = "1") -> Dossier:
    """A file for each of these items, or for all."""
    for kind in kinds or ItemKind:
        digest = sha256(f"{kind}{content}".encode()).hexdigest()
        dossier.attach(StoredFile(kind, digest, 10, FileType.PDF, None, HELD))
    return dossier


def complete(id_: str = "activity-1") -> Dossier:
    """Held, all items there, an opinion on record."""
    dossier = attach(hold(announced(id_)))
    dossier.opinion_received()
    return dossier
