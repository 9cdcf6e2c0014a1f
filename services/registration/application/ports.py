"""What registration's application needs from outside."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

from services.registration.application.sign_ups import SignUps
from services.registration.domain.activity import Activity
from services.registration.domain.door import LoggedScan
from services.registration.domain.export import Export
from services.registration.domain.offering import OfferRule
from services.registration.domain.plan import Plan, ReviewMode
from services.registration.domain.plan_supervision import PlanComments
from services.registration.domain.plan_version import PlanVersion
from services.registration.domain.programme import Programme
from services.registration.domain.reconfirmation import Reconfirmation
from services.registration.domain.retention import Periods, Retention
from services.registration.domain.roster import Roster
from services.registration.domain.sheet import Sheet
from services.registration.domain.subject import PersonErased
from services.registration.domain.ticket import Ticket
from services.registration.domain.turns import TurnRule, Turns
from services.registration.domain.unit import Unit
from shared.commands import Once
from shared.metrics import Metrics
from shared.repository import Repository
from shared.security.claims import ClaimGuard
from shared.time import Clock

R = TypeVar("R")


@dataclass(frozen=True)
class Contact:
    """How a representative is reached: personal data, for the vault and nowhere else."""

    name: str
    phone: str
    id_number: str | None = None
    email: str | None = None

    def __repr__(self) -> str:
        return "Contact(…)"


@dataclass(frozen=True)
class Place:
    """Who holds the one place of a person at an activity: ours, or an earlier registration."""

    holder: str
    holder_point_id: str


@dataclass(frozen=True)
class Kept:
    """Of whom something stands in the vault, and what: names of fields, none of them opened. `rev` as it was read."""

    place: str
    rev: int
    registration_id: str
    fields: frozenset[str]

    @property
    def person(self) -> str:
        """The blind index of their number, as `Vault.person` says it: the end of the place."""
        return self.place.rpartition(":")[2]


class Vault(Protocol):
    """Contact data, encrypted; one person has one place per activity (keyed blind index of the phone number)."""

    def claim(
        self, activity_id: str, point_id: str, registration_id: str, contact: Contact
    ) -> AbstractAsyncContextManager[Place]:
        """Claim the person's place; given back when the block refuses. The Place says who holds it now."""

    async def take_over(self, activity_id: str, point_id: str, registration_id: str, contact: Contact) -> bool:
        """Take a place whose holder is void; False when somebody else just did."""

    def person(self, contact: Contact) -> str:
        """The blind index of the number, however it was written: who it is, for counting, without saying who."""

    async def contacts(self, point_id: str, wanted: Collection[str] = ("name", "phone")) -> dict[str, Contact]:
        """By registration id; what is not wanted is neither read nor opened, and empty."""

    async def kept(self, point_id: str) -> list[Kept]:
        """Everybody at a point of whom something is kept."""

    async def kept_of(self, point_id: str, registration_id: str) -> Kept | None:
        """One person at this point, as they are kept; None when nothing is, or it is kept for another point."""

    async def opened(self, kept: Kept) -> Contact | None:
        """Everything in it; None when it is gone meanwhile."""

    async def erase(self, kept: Kept, field: str | None = None) -> bool:
        """One field, or all of it; False when somebody has written since, or it is gone."""

    async def contact(self, registration_id: str) -> Contact | None:
        """Of one registration; None when nothing is known of the person (any more)."""


class Codes(Protocol):
    """Secrets derived, never stored."""

    def claim_code(self, registration_id: str) -> str:
        """What the person keeps: opens the status page and the door."""

    def draw_seed(self, point_id: str) -> str:
        """The sealed seed of a point's draw: 64 hexadecimal digits, the same whenever asked."""


class Tickets(Protocol):
    """What is shown at the door: derived from the installation's keys, never stored."""

    def sign(self, ticket: Ticket) -> str:
        """The text of its QR code, signed with the current key."""

    def read(self, text: str) -> Ticket | None:
        """What a text says; None when it was not signed here: forged, damaged, or with a key that is unknown."""

    def number(self, point_id: str, place: int, edition: int) -> str:
        """Eight digits, the last a check digit; no two places or editions of a point share them. `place` < 100 000."""

    def numbered(self, point_id: str, number: str) -> tuple[int, int]:
        """The place and the edition that a number with a right check digit would be of, whether or not they exist."""


class Swept(NamedTuple):
    """`found` were due at one look; `erased` of them by our own hand, the others perhaps by another replica's."""

    found: int
    erased: int


class ScanLog(Protocol):
    """Every scan that was answered, one line each, for good."""

    async def append(self, lines: Iterable[LoggedScan]) -> None:
        """Add lines; one that is there already stays as it is."""

    async def known(self, scan_ids: Sequence[str]) -> dict[str, LoggedScan]:
        """Those of the scans that were answered before, by id."""

    async def of(self, point_id: str, at_most: int) -> list[LoggedScan]:
        """A point's first lines in the order of the scans."""

    async def forget(self, point_id: str, at_most: int, keep: Collection[str]) -> Swept:
        """Take out a point's lines but those of the registrations in `keep`."""


class AuditTrail(Protocol):
    """Who did and who saw what, in one chain; nothing in it is ever changed."""

    async def note(self, line: Mapping[str, Any]) -> None:
        """It stands there when this returns. Raises Unavailable."""

    async def entries(self, after: int, at_most: int) -> Sequence[tuple[int, str, str]]:
        """Number, lines as JSON, digest: in their order, from behind `after`."""


class ErasureLog(Protocol):
    """Every erasure on request, one line each; it names a registration and nobody."""

    async def add(self, erased: PersonErased) -> PersonErased:
        """This line, or the one that is there already for the same registration."""

    async def get(self, registration_id: str) -> PersonErased | None:
        """By registration."""


class ExportLog(Protocol):
    """Every list of people that was exported, one line each, for good; no person's data."""

    async def add(self, export: Export, once: Once | None) -> Export:
        """This line as it was added; to a repeated key the one that is there already. Raises Invalid (key reused)."""

    async def get(self, export_id: str) -> Export | None:
        """By id."""

    async def of(self, point_id: str, at_most: int) -> list[Export]:
        """A point's last lines, the latest first."""

    async def forget(self, point_id: str, at_most: int) -> Swept:
        """Take out a point's lines."""


class SheetStore(Repository[Sheet], Protocol):
    """The sheets of applicants; `told` says how far others know of them."""

    async def told(self, id_: str) -> bool:
        """Whether all its facts are known to be published; a few seconds late, where another replica wrote them."""


class TurnStore(Repository[Turns], Protocol):
    """People's turns; unlike other aggregates they go altogether when they count no longer."""

    async def delete(self, id_: str) -> None:
        """Forget."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Filled in by `main`."""

    units: Repository[Unit]
    programmes: Repository[Programme]
    plans: Repository[Plan]
    plan_versions: Repository[PlanVersion]
    plan_comments: Repository[PlanComments]
    activities: Repository[Activity]
    rosters: Repository[Roster]
    retentions: Repository[Retention]
    periods: Periods
    reconfirmations: Repository[Reconfirmation]
    sheets: SheetStore
    turns: TurnStore
    turn_rule: TurnRule
    offer_rule: OfferRule
    vault: Vault
    codes: Codes
    claims: ClaimGuard
    sign_ups: SignUps
    tickets: Tickets
    scans: ScanLog
    exports: ExportLog
    erasures: ErasureLog
    audit: AuditTrail
    plan_review_mode: ReviewMode
    clock: Clock
    metrics: Metrics
