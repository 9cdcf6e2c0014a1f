"""An announced activity: when and where, by whom; rescheduled, cancelled or held. Policy clauses five and six."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from services.registration.domain.activity_facts import (
    ActivityAnnounced,
    ActivityCancelled,
    ActivityHeld,
    ActivityRescheduled,
)
from services.registration.domain.activity_parts import Attendance, CreditedHost, OpenPoint, Session
from services.registration.domain.plan import Plan
from services.registration.domain.plan_content import Role, Selection
from services.registration.domain.programme import USUAL_LEAD_DAYS, Frame
from services.registration.domain.rota import Rota, Visit, check_fit, visits
from shared.aggregate import Aggregate, Machine
from shared.errors import Conflict, Invalid
from shared.time import day_of


class ActivityState(StrEnum):
    ANNOUNCED = "announced"
    CANCELLED = "cancelled"
    HELD = "held"


ACTIVITY = Machine(
    "activity",
    {
        None: {"announce": (ActivityState.ANNOUNCED,)},
        ActivityState.ANNOUNCED: {
            "reschedule": (ActivityState.ANNOUNCED,),
            "cancel": (ActivityState.CANCELLED,),
            "hold": (ActivityState.HELD,),
        },
        ActivityState.CANCELLED: {},
        ActivityState.HELD: {},
    },
)


@dataclass(kw_only=True)
class Activity(Aggregate):
    """One activity. `session` spans from the first start to the last end; earlier schedules are kept.

    `changed_at` is when it was last rescheduled, or cancelled; None while it stands as it was announced.
    """

    plan_id: str
    title: str
    theme: str
    town: str
    forms: tuple[str, ...]
    agenda: tuple[str, ...]
    selection: Selection
    hosts: tuple[CreditedHost, ...]
    points: tuple[OpenPoint, ...]
    session: Session
    announced_at: datetime
    plan_filed_at: datetime
    id_number_reason: str | None = None
    state: ActivityState = ActivityState.ANNOUNCED
    earlier_sessions: list[Session] = field(default_factory=list)
    cancel_reason: str | None = None
    attendance: Attendance | None = None
    changed_at: datetime | None = None
    frame: Frame | None = None
    rota: Rota | None = None

    @classmethod
    def announce(
        cls,
        plan: Plan,
        hosts: tuple[CreditedHost, ...],
        points: tuple[OpenPoint, ...],
        session: Session,
        at: datetime,
        frame: Frame | None = None,
    ) -> "Activity":
        """Make a filed plan public. Raises Conflict or Invalid."""
        filed_at = plan.must_be_announceable()
        _check_session(session, at)
        content = plan.content
        check_fit(content.rota, len(content.points), session.starts_at, session.ends_at)
        activity = cls(
            id=plan.activity_id,
            plan_id=plan.id,
            title=content.title,
            theme=content.theme,
            town=content.town,
            forms=content.forms,
            agenda=content.agenda,
            selection=content.selection,
            hosts=hosts,
            points=points,
            session=session,
            announced_at=at,
            plan_filed_at=filed_at,
            id_number_reason=content.id_number_reason,
            frame=frame,
            rota=content.rota,
        )
        activity.record(
            ActivityAnnounced(
                activity.id,
                content.title,
                content.theme,
                content.town,
                content.selection,
                hosts,
                points,
                session,
                at,
                filed_at,
                activity.programme_id,
            )
        )
        return activity

    @property
    def lead_days(self) -> int:
        """Days from the announcement to the start."""
        return (day_of(self.session.starts_at) - day_of(self.announced_at)).days

    @property
    def programme_id(self) -> str | None:
        """None for what was announced before there were programmes."""
        return self.frame.programme_id if self.frame else None

    @property
    def lead_days_asked(self) -> int:
        """How many its programme asks for."""
        return self.frame.lead_days if self.frame else USUAL_LEAD_DAYS

    @property
    def warnings(self) -> list[str]:
        """Codes of what is unusual, and no obstacle."""
        outside = self.frame is not None and not self.frame.covers(day_of(self.session.starts_at))
        late = self.lead_days < self.lead_days_asked
        return [*(["announced_late"] if late else []), *(["outside_programme"] if outside else [])]

    @property
    def is_ahead(self) -> bool:
        """Announced, and neither cancelled nor held."""
        return self.state == ActivityState.ANNOUNCED

    @property
    def unit_ids(self) -> list[str]:
        """Every hosting unit."""
        return [each.host.unit_id for each in self.hosts]

    @property
    def leads(self) -> list[str]:
        """The unit that answers for all of it."""
        return [each.host.unit_id for each in self.hosts if each.host.role == Role.LEAD]

    @property
    def visits(self) -> list[Visit]:
        """Which group is when at which point; none where nobody moves."""
        ids = [each.id for each in self.points]
        return visits(self.rota, ids, self.session.starts_at) if self.rota else []

    @property
    def edition(self) -> int:
        """How often its time was changed."""
        return len(self.earlier_sessions)

    def reschedule(self, session: Session, at: datetime, hosts: tuple[CreditedHost, ...] | None = None) -> int:
        """Another time; the earlier one stays in the history. The number of this change, for the rosters.

        `hosts`: as they stand on the new day.
        """
        state = ACTIVITY.after(self.state, "reschedule")
        _check_session(session, at)
        check_fit(self.rota, len(self.points), session.starts_at, session.ends_at)
        if session == self.session:
            raise Conflict("same_schedule", "新时间与原时间相同。", "The new time is the old one.")
        self.earlier_sessions.append(self.session)
        self.record(ActivityRescheduled(self.id, self.session, session, at))
        self.state, self.session, self.changed_at = state, session, at
        self.hosts = hosts or self.hosts
        return self.edition

    def cancel(self, reason: str, at: datetime) -> None:
        """It will not take place; `reason` is a code."""
        self.state, self.cancel_reason, self.changed_at = ACTIVITY.after(self.state, "cancel"), reason, at
        self.record(ActivityCancelled(self.id, reason, at))

    def must_be_over(self, at: datetime) -> None:
        """Raises Conflict while it may not be called held."""
        ACTIVITY.must_allow(self.state, "hold")
        if at < self.session.ends_at:
            raise Conflict(
                "not_over",
                "活动尚未结束，结束后再办理。",
                "The activity is not over yet.",
                ends_at=self.session.ends_at.isoformat(),
            )

    def hold(self, attendance: Attendance, at: datetime, hosts: tuple[CreditedHost, ...] | None = None) -> None:
        """It took place; attendance is final. The filing clock starts from the end of the last session.

        `hosts`: as they stood on the day.
        """
        self.must_be_over(at)
        self.hosts = hosts or self.hosts
        self.state, self.attendance = ACTIVITY.after(self.state, "hold"), attendance
        self.record(
            ActivityHeld(
                self.id, self.town, self.hosts, self.session, self.announced_at, self.plan_filed_at, attendance
            )
        )


def _check_session(session: Session, at: datetime) -> None:
    if session.ends_at <= session.starts_at or session.ends_at - session.starts_at > timedelta(days=14):
        raise Invalid("session_reversed", "结束时间须晚于开始时间，且不超过 14 天。", "It must end after it starts.")
    if session.starts_at <= at:
        raise Invalid("session_past", "开始时间已过，请改用以后的时间。", "The start lies in the past.")
