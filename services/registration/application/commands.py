"""What people ask of registration: one frozen dataclass per command, with the type of its answer.

What comes before an announcement (units, programmes, plans) is in `planning`.
"""

from dataclasses import dataclass
from datetime import datetime

from services.registration.application.ports import Contact
from services.registration.application.uploads import Imported, Row
from services.registration.domain.activity import Activity
from services.registration.domain.activity_parts import Session
from services.registration.domain.admission import Admission
from services.registration.domain.composition import Category, Headcount
from services.registration.domain.door import Verdict
from services.registration.domain.export import Export, ExportKind, FileFormat, Order
from services.registration.domain.place import Scan
from services.registration.domain.retention import Hold
from services.registration.domain.subject import Cause, PersonErased
from services.registration.domain.ticket import IssuedTicket
from shared.commands import Command


@dataclass(frozen=True, kw_only=True)
class AnnounceActivity(Command[Activity]):
    """Make a filed plan public, with its time and the window of registration."""

    plan_id: str
    session: Session
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class RescheduleActivity(Command[None]):
    """Another time; everybody with a place is asked whether they keep it, until `answer_by`."""

    activity_id: str
    session: Session
    closes_at: datetime
    answer_by: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CancelActivity(Command[None]):
    """It will not take place."""

    activity_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class HoldActivity(Command[Activity]):
    """It took place: doors close, attendance is final."""

    activity_id: str


@dataclass(frozen=True, kw_only=True)
class Register(Command[Admission]):
    """A person asks for a place."""

    point_id: str
    category: Category
    grassroots: bool
    contact: Contact


@dataclass(frozen=True, kw_only=True)
class UploadList(Command[list[Imported]]):
    """Staff ask for a place for everybody on a list; for nobody when any row of it is bad."""

    point_id: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class CancelRegistration(Command[Admission]):
    """A person gives a place back; with the claim code, or by staff."""

    point_id: str
    registration_id: str
    claim_code: str | None


@dataclass(frozen=True, kw_only=True)
class AcceptOffer(Command[Admission]):
    """Take the place that is held until a deadline; with the claim code, or by staff."""

    point_id: str
    registration_id: str
    claim_code: str | None


@dataclass(frozen=True, kw_only=True)
class DeclineOffer(Command[Admission]):
    """Do not take it, so that the next one is asked; with the claim code, or by staff."""

    point_id: str
    registration_id: str
    claim_code: str | None


@dataclass(frozen=True, kw_only=True)
class KeepPlace(Command[None]):
    """Who was asked after a rescheduling comes at the new time; with the claim code, or by staff."""

    point_id: str
    registration_id: str
    claim_code: str | None


@dataclass(frozen=True, kw_only=True)
class CloseRegistration(Command[None]):
    """Close before the deadline."""

    point_id: str


@dataclass(frozen=True, kw_only=True)
class ExtendRegistration(Command[None]):
    """Close later, or open again what has closed; by staff, with a reason."""

    point_id: str
    closes_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class HoldDraw(Command[Headcount]):
    """Reveal the seed and seat the drawn."""

    point_id: str


@dataclass(frozen=True, kw_only=True)
class WaiveComposition(Command[None]):
    """The office accepts too few residents, with a reason."""

    point_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class LockRoster(Command[Headcount]):
    """The list is final."""

    point_id: str


@dataclass(frozen=True, kw_only=True)
class CheckIn(Command[Scan]):
    """Somebody is at the door and shows a ticket, its number, a claim code, or is found on the list.

    `scanned_at`: by a door that was without a network then; `nonce`: the door's own mark of this scan.
    """

    point_id: str
    shown: str
    device: str = ""
    nonce: str | None = None
    scanned_at: datetime | None = None


@dataclass(frozen=True)
class DoorScan:
    """One scan of a batch, as the door kept it."""

    nonce: str
    shown: str
    scanned_at: datetime


@dataclass(frozen=True, kw_only=True)
class TakeInScans(Command[list[Verdict]]):
    """A door sends what it scanned while it was without a network; `sent_at` is the time on its own clock."""

    point_id: str
    device: str
    sent_at: datetime | None
    scans: tuple[DoorScan, ...]


@dataclass(frozen=True, kw_only=True)
class UndoCheckIn(Command[Admission]):
    """A check-in was a mistake; staff take it back, with a reason."""

    point_id: str
    registration_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReissueTicket(Command[IssuedTicket]):
    """A new ticket for a place; whoever has an earlier one is turned away. With the claim code, or by staff."""

    point_id: str
    registration_id: str
    claim_code: str | None


@dataclass(frozen=True, kw_only=True)
class PlaceHold(Command[Hold]):
    """Nothing of an activity, or of one registration in it, may be erased: a legal hold, with a reason."""

    activity_id: str
    registration_id: str | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class LiftHold(Command[Hold]):
    """It may be erased again, with a reason."""

    activity_id: str
    hold_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ErasePerson(Command[PersonErased]):
    """Erase what is kept of one person; with the claim code, or by staff with a reason."""

    point_id: str
    registration_id: str
    claim_code: str | None
    cause: Cause
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class ExportList(Command[Export]):
    """Take a list of people out as a file; `may_unmask`: a role of the actor may see whole names and numbers."""

    point_id: str
    kind: ExportKind
    format: FileFormat
    masked: bool
    order: Order
    reason: str | None
    may_unmask: bool
