"""One opinion (意见建议), from its receipt to the published reply and its rating. Policy clause five (4)."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from services.feedback.domain import facts
from services.feedback.domain.assignment import Assignment, OnSiteAnswer, ProgressNote, Return, SupervisionOrder
from services.feedback.domain.register import Noted
from services.feedback.domain.reply import Draft, Reply
from services.feedback.domain.service_levels import Clocks
from services.feedback.domain.vocabulary import ALLOWED, PUBLIC_STATES, Category, Kind, Source, State, Step
from shared.aggregate import Aggregate
from shared.errors import Conflict, illegal_transition

MOST_RETURNS = 2
MOST_NOTES = 50


@dataclass(frozen=True)
class Said:
    """What came in. `text` is the person's own words and never public."""

    open_point_id: str | None
    kind: Kind
    source: Source
    text: str
    category: Category | None
    entered_by: str | None
    """The staff member who wrote it down on behalf of the person."""


@dataclass(frozen=True)
class Standing:
    """Where an opinion stands after a step; the answer to every step."""

    opinion_id: str
    state: State
    unit_id: str
    town: str
    accept_by: datetime | None
    reply_by: datetime | None
    overdue: bool


@dataclass(frozen=True)
class Rating:
    """How satisfied the holder of the claim code is: 1 to 5."""

    stars: int
    rated_at: datetime


@dataclass(kw_only=True)
class Opinion(Aggregate):
    """`unit_id` is the unit responsible now; before any assignment, the open point's owner or the lead host."""

    activity_id: str
    town: str
    serial: str
    unit_id: str
    said: Said
    received_at: datetime
    triage_by: datetime
    state: State = State.RECEIVED
    is_complex: bool = False
    on_site: OnSiteAnswer | None = None
    assignment: Assignment | None = None
    transfers: int = 0
    returns: list[Return] = field(default_factory=list)
    overdue: dict[str, datetime] = field(default_factory=dict)
    """Unit in whose hands it became overdue → when. Such a mark is never taken back."""
    supervisions: list[SupervisionOrder] = field(default_factory=list)
    notes: list[ProgressNote] = field(default_factory=list)
    reply: Reply | None = None
    rating: Rating | None = None

    @classmethod
    def receive(
        cls, opinion_id: str, activity_id: str, noted: Noted, said: Said, *, at: datetime, triage_by: datetime
    ) -> "Opinion":
        """It stands in the register; now it has a life of its own."""
        opinion = cls(
            id=opinion_id,
            activity_id=activity_id,
            town=noted.town,
            serial=noted.serial,
            unit_id=noted.unit_id,
            said=said,
            received_at=at,
            triage_by=triage_by,
        )
        opinion.record(
            facts.OpinionReceived(
                **opinion._about(),
                serial=noted.serial,
                kind=said.kind,
                source=said.source,
                town=noted.town,
                received_at=at,
            )
        )
        return opinion

    @property
    def public(self) -> bool:
        """Whether everyone may read its summary and reply."""
        return self.state in PUBLIC_STATES

    def standing(self) -> Standing:
        """Where it stands."""
        duty = self.assignment
        return Standing(
            self.id,
            self.state,
            self.unit_id,
            self.town,
            duty.accept_by if duty else None,
            duty.reply_by if duty else None,
            bool(self.overdue),
        )

    # the steps; each raises Conflict `illegal_transition` where the state does not allow it

    def answer_on_site(self, text: str, *, by: str, at: datetime) -> None:
        """Answered at once: nothing is assigned."""
        self._must_allow(Step.ON_SITE_ANSWER)
        self.on_site = OnSiteAnswer(text, by, at)
        self.state = State.ANSWERED_ON_SITE
        self.record(facts.OpinionAnsweredOnSite(**self._about(), answered_at=at))

    def assign(self, unit_id: str, clocks: Clocks, *, is_complex: bool, by: str, at: datetime) -> None:
        """The office hands it to a unit; to another one than before is a transfer. The clocks start anew."""
        self._must_allow(Step.ASSIGNMENT)
        self._catch_up(at)
        before = self.assignment.unit_id if self.assignment else None
        if before == unit_id and self.state is not State.RETURNED_TO_OFFICE:
            raise Conflict("same_unit", "该意见已在此单位办理。", "This unit has the opinion already.")
        self.assignment = Assignment(unit_id, by, at, clocks.accept_by, clocks.reply_by)
        self.unit_id, self.is_complex, self.state, self.reply = unit_id, is_complex, State.ASSIGNED, None
        self.timers = {"due_soon": clocks.due_soon_at, "overdue": clocks.reply_by, "supervise": clocks.supervise_at}
        if before is None or before == unit_id:
            self.record(
                facts.OpinionAssigned(
                    **self._about(), assigned_at=at, accept_by=clocks.accept_by, reply_by=clocks.reply_by
                )
            )
        else:
            self.transfers += 1
            self.record(
                facts.OpinionTransferred(
                    **self._about(),
                    previous_unit_id=before,
                    transferred_at=at,
                    accept_by=clocks.accept_by,
                    reply_by=clocks.reply_by,
                )
            )

    def accept(self, *, at: datetime) -> None:
        """The unit takes it."""
        self._must_allow(Step.ACCEPTANCE)
        self.assignment = replace(self._duty, accepted_at=at)
        self.state = State.ACCEPTED
        self.record(facts.AssignmentAccepted(**self._about(), accepted_at=at))

    def give_back(self, reason: str, *, by: str, at: datetime) -> None:
        """Not the unit's own, with a reason; twice at most, then the office's word holds."""
        self._must_allow(Step.RETURN)
        if len(self.returns) >= MOST_RETURNS:
            raise Conflict(
                "office_decides",
                "该意见已退办两次，由区政务公开办公室指定承办单位，不能再退。",
                "It has been returned twice; the office has decided, so it cannot be returned again.",
                returns=len(self.returns),
            )
        self._catch_up(at)
        self.returns.append(Return(self.unit_id, reason, by, at))
        self.state = State.RETURNED_TO_OFFICE
        self.timers = {}
        self.record(facts.AssignmentReturned(**self._about(), returned_at=at, returns=len(self.returns)))

    def note_progress(self, text: str, *, by: str, at: datetime) -> None:
        """How far the unit is."""
        self._must_allow(Step.PROGRESS_NOTE)
        if len(self.notes) >= MOST_NOTES:
            raise Conflict("notes_full", "进展记录已达上限。", "There are too many progress notes.", cap=MOST_NOTES)
        self.notes.append(ProgressNote(text, by, at))
        self.record(facts.ProgressNoted(**self._about(), noted_at=at))

    def draft_reply(self, draft: Draft, *, by: str, at: datetime) -> None:
        """Written, waiting for another person's review."""
        self._must_allow(Step.REPLY)
        draft.check()
        self.reply = Reply(draft, by, at)
        self.state = State.REPLY_DRAFTED

    def pass_reply(self, *, by: str, at: datetime) -> None:
        """The reviewer lets it go."""
        self._must_allow(Step.REPLY_REVIEW)
        self.reply = self._written.reviewed(by=by, at=at)
        self.state = State.REPLY_REVIEWED

    def return_reply(self, reason: str, *, by: str, at: datetime) -> None:
        """The reviewer sends it back to be written anew."""
        self._must_allow(Step.REPLY_REVIEW)
        self.reply = self._written.reviewed(by=by, at=at, return_reason=reason)
        self.state = State.ACCEPTED

    def publish(self, *, at: datetime) -> None:
        """Everyone may read it; the clocks stop."""
        self._must_allow(Step.PUBLICATION)
        self._catch_up(at)
        self.reply = self._written.published(at=at, reply_by=self._duty.reply_by)
        self.state = State.PUBLISHED
        self.timers = {}
        self.record(
            facts.ReplyPublished(
                **self._about(),
                published_at=at,
                adoption=self.reply.draft.adoption,
                on_time=bool(self.reply.on_time),
            )
        )

    def rate(self, stars: int, *, at: datetime) -> None:
        """Once, by the holder of the claim code."""
        self._must_allow(Step.RATING)
        self.rating = Rating(stars, at)
        self.state = State.RATED
        self.record(facts.OpinionRated(**self._about(), stars=stars, rated_at=at))

    def supervise(self, text: str, *, by: str, at: datetime) -> None:
        """The office presses the unit that let the reply become overdue; the clock then need not."""
        self._must_allow(Step.SUPERVISION)
        self._catch_up(at)
        if self.unit_id not in self.overdue or "overdue" in self.timers:
            raise Conflict(
                "not_overdue",
                "该意见尚未逾期，不能督办。",
                "The reply is not overdue yet.",
                reply_by=self._duty.reply_by.isoformat(),
            )
        if "supervise" not in self.timers:
            raise Conflict("supervised_already", "该意见已经督办。", "A supervision order has been issued already.")
        del self.timers["supervise"]
        self._issue_order(text, by=by, at=at, automatic=False)

    # the clocks

    def ring(self, timer: str, due: datetime) -> None:
        """`due_soon`, `overdue`, `supervise`: dropped by a return, a transfer and the publication."""
        match timer:
            case "due_soon":
                self.record(facts.AssignmentDueSoon(**self._about(), reply_by=self._duty.reply_by))
            case "overdue":
                self._mark_overdue(due)
            case "supervise":
                self._issue_order("", by="system", at=due, automatic=True)
            case _:
                super().ring(timer, due)

    def _catch_up(self, at: datetime) -> None:
        """What came due while nobody looked happened at its time, before the step that would drop it."""
        for timer, due in sorted(self.timers.items(), key=lambda each: each[1]):
            if due < at:
                del self.timers[timer]
                self.ring(timer, due)

    def _mark_overdue(self, due: datetime) -> None:
        """Once per unit: a unit that gets it back does not fail twice by the same opinion."""
        if self.unit_id not in self.overdue:
            self.overdue[self.unit_id] = due
            self.record(facts.AssignmentOverdue(**self._about(), reply_by=due))

    def _issue_order(self, text: str, *, by: str, at: datetime, automatic: bool) -> None:
        self.supervisions.append(SupervisionOrder(self.unit_id, text, by, at, automatic))
        self.record(facts.SupervisionIssued(**self._about(), issued_at=at, automatic=automatic))

    def _must_allow(self, step: Step) -> None:
        if step not in ALLOWED[self.state]:
            raise illegal_transition("opinion", self.state, ALLOWED[self.state])

    @property
    def _duty(self) -> Assignment:
        if self.assignment is None:
            raise LookupError("an opinion in this state has an assignment")
        return self.assignment

    @property
    def _written(self) -> Reply:
        if self.reply is None:
            raise LookupError("an opinion in this state has a reply")
        return self.reply

    def _about(self) -> facts.About:
        return {"activity_id": self.activity_id, "opinion_id": self.id, "unit_id": self.unit_id}
