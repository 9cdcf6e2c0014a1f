"""What people ask before an activity is announced: the commands for units, programmes and plans."""

from dataclasses import dataclass
from datetime import date, datetime

from services.registration.domain.plan import Plan
from services.registration.domain.plan_content import Content
from services.registration.domain.programme import Programme, Terms
from services.registration.domain.unit import Particulars
from shared.commands import Command


@dataclass(frozen=True, kw_only=True)
class RegisterUnit(Command[None]):
    """Make a unit known, correct its particulars, or say from which day on others hold."""

    unit_id: str
    particulars: Particulars
    since: date | None = None


@dataclass(frozen=True, kw_only=True)
class CloseUnit(Command[None]):
    """A unit ceases after a day."""

    unit_id: str
    last_day: date


@dataclass(frozen=True, kw_only=True)
class DraftProgramme(Command[Programme]):
    """Prepare a programme: of a year, or of its open months."""

    terms: Terms


@dataclass(frozen=True, kw_only=True)
class EditProgramme(Command[None]):
    """Other terms; `version` is what the writer saw."""

    programme_id: str
    terms: Terms
    version: int | None


@dataclass(frozen=True, kw_only=True)
class OpenProgramme(Command[None]):
    """Plans are taken from now on."""

    programme_id: str


@dataclass(frozen=True, kw_only=True)
class RunProgramme(Command[None]):
    """No more plans are taken."""

    programme_id: str


@dataclass(frozen=True, kw_only=True)
class CloseProgramme(Command[None]):
    """It is over."""

    programme_id: str


@dataclass(frozen=True, kw_only=True)
class DraftPlan(Command[Plan]):
    """Begin a plan, of the programme of its year where none is named."""

    content: Content
    programme_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class CopyPlan(Command[Plan]):
    """Begin a plan with what another one says, of the programme of this year where none is named."""

    plan_id: str
    programme_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class EditPlan(Command[None]):
    """Change a plan that is not with the office; `version` is what the writer saw. No programme: as before."""

    plan_id: str
    content: Content
    version: int | None
    programme_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class SubmitPlan(Command[None]):
    """Send a plan to the office."""

    plan_id: str


@dataclass(frozen=True, kw_only=True)
class ReturnPlan(Command[None]):
    """The office sends a plan back."""

    plan_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class FilePlan(Command[None]):
    """The office puts a plan on record."""

    plan_id: str


@dataclass(frozen=True, kw_only=True)
class ApprovePlan(Command[None]):
    """The office approves a plan, where the district asks for that."""

    plan_id: str


@dataclass(frozen=True, kw_only=True)
class ApproveCap(Command[None]):
    """The office approves more than 20 at one point."""

    plan_id: str
    slug: str


@dataclass(frozen=True, kw_only=True)
class CommentOnPlan(Command[None]):
    """The lead's supervising unit says what the host should consider."""

    plan_id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class CountersignPlan(Command[None]):
    """The lead's supervising unit stands behind the edition that it has read."""

    plan_id: str
    edition: int


@dataclass(frozen=True, kw_only=True)
class InviteCoHosts(Command[None]):
    """The lead asks co-hosts, or all that have not accepted, for an answer by then."""

    plan_id: str
    units: tuple[str, ...] | None
    answer_by: datetime


@dataclass(frozen=True, kw_only=True)
class AnswerInvitation(Command[None]):
    """A co-host accepts or declines; who declines says why."""

    plan_id: str
    unit_id: str
    accepts: bool
    reason: str | None = None
