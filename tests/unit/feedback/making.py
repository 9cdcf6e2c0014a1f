"""Opinions in every state, made by the steps that lead there."""

from datetime import datetime, timedelta
from pathlib import Path

from services.feedback.domain.opinion import Opinion, Said
from services.feedback.domain.register import Activity, Noted, Register
from services.feedback.domain.reply import Draft
from services.feedback.domain.service_levels import Clocks, ServiceLevels
from services.feedback.domain.vocabulary import Adoption, Kind, Source, State
from shared.time import SHANGHAI, WorkingCalendar

HEDONG = Path(__file__).resolve().parents[3] / "deploy" / "data" / "hedong"
CALENDAR = WorkingCalendar.load(HEDONG / "calendar")
LEAD, OTHER, THIRD = "lead", "other", "third"
DRAFT = Draft("建议延长班次", "自下月起延长。", Adoption.ADOPTED, "")
SAID = Said(None, Kind.SUGGESTION, Source.DIALOGUE, "希望延长班次", None, None)


def at(text: str) -> datetime:
    """An instant of the district: `2021-11-12 09:30`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


RECEIVED_AT = at("2021-11-11 17:20")
ASSIGNED_AT = at("2021-11-12 09:30")
LATER = ASSIGNED_AT + timedelta(hours=1)
REPLY_BY = at("2021-11-27 00:00")  # Fri 11-12 + 10 working days = Fri 11-26, 24:00


def clocks(assigned_at: datetime = ASSIGNED_AT, *, is_complex: bool = False) -> Clocks:
    """Of the default service levels and the real calendar."""
    return ServiceLevels().clocks(CALENDAR, assigned_at, is_complex=is_complex)


def received() -> Opinion:
    """Just come in."""
    noted = Noted("hd-2021-abcd-0001", LEAD, "fenghuangling")
    triage_by = ServiceLevels().triage_by(CALENDAR, RECEIVED_AT)
    return Opinion.receive("opinion-1", "activity-1", noted, SAID, at=RECEIVED_AT, triage_by=triage_by)


def assign(opinion: Opinion, unit_id: str = LEAD, when: datetime = ASSIGNED_AT) -> None:
    """By the office, with the clocks of that instant."""
    opinion.assign(unit_id, clocks(when), is_complex=False, by="office-1", at=when)


def assigned() -> Opinion:
    """In the lead's hands."""
    opinion = received()
    assign(opinion)
    return opinion


def accepted() -> Opinion:
    """Taken by the lead."""
    opinion = assigned()
    opinion.accept(at=LATER)
    return opinion


def drafted() -> Opinion:
    """With a reply by `writer`."""
    opinion = accepted()
    opinion.draft_reply(DRAFT, by="writer", at=LATER)
    return opinion


def reviewed() -> Opinion:
    """Passed by `reviewer`."""
    opinion = drafted()
    opinion.pass_reply(by="reviewer", at=LATER)
    return opinion


def published(when: datetime = LATER) -> Opinion:
    """Public."""
    opinion = reviewed()
    opinion.publish(at=when)
    return opinion


def in_state(state: State) -> Opinion:
    """An opinion that came to this state."""
    match state:
        case State.RECEIVED:
            return received()
        case State.ANSWERED_ON_SITE:
            opinion = received()
            opinion.answer_on_site("可以。", by="clerk", at=RECEIVED_AT)
        case State.ASSIGNED:
            return assigned()
        case State.RETURNED_TO_OFFICE:
            opinion = assigned()
            opinion.give_back("非本单位职责", by="clerk", at=LATER)
        case State.ACCEPTED:
            return accepted()
        case State.REPLY_DRAFTED:
            return drafted()
        case State.REPLY_REVIEWED:
            return reviewed()
        case State.PUBLISHED:
            return published()
        case State.RATED:
            opinion = published()
            opinion.rate(5, at=LATER)
    return opinion


def announced_register() -> Register:
    """Two hosts, a point each."""
    register = Register(id="activity-1")
    points = (("p1", LEAD), ("p2", OTHER))
    register.announce(Activity(LEAD, (LEAD, OTHER), points, "fenghuangling", 2021))
    return register


def ring_due(opinion: Opinion, now: datetime) -> None:
    """As the timers do: everything that is due, in order, each once."""
    for name, due in sorted(opinion.timers.items(), key=lambda each: each[1]):
        if due <= now:
            del opinion.timers[name]
            opinion.ring(name, due)
