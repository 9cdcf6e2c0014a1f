"""What people and other services' facts ask of reporting: one frozen dataclass per command, with its answer's type."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from services.reporting.domain.activity import Activity, Holding
from services.reporting.domain.filing import Filing
from services.reporting.domain.material import ItemKind, StoredFile
from services.reporting.domain.publicity import Publicity, PublicityKind
from shared.commands import Command, R


@dataclass(frozen=True, kw_only=True)
class ForActivity(Command[R]):
    """What all commands have in common."""

    activity_id: str


# from other services' facts: each may come again, and those of different services in any order


@dataclass(frozen=True, kw_only=True)
class OfActivity(ForActivity[None]):
    """What the activity's own facts have in common: their sequence."""

    sequence: int


@dataclass(frozen=True, kw_only=True)
class OpenDossier(OfActivity):
    """An activity was announced."""

    activity: Activity


@dataclass(frozen=True, kw_only=True)
class MoveActivity(OfActivity):
    """It was rescheduled."""

    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class CancelDossier(ForActivity[None]):
    """It was cancelled: no clock will run."""

    cancelled_at: datetime


@dataclass(frozen=True, kw_only=True)
class StartClock(OfActivity):
    """It was held: materials are due within two days."""

    activity: Activity
    holding: Holding


@dataclass(frozen=True, kw_only=True)
class NoteOpinion(ForActivity[None]):
    """An opinion was received."""


@dataclass(frozen=True, kw_only=True)
class NoteNilReturn(ForActivity[None]):
    """The host declared that there was none."""


# from people


@dataclass(frozen=True, kw_only=True)
class UploadFile(ForActivity[StoredFile]):
    """Put a file into an item; `declared_type` is what its sender says that it is."""

    kind: ItemKind
    name: str | None
    declared_type: str | None
    content: AsyncIterator[bytes]


@dataclass(frozen=True, kw_only=True)
class RemoveFile(ForActivity[None]):
    """Take a file out of an item."""

    kind: ItemKind
    sha256: str


@dataclass(frozen=True, kw_only=True)
class SubmitMaterials(ForActivity[Filing]):
    """File the set; the answer is the first filing, whichever submission this is. `version`: as last seen."""

    version: int | None


@dataclass(frozen=True, kw_only=True)
class ReturnMaterials(ForActivity[None]):
    """Ask for corrections."""

    reason: str
    version: int | None


@dataclass(frozen=True, kw_only=True)
class AcceptMaterials(ForActivity[None]):
    """Close the set."""

    version: int | None


@dataclass(frozen=True, kw_only=True)
class RecordPublicity(ForActivity[Publicity]):
    """Record something that is public. Without `unit_id`: the caller's own host unit, or the lead."""

    unit_id: str | None
    kind: PublicityKind
    channel: str
    url: str
    published_at: datetime
