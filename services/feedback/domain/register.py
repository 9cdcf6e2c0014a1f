"""The register (意见建议台账) of one activity: whose opinions they are, their serial numbers, or the nil return."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from services.feedback.domain.facts import NilReturnDeclared
from shared.aggregate import Aggregate
from shared.errors import Conflict, Invalid
from shared.ids import readable_code

MOST_OPINIONS = 1000  # of one activity; the register is one document and stays small


@dataclass(frozen=True)
class Activity:
    """What feedback knows of an announced activity. `points` maps each open point to the unit that owns it."""

    lead: str
    hosts: tuple[str, ...]
    points: tuple[tuple[str, str], ...]
    town: str
    year: int

    def unit_for(self, open_point_id: str | None) -> str:
        """The point's owner, else the lead. Raises Invalid for a point of another activity."""
        if open_point_id is None:
            return self.lead
        owners = dict(self.points)
        if open_point_id not in owners:
            raise Invalid(
                "unknown_open_point", "该活动没有这个开放点。", "This activity has no such open point; check the id."
            )
        return owners[open_point_id]


@dataclass(frozen=True)
class Noted:
    """An opinion's place in the register."""

    serial: str
    unit_id: str
    town: str


@dataclass(frozen=True)
class NilReturn:
    """The host's word that there was no opinion, and when one came after all."""

    declared_at: datetime
    declared_by: str
    superseded_at: datetime | None = None


@dataclass(kw_only=True)
class Register(Aggregate):
    """Has the activity's id. A shell until the announcement is heard of; facts may come in any order."""

    activity: Activity | None = None
    held_at: datetime | None = None
    cancelled_at: datetime | None = None
    noted: dict[str, int] = field(default_factory=dict)
    """Opinion id → its number, in the order of receipt, without a hole."""
    nil_return: NilReturn | None = None

    def announce(self, activity: Activity) -> None:
        """The activity is public; its year stays that of the first announcement, for the serial numbers."""
        year = self.activity.year if self.activity else activity.year
        self.activity = replace(activity, year=year)

    def hold(self, at: datetime) -> None:
        """The activity took place."""
        self.held_at = at

    def cancel(self, at: datetime) -> None:
        """The activity will not take place: no more opinions, no nil return owed."""
        self.cancelled_at = at

    @property
    def state(self) -> str:
        """unannounced · announced · held · cancelled."""
        if self.cancelled_at:
            return "cancelled"
        if self.held_at:
            return "held"
        return "announced" if self.activity else "unannounced"

    @property
    def announced(self) -> Activity:
        """The activity. Raises Conflict before its announcement."""
        if self.activity is None:
            raise Conflict(
                "activity_not_announced",
                "活动尚未发布公告，暂不能办理。",
                "This activity is not announced yet; come back after its announcement.",
                state=self.state,
            )
        return self.activity

    def note(self, opinion_id: str, open_point_id: str | None, prefix: str, at: datetime) -> Noted:
        """Give an opinion its serial number; the same opinion has the same number every time.

        Raises Conflict before the announcement and after a cancellation, Invalid for an unknown open point.
        """
        unit_id = self.announced.unit_for(open_point_id)
        if opinion_id not in self.noted:
            self._must_be_open()
            self.noted[opinion_id] = len(self.noted) + 1
            if self.nil_return and not self.nil_return.superseded_at:
                self.nil_return = replace(self.nil_return, superseded_at=at)
        return Noted(self._serial(prefix, self.noted[opinion_id]), unit_id, self.announced.town)

    def declare_nil_return(self, *, by: str, at: datetime) -> NilReturn:
        """Policy clause five (4) asks for the opinions; that there were none is said, not left to guessing.

        Raises Conflict unless the activity was held and no opinion is noted.
        """
        if self.state != "held":
            raise Conflict(
                "activity_not_held",
                "活动举办后方可作零报告。",
                "A nil return is declared after the activity was held.",
                state=self.state,
            )
        if self.noted:
            raise Conflict(
                "opinions_noted",
                "该活动已有意见建议登记，不能作零报告。",
                "Opinions are noted for this activity, so it has no nil return.",
                noted=len(self.noted),
            )
        if self.nil_return:
            raise Conflict("nil_return_declared", "该活动已作零报告。", "The nil return has been declared already.")
        self.nil_return = NilReturn(at, by)
        self.record(NilReturnDeclared(activity_id=self.id, unit_id=self.announced.lead, declared_at=at))
        return self.nil_return

    def _must_be_open(self) -> None:
        if self.cancelled_at:
            raise Conflict(
                "activity_cancelled",
                "活动已取消，不再受理意见建议。",
                "This activity was cancelled; it takes no opinions.",
            )
        if len(self.noted) >= MOST_OPINIONS:
            raise Conflict(
                "register_full",
                "该活动意见建议已达上限，请与区政务公开办公室联系。",
                "The register of this activity is full; turn to the Open Government Office.",
                cap=MOST_OPINIONS,
            )

    def _serial(self, prefix: str, number: int) -> str:
        """`hd-2021-k7qm-0003`: district, year, four letters for the activity, number within the activity."""
        return f"{prefix}-{self.announced.year}-{readable_code(b'', self.id, 4).lower()}-{number:04d}"
