"""The roster of one open point: seats, waiting list, lock, door. One document, so cap, uniqueness, ratio and order are
one atomic fact. Policy clause three; no personal data, only ids."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.registration.domain import drawing, extension, offering
from services.registration.domain import roster_facts as facts
from services.registration.domain.activity_parts import Attendance
from services.registration.domain.admission import Admission, Reason, offered, sentence
from services.registration.domain.composition import (
    Category,
    Composition,
    Headcount,
    headcount,
    seats_for_others,
)
from services.registration.domain.door import DOOR_OPENS_BEFORE, Doorway, Result, Shown, Verdict, inside, judge
from services.registration.domain.door_answers import let_in
from services.registration.domain.draw import Draw
from services.registration.domain.phase import POINT, Phase
from services.registration.domain.place import (
    GONE,
    HELD,
    LIVE,
    REGISTRATION,
    SEATED,
    Registration,
    Scan,
    Status,
    UndoneCheckIn,
)
from services.registration.domain.plan_content import Selection
from services.registration.domain.ticket import holder, reissued
from shared.aggregate import Aggregate
from shared.errors import Conflict, not_found

WAITING_CAP = 500
GONE_KEPT = 200
"""Of those who cancelled, and of ids that were voided: who left longer ago is forgotten, so that a list on which people
come and go stays as small as one on which they stay."""


@dataclass(frozen=True)
class Waiver:
    """The office let the roster be locked although residents were short."""

    reason: str
    by: str
    at: datetime


@dataclass(kw_only=True)
class Roster(Aggregate):
    """One open point's roster; its id is the open point's."""

    activity_id: str
    unit_id: str
    town: str
    cap: int
    quota: dict[Category, int]
    selection: Selection
    opens_at: datetime
    closes_at: datetime
    starts_at: datetime
    ends_at: datetime
    phase: Phase = Phase.OPEN
    tickets: int = 0
    registrations: dict[str, Registration] = field(default_factory=dict)
    voided: dict[str, bool] = field(default_factory=dict)
    seed_digest: str | None = None
    """Of the sealed seed, where places are given by lot; the seed itself is not here before the draw."""
    draw: Draw | None = None
    waiver: Waiver | None = None
    cap_approver: str | None = None
    extensions: list[extension.Extension] = field(default_factory=list)
    edition: int = 0
    """Of the activity's time that this roster follows."""
    offers: offering.OfferRule | None = None
    """When a free seat is offered; None in rosters of before there were offers."""

    def open(self, usual_cap: int) -> "Roster":
        """Registration begins; it ends by itself."""
        self.timers["close"] = self.closes_at
        self.record(
            facts.RegistrationOpened(
                self.activity_id, self.id, self.opens_at, self.closes_at, self.cap, self.seed_digest
            )
        )
        if self.cap > usual_cap:
            self.record(facts.CapRaised(self.activity_id, self.id, self.opens_at, self.cap))
        return self

    # who is here

    def seated(self) -> list[Registration]:
        """Everyone with a seat."""
        return [each for each in self.registrations.values() if each.status in SEATED]

    def held(self) -> list[Registration]:
        """And everyone for whom a seat is held until they answer."""
        return [each for each in self.registrations.values() if each.status in HELD]

    def waiting(self, category: Category | None = None) -> list[Registration]:
        """The waiting list, or one category's queue, first come first."""
        queue = [
            each
            for each in self.registrations.values()
            if each.status == Status.WAITLISTED and category in (None, each.category)
        ]
        return sorted(queue, key=lambda each: each.ticket)

    @property
    def composition(self) -> Composition:
        """Of everyone with a seat."""
        return Composition.of(each.category for each in self.seated())

    def confirmed(self) -> Headcount:
        """Seats by category."""
        return headcount(each.category for each in self.seated())

    @property
    def drawn(self) -> bool:
        """Whether lots were drawn."""
        return self.draw is not None and self.draw.held_at is not None

    def registration(self, registration_id: str) -> Registration:
        """Raises NotFound."""
        if registration_id not in self.registrations:
            raise not_found("registration")
        return self.registrations[registration_id]

    def positions(self) -> dict[str, int]:
        """Of everyone who waits, from 1 in the queue of their category."""
        queues = Counter[Category]()
        places: dict[str, int] = {}
        for each in self.waiting():
            queues[each.category] += 1
            places[each.id] = queues[each.category]
        return places

    def admission(self, registration_id: str) -> Admission:
        """Where a representative stands, in words."""
        mine = self.registration(registration_id)
        position = self._position(mine) if mine.status == Status.WAITLISTED else None
        reason = self._obstacle(mine.category) if position else None
        until = (mine.answer_by or self.starts_at) if mine.status == Status.OFFERED else None
        short_by = self.composition.short_by
        text = offered(until) if until else sentence(mine.status, mine.category, reason, position, short_by)
        return Admission(mine.id, mine.status, reason, position, text, until)

    # registering and leaving

    def register(self, registration_id: str, category: Category, *, grassroots: bool, at: datetime) -> Admission:
        """Confirmed or wait-listed; who applies for a draw stands on its sheets (`domain.sheet`).

        Raises Conflict outside the window or when the list is full.
        """
        if registration_id in self.registrations:
            return self.admission(registration_id)
        if registration_id in self.voided:
            raise Conflict("superseded", "该报名已被后一次报名取代。", "A later registration took its place.")
        self.must_be_open(at)
        waiting = self._queues()
        reason = self._obstacle(category) or (Reason.QUEUE_AHEAD if waiting[category] else None)
        status = Status.WAITLISTED if reason else Status.CONFIRMED
        if reason and waiting.total() >= WAITING_CAP:
            raise Conflict("waiting_list_full", "候补名单已满。", "The waiting list is full.")
        self.tickets += 1
        status = REGISTRATION.after(None, "register", status)
        mine = Registration(registration_id, category, grassroots, status, self.tickets, at)
        self.registrations[registration_id] = mine
        admission = self.admission(registration_id)
        if status == Status.CONFIRMED:
            self.record(facts.Confirmed(*self._about(mine, at), "first_come"))
        else:
            reason = admission.reason or Reason.QUEUE_AHEAD
            self.record(facts.Waitlisted(*self._about(mine, at), reason, admission.position or 1))
        return admission

    def must_be_open(self, at: datetime) -> None:
        """Raises Conflict unless people can register at this moment."""
        if not POINT.allows(self.phase, "register") or at >= self.closes_at:
            raise Conflict(
                "registration_closed",
                "报名已截止。",
                "Registration is closed.",
                state=self.phase,
                allowed=POINT.allowed(self.phase),
            )
        if at < self.opens_at:
            raise Conflict(
                "registration_not_open",
                "报名尚未开始。",
                "Registration has not opened.",
                opens_at=self.opens_at.isoformat(),
            )

    def void(self, registration_id: str) -> bool:
        """Make sure that this id holds no place and never will; False when it does hold one."""
        mine = self.registrations.get(registration_id)
        if mine and mine.status in LIVE:
            return False
        if mine is None:
            self.voided[registration_id] = True
            for each in list(self.voided)[:-GONE_KEPT]:
                del self.voided[each]
        return True

    def cancel(self, registration_id: str, at: datetime) -> Admission:
        """Leave: never refused before the end, but the seat goes to whom the rule admits."""
        POINT.must_allow(self.phase, "cancel")
        mine = self.registration(registration_id)
        if mine.status == Status.OFFERED:
            offering.give_up(self, mine, "cancel", at)
        else:
            self._set(mine, "cancel")
            self.record(facts.Cancelled(*self._about(mine, at), mine.status))
            self.forget_long_gone(mine.id)
        self.promote(at)
        return self.admission(registration_id)

    # closing, drawing, locking

    def ring(self, timer: str, due: datetime) -> None:
        if timer != "close":
            return super().ring(timer, due)
        return self.close(due)

    def close(self, at: datetime) -> None:
        """No more registrations; before a draw, its list is committed to next. Closing twice changes nothing."""
        before, self.phase = self.phase, POINT.after(self.phase, "close")
        if before == self.phase:
            return
        self.timers.pop("close", None)
        self.record(facts.RegistrationClosed(self.activity_id, self.id, at))
        if self.selection == Selection.RANDOM_DRAW:
            self.timers[drawing.COMMIT] = at + drawing.AGAIN
        self.promote(at)

    def extend(self, closes_at: datetime, reason: str, *, by: str, at: datetime) -> None:
        """Registration ends later, or opens again; then the rule of an open list admits whom that of a closed held."""
        extension.extend(self, closes_at, reason, by=by, at=at)
        self.promote(at)

    def reveal(self, at: datetime) -> Headcount:
        """The draw is public: everybody has their answer (`domain.drawing`)."""
        drawing.reveal(self, at)
        return self.confirmed()

    def waive(self, reason: str, *, by: str, at: datetime) -> None:
        """The office accepts a composition that is short."""
        POINT.must_allow(self.phase, "waive")
        if self.composition.met:
            raise Conflict(
                "composition_met", "群众代表比例已达标，无需豁免。", "The composition is met; nothing to waive."
            )
        self.waiver = Waiver(reason, by, at)
        self.record(facts.CompositionWaived(self.activity_id, self.id, at, self.composition.short_by))

    def lock(self, at: datetime) -> Headcount:
        """Final for the door. Raises Conflict `composition_short` while residents are short and nobody waived it."""
        locked = POINT.after(self.phase, "lock")
        if self.selection == Selection.RANDOM_DRAW and not self.drawn:
            raise Conflict("draw_pending", "请先完成抽签。", "Hold the draw first.")
        short_by = self.composition.short_by
        if short_by and not self.waiver:
            raise Conflict(
                "composition_short",
                f"名单还差 {short_by} 位群众代表，暂不能锁定。可延长报名（抽签的除外），或由区政府办公室豁免。",
                f"The list is {short_by} residents short and cannot be locked yet. "
                "Extend the registration (not for a draw), or ask the office for a waiver.",
                short_by=short_by,
            )
        self.phase = locked
        waived = bool(short_by)
        self.record(facts.RosterLocked(self.activity_id, self.id, at, self.confirmed(), len(self.waiting()), waived))
        return self.confirmed()

    # the door

    def ticket_holder(self, registration_id: str) -> Registration:
        """Who may have a ticket. Raises NotFound, and Conflict where no place is confirmed."""
        return holder(self.registration(registration_id), called_off=self.phase == Phase.CANCELLED)

    def reissue_ticket(self, registration_id: str) -> int:
        """The edition of the new ticket; every earlier one is revoked. Raises as `ticket_holder` does."""
        mine = reissued(self.ticket_holder(registration_id))
        self.registrations[mine.id] = mine
        return mine.ticket_edition

    @property
    def doorway(self) -> Doorway:
        """The door as it stands."""
        opens_at, phase = self.starts_at - DOOR_OPENS_BEFORE, self.phase
        return Doorway(opens_at, self.ends_at, phase == Phase.LOCKED, phase == Phase.FINISHED, phase == Phase.CANCELLED)

    def scan(self, shown: Shown) -> Verdict:
        """What the door says of a scan: every one has its result, and who is admitted is inside."""
        mine = self.registrations.get(shown.registration_id or "")
        verdict = judge(mine, shown, self.doorway)
        if mine and verdict.result == Result.ADMITTED:
            self._set(inside(mine, shown), "check_in")
        if mine and verdict.entered:
            self.record(facts.CheckedIn(*self._about(mine, shown.at)))
        return verdict

    def admit(self, shown: Shown) -> Scan:
        """As `scan`, for a door that asks about one person: raises Conflict or NotFound unless they are let in."""
        POINT.must_allow(self.phase, "check_in")
        return let_in(self.scan(shown))

    def check_in(self, registration_id: str, at: datetime) -> Scan:
        """Admit a confirmed representative; a second scan says when the first was."""
        return self.admit(Shown("", at, "", registration_id))

    def undo_check_in(self, registration_id: str, reason: str, *, by: str, at: datetime) -> Admission:
        """The wrong person was scanned: the place is confirmed again. Possible until the door closes for good."""
        POINT.must_allow(self.phase, "undo_check_in")
        mine = self.registration(registration_id)
        if not REGISTRATION.allows(mine.status, "undo_check_in"):
            allowed = REGISTRATION.allowed(mine.status)
            raise Conflict(
                "not_checked_in", "该代表尚未签到，无需撤销。", "Not checked in.", state=mine.status, allowed=allowed
            )
        self._set(
            replace(mine, checked_in_at=None, entrance=None, undone=UndoneCheckIn(reason, by, at)), "undo_check_in"
        )
        self.record(facts.CheckInUndone(*self._about(mine, at)))
        return self.admission(registration_id)

    def finish(self, at: datetime) -> Attendance:
        """The door closes for good; who did not come is absent. The same answer when asked again."""
        before, self.phase = self.phase, POINT.after(self.phase, "finish")
        if before != self.phase:
            offering.finish(self, at)
            for mine in [each for each in self.seated() if REGISTRATION.allows(each.status, "finish")]:
                self._set(mine, "finish")
                self.record(facts.Absent(*self._about(mine, at)))
        attended = headcount(each.category for each in self.seated() if each.status == Status.ATTENDED)
        return Attendance(self.confirmed(), attended)

    # with the activity

    def reschedule(self, starts_at: datetime, ends_at: datetime, closes_at: datetime, edition: int) -> None:
        """The activity moved; who has a place keeps it. An older change that is told late changes nothing."""
        if edition <= self.edition:
            return
        self.edition = edition
        self.starts_at, self.ends_at = starts_at, ends_at
        if self.phase == Phase.OPEN:
            self.closes_at = self.timers["close"] = closes_at
        offering.not_after_the_start(self)

    def call_off(self) -> None:
        """The activity was cancelled. Not when its door has closed: then it is being held, and that act goes on."""
        self.phase = POINT.after(self.phase, "call_off")
        self.timers.clear()

    # the rule

    def _obstacle(self, category: Category) -> Reason | None:
        """Why one more of this category cannot sit now; None when they can."""
        taken = [each.category for each in self.held()]
        if len(taken) >= self.cap:
            return Reason.CAPACITY_FULL
        drawn_by_quota = self.selection == Selection.RANDOM_DRAW
        if drawn_by_quota and taken.count(category) >= self.quota.get(category, 0):
            return Reason.CATEGORY_FULL
        if category == Category.RESIDENT:
            return None
        others = len(taken) - taken.count(Category.RESIDENT)
        if self.phase == Phase.OPEN:
            return Reason.COMPOSITION_HOLD if others >= seats_for_others(self.cap) else None
        sure = self.composition.residents  # of those who have not answered none may come
        return None if Composition(sure, sure + others + 1).met else Reason.COMPOSITION_HOLD

    def promote(self, at: datetime) -> None:
        """The one way from the waiting list to a seat, whatever freed it: the earliest whom the rule admits gets it, or
        is asked, as long as there is one."""
        while True:
            heads = [self.waiting(each)[0] for each in Category if self.waiting(each)]
            admissible = [each for each in heads if self._obstacle(each.category) is None]
            if not admissible:
                return
            lucky = min(admissible, key=lambda each: each.ticket)
            if offering.asks(self, at):
                offering.offer(self, lucky, at)
            else:
                self._set(lucky, "promote")
                self.record(facts.Confirmed(*self._about(lucky, at), "promotion"))

    def _queues(self) -> Counter[Category]:
        """How many wait, by category."""
        return Counter(each.category for each in self.registrations.values() if each.status == Status.WAITLISTED)

    def _position(self, mine: Registration) -> int:
        return 1 + sum(each.ticket < mine.ticket for each in self.waiting(mine.category))

    def forget_long_gone(self, leaving: str) -> None:
        """Who left before many others did. Not after a draw, where nobody new comes."""
        self.registrations[leaving] = self.registrations.pop(leaving)
        if self.selection == Selection.RANDOM_DRAW:
            return
        gone = [each.id for each in self.registrations.values() if each.status in GONE]
        for each in gone[:-GONE_KEPT]:
            del self.registrations[each]

    def _set(self, mine: Registration, act: str, status: Status | None = None) -> None:
        self.registrations[mine.id] = replace(mine, status=REGISTRATION.after(mine.status, act, status))

    def _about(self, mine: Registration, at: datetime) -> tuple[str, str, datetime, str, Category, bool]:
        return self.activity_id, self.id, at, mine.id, mine.category, mine.grassroots
