"""A programme (开放日工作安排): a year, or its open months, for which the office asks the units for plans.

Districts run open days all year, in fixed months, or as one month's campaign; the notice itself names no dates. So a
programme holds them as data, with what it asks of plans and announcements.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.registration.domain.plan import ReviewMode
from shared.aggregate import Aggregate, Fact, Machine
from shared.errors import Conflict, Invalid
from shared.ids import derived_id
from shared.time import day_of, end_of_day

USUAL_LEAD_DAYS = 7  # an announcement later than this is warned of


@dataclass(frozen=True)
class Lead:
    """How many days before its start an activity is announced; later is warned of, or refused when `binding`."""

    days: int = USUAL_LEAD_DAYS
    binding: bool = False


@dataclass(frozen=True)
class Target:
    """How many activities are wanted: of each assessed unit, and of all together where the district says so."""

    per_unit: int = 1
    activities: int | None = None


@dataclass(frozen=True)
class Terms:
    """What a programme asks. No months: all year. Plans are taken from `plans_from` to `plans_until`, both included;
    either may be open. `review_mode` None: as the district does."""

    title: str
    year: int
    open_months: tuple[int, ...] = ()
    plans_from: date | None = None
    plans_until: date | None = None
    lead: Lead = Lead()
    review_mode: ReviewMode | None = None
    target: Target = Target()
    asks_co_hosts: bool = False
    """Whether every co-host must have accepted before a plan is submitted; otherwise only those that were invited."""


@dataclass(frozen=True)
class Frame:
    """What an activity remembers of its programme, as it stood on the day of the announcement."""

    programme_id: str
    year: int
    open_months: tuple[int, ...]
    lead_days: int

    def covers(self, day: date) -> bool:
        """Whether an activity of that day lies in it."""
        return day.year == self.year and (not self.open_months or day.month in self.open_months)


class ProgrammeState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    RUNNING = "running"
    CLOSED = "closed"


PROGRAMME = Machine(
    "programme",
    {
        None: {"draft": (ProgrammeState.DRAFT,)},
        ProgrammeState.DRAFT: {"edit": (ProgrammeState.DRAFT,), "open": (ProgrammeState.OPEN,)},
        ProgrammeState.OPEN: {
            "edit": (ProgrammeState.OPEN,),
            "draft_plan": (ProgrammeState.OPEN,),
            "take_plan": (ProgrammeState.OPEN,),
            "announce": (ProgrammeState.OPEN,),
            "run": (ProgrammeState.RUNNING,),
            "close": (ProgrammeState.CLOSED,),
        },
        ProgrammeState.RUNNING: {
            "edit": (ProgrammeState.RUNNING,),
            "draft_plan": (ProgrammeState.RUNNING,),
            "announce": (ProgrammeState.RUNNING,),
            "open": (ProgrammeState.OPEN,),
            "close": (ProgrammeState.CLOSED,),
        },
        ProgrammeState.CLOSED: {},
    },
)
"""Open: plans are taken. Running: no more of them, what was announced goes on; `run` also comes with `plans_until`."""


@dataclass(frozen=True)
class ProgrammeOpened(Fact):
    programme_id: str
    terms: Terms
    at: datetime


@dataclass(frozen=True)
class ProgrammeClosed(Fact):
    programme_id: str
    year: int
    at: datetime


@dataclass(kw_only=True)
class Programme(Aggregate):
    """One programme. A year has at most one for the whole of it, which plans join that name none."""

    terms: Terms
    state: ProgrammeState = ProgrammeState.DRAFT
    opened_at: datetime | None = None
    closed_at: datetime | None = None

    @classmethod
    def draft(cls, programme_id: str, terms: Terms) -> "Programme":
        """A new one, which takes no plans yet. Raises Invalid."""
        _check(terms)
        return cls(id=programme_id, terms=terms)

    @classmethod
    def of_year(cls, year: int) -> "Programme":
        """The one that a year has until the office says otherwise: open all year, as the district's settings say.

        Nobody opened it, so nothing is published of it.
        """
        terms = Terms(f"{year}年政府开放日", year)
        return cls(id=year_programme_id(year), terms=terms, state=ProgrammeState.OPEN)

    def edit(self, terms: Terms) -> None:
        """Other terms; the year and whether it is the whole of it stay. Raises Conflict or Invalid."""
        state = PROGRAMME.after(self.state, "edit")
        _check(terms)
        if (terms.year, not terms.open_months) != (self.terms.year, not self.terms.open_months):
            raise Conflict(
                "other_programme",
                "年度和“全年或开放月”的性质不能更改，请另建。",
                "The year, and whether it is the whole year or months, stay; make another programme.",
            )
        self.state, self.terms = state, terms
        self._set_timer()

    def open(self, at: datetime) -> None:
        """Plans are taken from now on, or again. Raises Conflict (`illegal_transition`, `plans_period_over`)."""
        state = PROGRAMME.after(self.state, "open")
        if self.terms.plans_until and self.terms.plans_until < day_of(at):
            raise Conflict(
                "plans_period_over",
                "方案报送截止日期已过，请先改为以后的日期。",
                "The last day for plans is over; move it first.",
                plans_until=self.terms.plans_until.isoformat(),
            )
        self.state, self.opened_at = state, at
        self._set_timer()
        self.record(ProgrammeOpened(self.id, self.terms, at))

    def run(self) -> None:
        """No more plans are taken; those that were go on."""
        self.state = PROGRAMME.after(self.state, "run")
        self._set_timer()

    def close(self, ahead: int, at: datetime) -> None:
        """It is over. `ahead`: of its activities, announced and not yet held. Raises Conflict while there are any."""
        state = PROGRAMME.after(self.state, "close")
        if ahead:
            raise Conflict(
                "activities_ahead",
                f"还有 {ahead} 项已公告的活动未开展，办结或取消后再关闭。",
                f"{ahead} announced activities are still to be held or cancelled.",
                activities=ahead,
            )
        self.state, self.closed_at = state, at
        self._set_timer()
        self.record(ProgrammeClosed(self.id, self.terms.year, at))

    def ring(self, timer: str, due: datetime) -> None:
        if timer != "run":
            return super().ring(timer, due)
        return self.run()

    @property
    def frame(self) -> Frame:
        """For an activity that is announced now."""
        return Frame(self.id, self.terms.year, self.terms.open_months, self.terms.lead.days)

    def must_take_drafts(self) -> None:
        """Raises Conflict before it is opened, and after it is closed."""
        PROGRAMME.must_allow(self.state, "draft_plan")

    def must_take_plan(self, at: datetime, *, again: bool) -> None:
        """Raises Conflict outside the days; `again`: one that was sent back, which came in time."""
        if again:
            return PROGRAMME.must_allow(self.state, "draft_plan")
        day, first, last = day_of(at), self.terms.plans_from, self.terms.plans_until
        outside = bool((first and day < first) or (last and last < day))
        if outside or not PROGRAMME.allows(self.state, "take_plan"):
            raise Conflict(
                "plans_not_taken",
                "不在方案报送时间内，请联系区政府办公室。",
                "Plans are not taken on this day; ask the Open Government Office.",
                state=self.state,
                allowed=PROGRAMME.allowed(self.state),
                plans_from=first.isoformat() if first else None,
                plans_until=last.isoformat() if last else None,
            )
        return None

    def must_allow_announcement(self, starts_at: datetime, at: datetime) -> None:
        """Raises Conflict when it is closed, or it is too late where its lead time binds."""
        PROGRAMME.must_allow(self.state, "announce")
        days = (day_of(starts_at) - day_of(at)).days
        if self.terms.lead.binding and days < self.terms.lead.days:
            raise Conflict(
                "announced_too_late",
                f"须至少提前 {self.terms.lead.days} 天公告，请改期。",
                f"Announce at least {self.terms.lead.days} days before the start; choose a later day.",
                lead_days=self.terms.lead.days,
                days=days,
            )

    def _set_timer(self) -> None:
        self.timers.pop("run", None)
        if self.state == ProgrammeState.OPEN and self.terms.plans_until:
            self.timers["run"] = end_of_day(self.terms.plans_until)


def year_programme_id(year: int) -> str:
    """Of the programme for the whole of a year: there is one at most."""
    return derived_id("programme", str(year))


def _check(terms: Terms) -> None:
    months = terms.open_months
    if len(set(months)) != len(months) or not all(1 <= each <= 12 for each in months):
        raise Invalid("months_invalid", "开放月须为 1 至 12 月，且不得重复。", "Months are 1 to 12, each named once.")
    if terms.plans_from and terms.plans_until and terms.plans_until < terms.plans_from:
        raise Invalid("dates_reversed", "报送截止日期早于开始日期。", "plans_until lies before plans_from.")
