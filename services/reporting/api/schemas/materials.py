"""Material sets and their files."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, StringConstraints

from services.reporting.api.schemas.common import Request
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.filing import Filing, Reading
from services.reporting.domain.material import FileType, ItemKind, StoredFile
from services.reporting.domain.state import State
from shared.http.text import LINES

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), LINES]


class ReturnBody(Request):
    """Why the set goes back."""

    reason: Reason


class FileView(BaseModel):
    """A file of an item."""

    kind: ItemKind
    sha256: str
    size: int
    type: FileType
    name: str | None
    uploaded_at: datetime

    @classmethod
    def of(cls, file: StoredFile) -> Self:
        """From the domain."""
        return cls(**vars(file))


class FilingView(BaseModel):
    """The first complete submission: what counts for lateness."""

    receipt: str
    filed_at: datetime
    due_at: datetime
    on_time: bool
    days_late: int

    @classmethod
    def of(cls, filing: Filing) -> Self:
        """From the domain."""
        return cls(**vars(filing))


class SubmissionView(BaseModel):
    """One submission; `manifest` is the SHA-256 over the sorted lines `kind sha256 size` of its files."""

    submitted_at: datetime
    manifest: str
    files: int


class ReturnView(BaseModel):
    """One return for corrections."""

    returned_at: datetime
    reason: str


class MaterialSetSummary(BaseModel):
    """A material set in a list."""

    activity_id: str
    title: str | None
    town: str
    lead_unit_id: str
    state: State
    starts_at: datetime
    held_at: datetime | None
    due_at: datetime | None
    overdue: bool
    filing: FilingView | None

    @classmethod
    def of(cls, dossier: Dossier, now: datetime) -> Self:
        """From the domain, as it stands at `now`."""
        return cls(**_summary(dossier, now))


class MaterialSetList(BaseModel):
    """A page; `next` is the `after` of the page that follows, when this one is full."""

    material_sets: list[MaterialSetSummary]
    next: str | None


class MaterialSetView(MaterialSetSummary):
    """A material set whole."""

    host_unit_ids: list[str]
    reading: Reading | None
    opinions: Literal["received", "nil_return", "undeclared"]
    items: dict[ItemKind, list[FileView]]
    missing: list[ItemKind]
    submissions: list[SubmissionView]
    returns: list[ReturnView]
    accepted_at: datetime | None

    @classmethod
    def of(cls, dossier: Dossier, now: datetime) -> Self:
        """From the domain, as it stands at `now`."""
        return cls(
            **_summary(dossier, now),
            host_unit_ids=list(dossier.known.hosts),
            reading=dossier.deadline.reading if dossier.deadline else None,
            opinions=_opinions(dossier),
            items={kind: [FileView.of(each) for each in dossier.files if each.kind is kind] for kind in ItemKind},
            missing=dossier.missing,
            submissions=[SubmissionView(**vars(each)) for each in dossier.submissions],
            returns=[ReturnView(**vars(each)) for each in dossier.returns],
            accepted_at=dossier.accepted_at,
        )


def _summary(dossier: Dossier, now: datetime) -> dict[str, Any]:
    activity, holding, deadline = dossier.known, dossier.holding, dossier.deadline
    return {
        "activity_id": dossier.id,
        "title": activity.title,
        "town": activity.town,
        "lead_unit_id": activity.lead,
        "state": dossier.state,
        "starts_at": activity.starts_at,
        "held_at": holding.held_at if holding else None,
        "due_at": deadline.due_at if deadline else None,
        "overdue": dossier.is_overdue(now),
        "filing": FilingView.of(dossier.filing) if dossier.filing else None,
    }


def _opinions(dossier: Dossier) -> Literal["received", "nil_return", "undeclared"]:
    if dossier.opinions_received:
        return "received"
    return "nil_return" if dossier.nil_return_declared else "undeclared"
