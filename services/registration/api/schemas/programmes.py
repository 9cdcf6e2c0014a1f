"""Programmes, and how far they are."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from services.registration.api.schemas.common import Day, Id, Moment, Request, Title, View
from services.registration.domain.programme import USUAL_LEAD_DAYS, Lead, Programme, ProgrammeState, Target, Terms
from services.registration.domain.programme_progress import Progress

Count = Annotated[int, Field(ge=0)]


class ProgrammeBody(Request):
    """A programme: of a year, or of some of its months.

    `plans_from` and `plans_until` are the first and the last day for plans. `lead_days`: how long before the start an
    activity is announced; later is warned of, or refused where `lead_is_binding`. `review_mode`: how the office takes
    plans, null as the district does. `asks_co_hosts`: every co-host must have accepted before a plan is submitted.
    """

    title: Title
    year: Annotated[int, Field(ge=2000, le=2100)]
    open_months: Annotated[tuple[Annotated[int, Field(ge=1, le=12)], ...], Field(max_length=12)] = ()
    plans_from: Day | None = None
    plans_until: Day | None = None
    lead_days: Annotated[int, Field(ge=0, le=90)] = USUAL_LEAD_DAYS
    lead_is_binding: bool = False
    review_mode: Literal["notify", "file_before_publish", "approve"] | None = None
    target_per_unit: Annotated[int, Field(ge=0, le=50)] = 1
    target_activities: Annotated[int, Field(ge=1, le=10_000)] | None = None
    asks_co_hosts: bool = False

    def terms(self) -> Terms:
        """As the domain knows them."""
        return Terms(
            title=self.title,
            year=self.year,
            open_months=tuple(sorted(self.open_months)),
            plans_from=self.plans_from,
            plans_until=self.plans_until,
            lead=Lead(self.lead_days, self.lead_is_binding),
            review_mode=self.review_mode,
            target=Target(self.target_per_unit, self.target_activities),
            asks_co_hosts=self.asks_co_hosts,
        )


class ProgrammeView(View):
    """A programme with its state."""

    id: Id
    state: ProgrammeState
    title: str
    year: int
    open_months: list[int]
    plans_from: date | None
    plans_until: date | None
    lead_days: int
    lead_is_binding: bool
    review_mode: str | None
    target_per_unit: int
    target_activities: int | None
    asks_co_hosts: bool
    opened_at: Moment | None
    closed_at: Moment | None

    @classmethod
    def of(cls, programme: Programme) -> "ProgrammeView":
        """From the domain."""
        terms = programme.terms
        return cls(
            id=programme.id,
            state=programme.state,
            title=terms.title,
            year=terms.year,
            open_months=list(terms.open_months),
            plans_from=terms.plans_from,
            plans_until=terms.plans_until,
            lead_days=terms.lead.days,
            lead_is_binding=terms.lead.binding,
            review_mode=terms.review_mode,
            target_per_unit=terms.target.per_unit,
            target_activities=terms.target.activities,
            asks_co_hosts=terms.asks_co_hosts,
            opened_at=programme.opened_at,
            closed_at=programme.closed_at,
        )


class ProgrammeList(View):
    """Programmes, the latest year first."""

    programmes: list[ProgrammeView]


class UnitProgressView(View):
    """One unit's part. `plans` by state and `activities` by state, as any of the hosts; `sent` plans that stand, also
    through institutions that it guides; `to_go` that it still owes."""

    unit_id: str
    name: str
    name_en: str
    guided_by: str | None
    assessed: bool
    plans: dict[str, Count]
    activities: dict[str, Count]
    sent: Count
    to_go: Count


class ProgressView(View):
    """What is planned, announced and held; `missing` are the units that owe a plan and have sent none."""

    programme: ProgrammeView
    as_of: date
    plans: dict[str, Count]
    activities: dict[str, Count]
    missing: list[str]
    units: list[UnitProgressView]

    @classmethod
    def of(cls, progress: Progress) -> "ProgressView":
        """From the domain."""
        return cls(
            programme=ProgrammeView.of(progress.programme),
            as_of=progress.as_of,
            plans=dict(progress.plans),
            activities=dict(progress.activities),
            missing=list(progress.missing),
            units=[UnitProgressView.model_validate(each) for each in progress.units],
        )
