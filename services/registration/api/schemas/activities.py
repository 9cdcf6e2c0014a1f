"""Activities."""

from services.registration.api.cursor import written
from services.registration.api.schemas.common import Id, Mix, Moment, Request, Slug, View
from services.registration.api.schemas.joint import VisitView
from services.registration.application.listing import Page
from services.registration.domain.activity import Activity, ActivityState
from services.registration.domain.activity_parts import CreditedHost, Session
from services.registration.domain.plan_content import Role, Selection


class SessionBody(Request):
    """From the first start to the last end."""

    starts_at: Moment
    ends_at: Moment

    def session(self) -> Session:
        """As the domain knows it."""
        return Session(self.starts_at, self.ends_at)


class AnnouncementBody(Request):
    """Make a filed plan public."""

    plan_id: Id
    session: SessionBody
    registration_opens_at: Moment
    registration_closes_at: Moment


class ReschedulingBody(Request):
    """Another time, and until when people may register.

    Whoever has a place is asked whether they keep it: until `answer_by`, else until registration closes.
    """

    session: SessionBody
    registration_closes_at: Moment
    answer_by: Moment | None = None


class CancellationBody(Request):
    """A code that says why: `epidemic_control`, `weather`, …"""

    reason: Slug


class HostView(View):
    """A hosting unit, with the name that it has on the day of the activity."""

    unit_id: str
    name: str | None
    name_en: str | None
    role: Role
    credit: int
    share: str | None

    @classmethod
    def of(cls, credited: CreditedHost) -> "HostView":
        """From the domain."""
        host = credited.host
        return cls(
            unit_id=host.unit_id,
            name=credited.name,
            name_en=credited.name_en,
            role=host.role,
            credit=host.credit,
            share=str(host.share) if host.share else None,
        )


class PointView(View):
    """An open point; its id is its roster's."""

    id: Id
    slug: str
    unit_id: str
    name: str
    place: str
    cap: int


class SessionView(View):
    """A stretch of time."""

    starts_at: Moment
    ends_at: Moment


class AttendanceView(View):
    """Who was expected and who came."""

    confirmed: Mix
    attended: Mix
    composition_met: bool


class ActivityView(View):
    """An activity as the public sees it. `lead_days` from the announcement to the start, and what the programme asks.

    `visits`: where representatives move over the points in groups. `warnings`: `announced_late`, `outside_programme`
    (another year or month).
    """

    id: Id
    plan_id: Id
    title: str
    theme: str
    town: str
    forms: list[str]
    agenda: list[str]
    selection: Selection
    state: ActivityState
    hosts: list[HostView]
    open_points: list[PointView]
    session: SessionView
    earlier_sessions: list[SessionView]
    visits: list[VisitView]
    announced_at: Moment
    asks_id_number: bool
    cancel_reason: str | None
    attendance: AttendanceView | None
    programme_id: Id | None
    lead_days: int
    lead_days_asked: int
    warnings: list[str]

    @classmethod
    def of(cls, activity: Activity) -> "ActivityView":
        """From the domain."""
        return cls(
            id=activity.id,
            plan_id=activity.plan_id,
            title=activity.title,
            theme=activity.theme,
            town=activity.town,
            forms=list(activity.forms),
            agenda=list(activity.agenda),
            selection=activity.selection,
            state=activity.state,
            hosts=[HostView.of(each) for each in activity.hosts],
            open_points=[PointView.model_validate(each) for each in activity.points],
            session=SessionView.model_validate(activity.session),
            earlier_sessions=[SessionView.model_validate(each) for each in activity.earlier_sessions],
            visits=[VisitView.of(each) for each in activity.visits],
            announced_at=activity.announced_at,
            asks_id_number=bool(activity.id_number_reason),
            cancel_reason=activity.cancel_reason,
            attendance=AttendanceView.model_validate(activity.attendance) if activity.attendance else None,
            programme_id=activity.programme_id,
            lead_days=activity.lead_days,
            lead_days_asked=activity.lead_days_asked,
            warnings=activity.warnings,
        )


class ActivityList(View):
    """A page of activities; `next` is the cursor of the one that follows, absent at the end."""

    activities: list[ActivityView]
    next: str | None = None

    @classmethod
    def of(cls, page: Page) -> "ActivityList":
        """From the application."""
        activities = [ActivityView.of(each) for each in page.activities]
        return cls(activities=activities, next=written(page.next) if page.next else None)
