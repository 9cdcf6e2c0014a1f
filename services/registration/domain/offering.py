"""A seat that becomes free shortly before the activity is offered, held until a deadline (限时确认), then goes on.

Somebody who is told the evening before may not be able to come any more, so they are asked. Until they have answered
the seat counts as taken: against the cap, the seats for others and the quota. As a resident's it counts only once it is
confirmed, because 3 × residents ≥ all must hold also if nobody says yes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from services.registration.domain import roster_facts as facts
from services.registration.domain.admission import Admission, Reason
from services.registration.domain.composition import Category
from services.registration.domain.phase import POINT, Phase
from services.registration.domain.place import REGISTRATION, Registration, Status
from services.registration.domain.quiet_hours import QuietHours
from shared.errors import Conflict, Sentence

if TYPE_CHECKING:  # these change it
    from services.registration.domain.roster import Roster

OFFER = "offer"
"""Timer: the earliest deadline of an offer that nobody has answered."""


@dataclass(frozen=True)
class OfferRule:
    """From how many hours before the start on a seat is offered, and how many minutes there are to answer.

    0 hours: never, every free seat goes to the next one directly. `quiet_hours` as in "22:00-07:00": they do not count
    as time to answer. All numbers are ours; the policy is silent.
    """

    within_hours: int = 24
    answer_minutes: int = 120
    quiet_hours: str = ""

    def asks(self, at: datetime, starts_at: datetime) -> bool:
        """Whether who moves up now is asked. Not after the start: then nobody could answer in time."""
        return timedelta() < starts_at - at <= timedelta(hours=self.within_hours)

    def answer_by(self, at: datetime, starts_at: datetime) -> datetime:
        """Until when, to the second; never later than the start."""
        quiet = QuietHours.parse(self.quiet_hours)
        return quiet.after(at, timedelta(minutes=self.answer_minutes), starts_at).replace(microsecond=0)


def asks(roster: "Roster", at: datetime) -> bool:
    """Whether a seat that is free now is offered. Rosters that were announced before there were offers make none."""
    return roster.offers is not None and roster.offers.asks(at, roster.starts_at)


def offer(roster: "Roster", lucky: Registration, at: datetime) -> None:
    """Hold a seat for somebody who waits."""
    assert roster.offers  # noqa: S101 `asks` says so
    until = roster.offers.answer_by(at, roster.starts_at)
    _move(roster, lucky, "offer", until)
    roster.record(facts.Offered(*_about(roster, lucky, at), until))
    set_timer(roster)


def accept(roster: "Roster", registration_id: str, at: datetime) -> Admission:
    """Confirmed. A second click gets the same answer. Raises NotFound, Conflict (`no_offer`, `composition_hold`)."""
    POINT.must_allow(roster.phase, "answer_offer")
    mine = roster.registration(registration_id)
    _must_allow(mine, "accept")
    if mine.status == Status.OFFERED:
        _must_be_in_time(mine, at)
        _must_keep_the_third(roster, mine.category)
        _move(roster, mine, "accept")
        roster.record(facts.Confirmed(*_about(roster, mine, at), "promotion"))
        set_timer(roster)
        roster.promote(at)
    return roster.admission(registration_id)


def decline(roster: "Roster", registration_id: str, at: datetime) -> Admission:
    """Given up for good, and offered to the next. A second click changes nothing. Raises NotFound, Conflict."""
    POINT.must_allow(roster.phase, "answer_offer")
    mine = roster.registration(registration_id)
    _must_allow(mine, "decline")
    if mine.status == Status.OFFERED:
        give_up(roster, mine, "decline", at)
        roster.promote(at)
    return roster.admission(registration_id)


def give_up(roster: "Roster", mine: Registration, act: str, at: datetime) -> None:
    """Who is asked says no, or leaves altogether."""
    _move(roster, mine, act)
    roster.record(facts.OfferDeclined(*_about(roster, mine, at)))
    roster.forget_long_gone(mine.id)
    set_timer(roster)


def expire(roster: "Roster", now: datetime) -> list[Registration]:
    """Whose time is over loses the seat to the next; who they were. Twice is once."""
    over = [each for each in _open(roster) if each.answer_by is not None and each.answer_by <= now]
    _end(roster, over, "expire", now)
    set_timer(roster)
    if over and POINT.allows(roster.phase, "answer_offer"):
        roster.promote(now)
    return over


def finish(roster: "Roster", at: datetime) -> None:
    """The door closes for good: nothing is held any more."""
    _end(roster, _open(roster), "finish", at)
    set_timer(roster)


def not_after_the_start(roster: "Roster") -> None:
    """The activity moved: no deadline is later than its start."""
    for each in _open(roster):
        if each.answer_by is None or each.answer_by > roster.starts_at:
            roster.registrations[each.id] = replace(each, answer_by=roster.starts_at)
    set_timer(roster)


def set_timer(roster: "Roster") -> None:
    """To the earliest deadline; none where nothing is offered."""
    roster.timers.pop(OFFER, None)
    if deadlines := [each.answer_by for each in _open(roster) if each.answer_by]:
        roster.timers[OFFER] = min(deadlines)


def _open(roster: "Roster") -> list[Registration]:
    return [each for each in roster.registrations.values() if each.status == Status.OFFERED]


def _end(roster: "Roster", offers: Iterable[Registration], act: str, at: datetime) -> None:
    for mine in offers:
        _move(roster, mine, act)
        roster.record(facts.OfferExpired(*_about(roster, mine, at)))
        roster.forget_long_gone(mine.id)


def _must_allow(mine: Registration, act: str) -> None:
    if not REGISTRATION.allows(mine.status, act):
        raise _no_offer(mine.status)


def _must_be_in_time(mine: Registration, at: datetime) -> None:
    """Also before the timer has rung: a deadline is one, however late a process wakes up."""
    if mine.answer_by is None or at >= mine.answer_by:
        raise _no_offer(Status.EXPIRED)


def _must_keep_the_third(roster: "Roster", category: Category) -> None:
    """A resident may have left since the offer was made; then the seat stays held until its deadline, for a resident
    may come back."""
    if category == Category.RESIDENT or roster.phase == Phase.OPEN or roster.composition.plus(category).met:
        return
    raise Conflict(
        Reason.COMPOSITION_HOLD.value,
        "已确认的群众代表不足三分之一，暂不能确认这个名额；截止前还可以再试。",
        "Too few residents are confirmed for this place; try again before the deadline.",
        short_by=roster.composition.plus(category).short_by,
    )


_OVER = {
    Status.EXPIRED: Sentence(
        "为您保留的名额已过确认期限，让给了下一位。", "The time to confirm is over; the place went to the next one."
    ),
    Status.DECLINED: Sentence("您已放弃这个名额。", "You gave this place up."),
}
_NONE = Sentence("目前没有为您保留的名额。", "No place is held for you now.")


def _no_offer(status: Status) -> Conflict:
    said = _OVER.get(status, _NONE)
    return Conflict("no_offer", said.zh, said.en, state=status, allowed=REGISTRATION.allowed(status))


def _move(roster: "Roster", mine: Registration, act: str, answer_by: datetime | None = None) -> None:
    led = REGISTRATION.after(mine.status, act)
    roster.registrations[mine.id] = replace(mine, status=led, answer_by=answer_by)


def _about(roster: "Roster", mine: Registration, at: datetime) -> tuple[str, str, datetime, str, Category, bool]:
    return roster.activity_id, roster.id, at, mine.id, mine.category, mine.grassroots
