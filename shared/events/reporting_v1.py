"""Facts of reporting: materials within two days, publicity. Source: policy clause six (2)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.contract import Code, Contract, Id, Instant, PublicUrl


class Reporting(Contract):
    """What all facts of this owner have in common. `unit_id` is the lead host, who files."""

    OWNER: ClassVar[str] = "reporting"
    activity_id: Id
    unit_id: Id


class FilingDueSet(Reporting):
    """The two-day clock runs; `reading` says which reading of "two days" set it."""

    due_at: Instant
    reading: Literal["A", "B", "C"]


class FilingOverdue(Reporting):
    due_at: Instant


class MaterialsFiled(Reporting):
    """The first complete submission: it alone fixes lateness; corrections never cure it."""

    filed_at: Instant
    due_at: Instant
    on_time: bool
    days_late: Annotated[int, Field(ge=0)]
    receipt: Code


class MaterialsReturned(Reporting):
    returned_at: Instant


class MaterialsAccepted(Reporting):
    accepted_at: Instant


class PublicityRecorded(Reporting):
    """Something about the activity is public. For a joint activity the recording unit may be a co-host."""

    publicity_id: Id
    kind: Literal["notice", "outcome", "opinions", "live_blog", "live_video", "media"]
    channel: Code
    url: PublicUrl
    published_at: Instant


CONTRACTS: tuple[type[Contract], ...] = (
    FilingDueSet,
    FilingOverdue,
    MaterialsFiled,
    MaterialsReturned,
    MaterialsAccepted,
    PublicityRecorded,
)
