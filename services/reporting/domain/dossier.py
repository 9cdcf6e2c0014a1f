"""A dossier (活动材料档案): all that is filed and shown about one activity. Policy clause six (2).

not_due → open (held: the clock runs) → submitted → {returned → submitted, accepted}; cancelled: no clock.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from services.reporting.domain import facts
from services.reporting.domain.activity import Activity, Holding
from services.reporting.domain.filing import Deadline, Filing, FilingRule
from services.reporting.domain.material import FILES_PER_ITEM, ItemKind, Returned, StoredFile, Submission, manifest
from services.reporting.domain.publicity import PER_ACTIVITY, Publicity
from services.reporting.domain.state import ALLOWED, State
from shared.aggregate import Aggregate
from shared.errors import Conflict, Invalid, illegal_transition, not_found

OVERDUE = "overdue"


@dataclass(kw_only=True)
class Dossier(Aggregate):
    """One activity's materials and publicity; it has the activity's id.

    Without `activity` it is a shell: a fact came before the announcement. `told` is the sequence of the activity's last
    fact that said when it takes place: an earlier one may come again, even after others.
    """

    state: State = State.NOT_DUE
    activity: Activity | None = None
    told: int = 0
    holding: Holding | None = None
    cancelled_at: datetime | None = None
    deadline: Deadline | None = None
    opinions_received: bool = False
    nil_return_declared: bool = False
    files: list[StoredFile] = field(default_factory=list)
    filing: Filing | None = None
    submissions: list[Submission] = field(default_factory=list)
    returns: list[Returned] = field(default_factory=list)
    accepted_at: datetime | None = None
    publicity: dict[str, Publicity] = field(default_factory=dict)

    @classmethod
    def shell(cls, activity_id: str) -> "Dossier":
        """Of an activity that we are just beginning to hear of."""
        return cls(id=activity_id)

    # what registration and feedback tell; each may be told again

    def announced(self, activity: Activity, sequence: int) -> None:
        """The activity is public: files may come."""
        if sequence >= self.told:
            self.activity, self.told = activity, sequence

    def rescheduled(self, starts_at: datetime, sequence: int) -> None:
        """It will take place at another time."""
        if self.activity and sequence >= self.told:
            self.activity, self.told = replace(self.activity, starts_at=starts_at), sequence

    def cancelled(self, at: datetime) -> None:
        """It will not take place: no clock will run."""
        if self.state is State.NOT_DUE:
            self.state, self.cancelled_at = State.CANCELLED, at

    def held(self, activity: Activity, holding: Holding, deadline: Deadline, sequence: int) -> None:
        """The last session is over: the clock runs, once."""
        if self.holding:
            return
        self.told = sequence
        self.activity = replace(activity, title=self.activity.title if self.activity else None)
        self.holding, self.deadline, self.state = holding, deadline, State.OPEN
        self.timers[OVERDUE] = deadline.first_late
        self.record(facts.FilingDueSet(self.id, activity.lead, deadline))

    def opinion_received(self) -> None:
        """Somebody had an opinion."""
        self.opinions_received = True

    def nil_return(self) -> None:
        """The host declares that nobody had one."""
        self.nil_return_declared = True

    def ring(self, timer: str, due: datetime) -> None:
        """The clock ran out without a complete submission (a filing takes the timer off)."""
        if timer == OVERDUE and self.deadline:
            self.record(facts.FilingOverdue(self.id, self.known.lead, self.deadline.due_at))
        else:
            super().ring(timer, due)

    # what people do

    @property
    def known(self) -> Activity:
        """The activity. Raises NotFound while this is a shell."""
        if self.activity is None:
            raise not_found("activity")
        return self.activity

    @property
    def opinions_known(self) -> bool:
        """Whether the ledger of opinions is more than silently empty: one was received, or a nil return declared."""
        return self.opinions_received or self.nil_return_declared

    @property
    def missing(self) -> list[ItemKind]:
        """Items without a file."""
        there = {each.kind for each in self.files}
        return [each for each in ItemKind if each not in there]

    def is_overdue(self, now: datetime) -> bool:
        """Whether the clock has run out without a complete submission."""
        return self.deadline is not None and self.filing is None and now > self.deadline.due_at

    def must_take_files(self) -> None:
        """Raises Conflict while the set is with the office, accepted, or not to come at all."""
        self._must_allow("upload")

    def attach(self, file: StoredFile) -> StoredFile:
        """A file for an item; the same content again is the same file. Raises Conflict."""
        self.must_take_files()
        for each in self.files:
            if (each.kind, each.sha256) == (file.kind, file.sha256):
                return each
        if sum(each.kind is file.kind for each in self.files) >= FILES_PER_ITEM:
            raise Conflict(
                "too_many_files",
                f"每项材料最多 {FILES_PER_ITEM} 个文件，请合并后上传。",
                f"An item holds at most {FILES_PER_ITEM} files; merge some.",
            )
        self.files.append(file)
        return file

    def detach(self, kind: ItemKind, sha256: str) -> None:
        """Take a file out before it is submitted (again). Raises Conflict, NotFound."""
        self.must_take_files()
        left = [each for each in self.files if (each.kind, each.sha256) != (kind, sha256)]
        if len(left) == len(self.files):
            raise not_found("file")
        self.files = left

    def submit(self, now: datetime, rule: FilingRule) -> Filing:
        """File the set. Only the first time counts for lateness. Raises Conflict: state, items, opinions."""
        self._must_allow("submit")
        if self.missing:
            raise Conflict(
                "incomplete",
                "材料不齐全，请补齐后再报送。",
                "Required items are missing; upload them first.",
                missing=[str(each) for each in self.missing],
            )
        if not self.opinions_known:
            raise Conflict(
                "opinions_undeclared",
                "尚未登记意见建议；确无意见的，请先作零报告。",
                "No opinion is on record; declare a nil return if there was none.",
            )
        self.submissions.append(Submission(now, manifest(self.files), len(self.files)))
        self.state = State.SUBMITTED
        return self.filing or self._file(now, rule)

    def return_(self, now: datetime, reason: str) -> None:
        """The office asks for corrections. Raises Conflict."""
        self._must_allow("return")
        self.state = State.RETURNED
        self.returns.append(Returned(now, reason))
        self.record(facts.MaterialsReturned(self.id, self.known.lead, now))

    def accept(self, now: datetime) -> None:
        """The office has what it needs. Raises Conflict."""
        self._must_allow("accept")
        self.state, self.accepted_at = State.ACCEPTED, now
        self.record(facts.MaterialsAccepted(self.id, self.known.lead, now))

    def record_publicity(self, publicity: Publicity, now: datetime) -> Publicity:
        """Something about the activity is public. Raises Invalid, Conflict when it is on record already."""
        publicity.must_be_public(now)
        if publicity.unit_id not in self.known.hosts:
            raise Invalid("not_a_host", "该单位不是本活动的主办单位。", "That unit does not host this activity.")
        if any(publicity.repeats(each) for each in self.publicity.values()):
            raise Conflict("already_recorded", "该宣传报道已登记。", "This publicity is on record already.")
        if len(self.publicity) >= PER_ACTIVITY:
            raise Conflict(
                "too_much_publicity", "该活动登记的宣传报道已达上限。", "This activity's list of publicity is full."
            )
        self.publicity[publicity.id] = publicity
        self.record(facts.PublicityRecorded(self.id, publicity))
        return publicity

    def _file(self, now: datetime, rule: FilingRule) -> Filing:
        if self.deadline is None:
            raise LookupError("an open set without a deadline")
        self.filing = rule.filing(self.id, now, self.deadline.due_at)
        self.timers.pop(OVERDUE, None)
        self.record(facts.MaterialsFiled(self.id, self.known.lead, self.filing))
        return self.filing

    def _must_allow(self, action: str) -> None:
        if action not in ALLOWED[self.state]:
            raise illegal_transition("material set", self.state, ALLOWED[self.state])
