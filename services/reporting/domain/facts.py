"""What happens to a dossier, in the past tense. `unit_id` is the lead host, who files."""

from dataclasses import dataclass
from datetime import datetime

from services.reporting.domain.filing import Deadline, Filing
from services.reporting.domain.publicity import Publicity
from shared.aggregate import Fact


@dataclass(frozen=True)
class DossierFact(Fact):
    """What all have in common."""

    activity_id: str
    unit_id: str


@dataclass(frozen=True)
class FilingDueSet(DossierFact):
    deadline: Deadline


@dataclass(frozen=True)
class FilingOverdue(DossierFact):
    due_at: datetime


@dataclass(frozen=True)
class MaterialsFiled(DossierFact):
    filing: Filing


@dataclass(frozen=True)
class MaterialsReturned(DossierFact):
    returned_at: datetime


@dataclass(frozen=True)
class MaterialsAccepted(DossierFact):
    accepted_at: datetime


@dataclass(frozen=True)
class PublicityRecorded(Fact):
    """`publicity` names the unit that published, a co-host perhaps."""

    activity_id: str
    publicity: Publicity
