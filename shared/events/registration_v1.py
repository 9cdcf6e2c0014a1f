"""Facts of registration: who opens, when, who comes. Source: policy clauses two to six."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.contract import Code, Contract, Digest, Id, Instant, OfficialTitle, Part

Count = Annotated[int, Field(ge=0)]
Month = Annotated[int, Field(ge=1, le=12)]
Category = Literal["npc_deputy", "cppcc_member", "resident_representative", "media_representative"]


class Registration(Contract):
    """What all facts of this owner have in common."""

    OWNER = "registration"


class Share(Part):
    """An exact part of the whole."""

    numerator: Count
    denominator: Annotated[int, Field(ge=1)]


class Host(Part):
    """A unit that hosts an activity, with what a reader needs to credit it."""

    unit_id: Id
    role: Literal["lead", "co_host", "support"]
    credit: Annotated[int, Field(ge=0, le=1000)]  # thousandths; the shares of one activity sum to 1000
    assessed: bool
    supervising_unit_id: Id | None
    share: Share | None = None  # where thousandths are not exact; the shares of one activity sum to 1


class PointSummary(Part):
    """One open point as announced."""

    open_point_id: Id
    unit_id: Id
    cap: Count


class UnitRegistered(Registration):
    """A unit is known, or its particulars changed; the last one holds, and did `since` then."""

    KEY: ClassVar[str] = "unit_id"
    unit_id: Id
    title: OfficialTitle
    kind: Code
    town: Code
    supervising_unit_id: Id | None
    assessed: bool
    managed_by: Code
    active_from: Instant
    active_to: Instant | None
    since: Instant | None = None


class ProgrammeOpened(Registration):
    """Plans are taken, for the first time or again. No months: the whole year. The instants are those of whole days."""

    KEY: ClassVar[str] = "programme_id"
    programme_id: Id
    title: OfficialTitle
    year: Count
    open_months: tuple[Month, ...]
    plans_from: Instant | None
    plans_until: Instant | None
    opened_at: Instant


class ProgrammeClosed(Registration):
    KEY: ClassVar[str] = "programme_id"
    programme_id: Id
    year: Count
    closed_at: Instant


class PlanFact(Registration):
    activity_id: Id
    plan_id: Id
    host_unit_id: Id
    version: Count
    programme_id: Id | None = None


class PlanSubmitted(PlanFact):
    submitted_at: Instant


class PlanReturned(PlanFact):
    returned_at: Instant


class PlanFiled(PlanFact):
    filed_at: Instant
    receipt: Code


class ActivityAnnounced(Registration):
    activity_id: Id
    title: OfficialTitle
    town: Code
    theme: Code
    selection: Code
    hosts: tuple[Host, ...]
    open_points: tuple[PointSummary, ...]
    starts_at: Instant
    ends_at: Instant
    announced_at: Instant
    plan_filed_at: Instant
    programme_id: Id | None = None


class ActivityRescheduled(Registration):
    activity_id: Id
    previous_starts_at: Instant
    starts_at: Instant
    ends_at: Instant
    rescheduled_at: Instant


class ActivityCancelled(Registration):
    activity_id: Id
    reason: Code
    cancelled_at: Instant


class ActivityHeld(Registration):
    """The last session is over and attendance is final. Carries all that filing and scoring need to judge it."""

    activity_id: Id
    town: Code
    hosts: tuple[Host, ...]
    starts_at: Instant
    held_at: Instant
    announced_at: Instant
    plan_filed_at: Instant
    confirmed: dict[Category, Count]
    attended: dict[Category, Count]
    composition_met: bool


class PointFact(Registration):
    activity_id: Id
    open_point_id: Id


class RegistrationOpened(PointFact):
    """`seed_digest` is there where places are drawn by lot: the seed stands before anybody has applied."""

    opens_at: Instant
    closes_at: Instant
    cap: Count
    seed_digest: Digest | None = None


class RegistrationClosed(PointFact):
    closed_at: Instant


class RegistrationExtended(PointFact):
    """Registration ends later than was said. `reopened`: it had closed, and an earlier waiver holds no longer."""

    previous_closes_at: Instant
    closes_at: Instant
    reopened: bool
    extended_at: Instant


class CapRaised(PointFact):
    """More than the 20 "in principle": a written reason and an approver stand in the roster."""

    cap: Count
    raised_at: Instant


class RepresentativeFact(PointFact):
    registration_id: Id
    category: Category
    grassroots: bool
    at: Instant


class RepresentativeApplied(RepresentativeFact):
    """Entered the draw."""


class RepresentativeNotDrawn(RepresentativeFact):
    """Lots were drawn: neither a place nor one on the waiting list."""


class RepresentativeConfirmed(RepresentativeFact):
    via: Literal["first_come", "promotion", "draw"]


class RepresentativeWaitlisted(RepresentativeFact):
    reason: Code
    position: Count


class RepresentativeOffered(RepresentativeFact):
    """A seat is held for somebody who waited, until they answer; it counts as taken."""

    answer_by: Instant


class RepresentativeOfferDeclined(RepresentativeFact):
    """Gave up the seat that was held; the next one gets it."""


class RepresentativeOfferExpired(RepresentativeFact):
    """Did not answer in time; the next one gets the seat."""


class RepresentativeCancelled(RepresentativeFact):
    was: Literal["confirmed", "waitlisted", "applied"]


class RepresentativeCheckedIn(RepresentativeFact):
    pass


class RepresentativeCheckInUndone(RepresentativeFact):
    """The check-in was a mistake: the place is confirmed again. The reason stays in the roster."""


class RepresentativeAbsent(RepresentativeFact):
    pass


class DrawCommitted(PointFact):
    seed_digest: Digest
    applicants_digest: Digest
    applicants: Count
    committed_at: Instant
    algorithm: Code | None = None


class DrawRevealed(PointFact):
    seed: Digest
    drawn: dict[Category, Count]
    revealed_at: Instant


class RosterLocked(PointFact):
    confirmed: dict[Category, Count]
    waiting: Count
    waived: bool
    locked_at: Instant


class CompositionWaived(PointFact):
    short_by: Count
    waived_at: Instant


class HoldFact(Registration):
    activity_id: Id
    hold_id: Id
    registration_id: Id | None


class LegalHoldPlaced(HoldFact):
    """Nothing of the activity, or of one registration, may be erased. The reason stays with the office."""

    placed_at: Instant


class LegalHoldLifted(HoldFact):
    lifted_at: Instant


class PersonalDataErased(Registration):
    """A group of fields came to the end of its time; `erased` in all of this activity so far."""

    activity_id: Id
    group: Code
    erased: Count
    erased_at: Instant


CONTRACTS: tuple[type[Contract], ...] = (
    UnitRegistered,
    ProgrammeOpened,
    ProgrammeClosed,
    PlanSubmitted,
    PlanReturned,
    PlanFiled,
    ActivityAnnounced,
    ActivityRescheduled,
    ActivityCancelled,
    ActivityHeld,
    RegistrationOpened,
    RegistrationClosed,
    RegistrationExtended,
    CapRaised,
    RepresentativeApplied,
    RepresentativeNotDrawn,
    RepresentativeConfirmed,
    RepresentativeWaitlisted,
    RepresentativeOffered,
    RepresentativeOfferDeclined,
    RepresentativeOfferExpired,
    RepresentativeCancelled,
    RepresentativeCheckedIn,
    RepresentativeCheckInUndone,
    RepresentativeAbsent,
    DrawCommitted,
    DrawRevealed,
    RosterLocked,
    CompositionWaived,
    LegalHoldPlaced,
    LegalHoldLifted,
    PersonalDataErased,
)
