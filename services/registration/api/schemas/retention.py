"""What is kept of people and for how long; legal holds; what should be gone and is not."""

from services.registration.api.schemas.common import Id, Moment, Reason, Request, View
from services.registration.application.keeping import Leftover
from services.registration.domain.retention import Group, Hold, Periods

TITLES = {
    Group.ID_NUMBER: "身份证号 ID number",
    Group.NO_PLACE: "未获名额者的姓名和电话 Name and phone of who had no place",
    Group.CONTACT: "代表的姓名和电话 Name and phone of representatives",
    Group.SCANS: "签到扫码记录（无个人信息） Scans at the door, without personal data",
    Group.EXPORTS: "名单导出记录（无个人信息） Log of exported lists, without personal data",
}


class PeriodView(View):
    """So many days after the activity has ended, at 24:00, this group is erased."""

    group: Group
    title: str
    days: int


class PeriodList(View):
    """How long everything is kept, for the notice that people read before they register."""

    periods: list[PeriodView]

    @classmethod
    def of(cls, periods: Periods) -> "PeriodList":
        """From the domain."""
        return cls(
            periods=[PeriodView(group=group, title=TITLES[group], days=days) for group, days in periods.days.items()]
        )


class HoldBody(Request):
    """Why nothing may be erased: of the whole activity, or of one registration."""

    reason: Reason
    registration_id: Id | None = None


class LiftingBody(Request):
    """Why it may be erased again."""

    reason: Reason


class LiftingView(View):
    """Who ended the hold, when and why."""

    reason: str
    by: str
    at: Moment


class HoldView(View):
    """A legal hold (法定留存)."""

    id: Id
    registration_id: Id | None
    reason: str
    by: str
    at: Moment
    lifted: LiftingView | None

    @classmethod
    def of(cls, hold: Hold) -> "HoldView":
        """From the domain."""
        return cls.model_validate(hold)


class HoldList(View):
    """Every hold of an activity, the first one first."""

    activity_id: Id
    holds: list[HoldView]


class LeftoverView(View):
    """Counts and ids only: `count` is left by mistake, `on_hold` on purpose."""

    activity_id: Id
    group: Group
    count: int
    on_hold: int
    registration_ids: list[Id]

    @classmethod
    def of(cls, leftover: Leftover) -> "LeftoverView":
        """From the application."""
        return cls.model_validate(leftover)


class LeftoverReport(View):
    """`clean`: nothing is left by mistake."""

    at: Moment
    clean: bool
    leftovers: list[LeftoverView]
