"""Due dates in working days, and what the clock does by itself."""

from datetime import datetime, timedelta

import pytest

from services.feedback.domain import facts
from services.feedback.domain.opinion import Opinion
from services.feedback.domain.service_levels import ServiceLevels
from shared.aggregate import Fact
from shared.errors import Conflict
from shared.time import MissingCalendarYear
from tests.unit.feedback.making import (
    ASSIGNED_AT,
    CALENDAR,
    LATER,
    LEAD,
    OTHER,
    REPLY_BY,
    accepted,
    assign,
    assigned,
    at,
    clocks,
    reviewed,
    ring_due,
)

SUPERVISE_AT = at("2021-12-04 00:00")  # five working days after Fri 11-26: Fri 12-03, 24:00

# By hand from the State Council's lists: assigned → accept by, due soon, reply by, supervise at (all 24:00 of the day
# before the one written).
GOLDEN = [
    # an ordinary week: Fri 11-12
    ("2021-11-12 09:30", "2021-11-16", "2021-11-25", "2021-11-27", "2021-12-04"),
    # the instant of day does not matter, the day is that of Shanghai
    ("2021-11-12 00:00", "2021-11-16", "2021-11-25", "2021-11-27", "2021-12-04"),
    ("2021-11-12 23:59", "2021-11-16", "2021-11-25", "2021-11-27", "2021-12-04"),
    # Wed 09-29 → Thu 30; off 10-01 to 10-07; worked Sat 10-09: ten days are 30, 8, 9, 11-15, 18, 19
    ("2021-09-29 10:00", "2021-10-01", "2021-10-16", "2021-10-20", "2021-10-27"),
    # a worked Sunday, 09-26, counts: after Thu 09-23 come 24, 26, 27-30, 10-08, 09, 11, 12
    ("2021-09-23 10:00", "2021-09-25", "2021-10-10", "2021-10-13", "2021-10-20"),
    # over the year's end: Wed 12-22 → 23, 24, 27-31, off 01-01 to 01-03, 4, 5, 6
    ("2021-12-22 10:00", "2021-12-24", "2022-01-05", "2022-01-07", "2022-01-14"),
]


@pytest.mark.parametrize(("assigned_at", "accept", "soon", "reply", "supervise"), GOLDEN)
def test_due_dates_are_those_counted_by_hand(
    assigned_at: str, accept: str, soon: str, reply: str, supervise: str
) -> None:
    made = clocks(at(assigned_at))
    found = (made.accept_by, made.due_soon_at, made.reply_by, made.supervise_at)
    assert found == tuple(at(f"{day} 00:00") for day in (accept, soon, reply, supervise))


def test_triage_is_due_two_working_days_after_the_receipt() -> None:
    thursday_evening = at("2021-11-11 17:20")
    assert ServiceLevels().triage_by(CALENDAR, thursday_evening) == at("2021-11-16 00:00")  # Fri, Mon


def test_a_year_without_a_calendar_is_an_error_that_names_it() -> None:
    with pytest.raises(MissingCalendarYear) as missing:
        clocks(at("2026-12-20 09:00"))
    assert missing.value.facts == {"year": 2027}


def said(opinion: Opinion, *kinds: type[Fact]) -> list[Fact]:
    return [each for each in opinion.facts if isinstance(each, kinds)]


def test_the_clock_reminds_marks_and_presses_each_once_at_its_time() -> None:
    opinion = assigned()
    for day in range(60):
        ring_due(opinion, ASSIGNED_AT + timedelta(days=day))
    about = {"activity_id": "activity-1", "opinion_id": "opinion-1", "unit_id": LEAD}
    assert opinion.facts[2:] == [
        facts.AssignmentDueSoon(**about, reply_by=REPLY_BY),
        facts.AssignmentOverdue(**about, reply_by=REPLY_BY),
        facts.SupervisionIssued(**about, issued_at=SUPERVISE_AT, automatic=True),
    ]
    assert opinion.overdue == {LEAD: REPLY_BY}
    assert opinion.timers == {}


def test_an_early_order_of_the_office_takes_the_place_of_the_automatic_one() -> None:
    opinion = accepted()
    ring_due(opinion, REPLY_BY)
    now = at("2021-12-01 10:00")
    opinion.supervise("请于两个工作日内答复", by="office-1", at=now)
    ring_due(opinion, SUPERVISE_AT + timedelta(days=30))
    (order,) = said(opinion, facts.SupervisionIssued)
    assert isinstance(order, facts.SupervisionIssued)
    assert (order.automatic, order.issued_at) == (False, now)
    with pytest.raises(Conflict) as refusal:
        opinion.supervise("再次督办", by="office-1", at=now)
    assert refusal.value.code == "supervised_already"


@pytest.mark.parametrize(
    ("when", "on_time"),
    [
        (REPLY_BY - timedelta(milliseconds=1), True),
        (REPLY_BY, True),
        (REPLY_BY + timedelta(milliseconds=1), False),
    ],
)
def test_a_reply_is_on_time_up_to_the_last_instant(when: datetime, *, on_time: bool) -> None:
    opinion = reviewed()
    opinion.publish(at=when)
    (reply,) = said(opinion, facts.ReplyPublished)
    assert isinstance(reply, facts.ReplyPublished)
    assert reply.on_time is on_time
    assert bool(opinion.overdue) is not on_time
    assert opinion.timers == {}


def test_what_came_due_while_the_service_was_down_happened_before_the_publication() -> None:
    opinion = reviewed()
    opinion.publish(at=SUPERVISE_AT + timedelta(hours=1))
    assert [type(each).__name__ for each in opinion.facts[-4:]] == [
        "AssignmentDueSoon",
        "AssignmentOverdue",
        "SupervisionIssued",
        "ReplyPublished",
    ]


def test_a_transfer_does_not_take_the_mark_from_the_unit_that_was_late() -> None:
    opinion = assigned()
    late = REPLY_BY + timedelta(hours=9)
    assign(opinion, OTHER, late)
    assert opinion.overdue == {LEAD: REPLY_BY}
    again = opinion.timers["overdue"]
    assert again > late
    ring_due(opinion, again)
    assert opinion.overdue == {LEAD: REPLY_BY, OTHER: again}
    assert len(said(opinion, facts.AssignmentOverdue)) == 2


def test_a_unit_that_gets_it_back_does_not_fail_twice_by_one_opinion() -> None:
    opinion = assigned()
    late = REPLY_BY + timedelta(hours=9)
    opinion.give_back("非本单位职责", by="clerk", at=late)
    assert opinion.timers == {}
    assign(opinion, LEAD, late)
    with pytest.raises(Conflict) as refusal:  # late once, but not by this clock
        opinion.supervise("请尽快答复", by="office-1", at=late)
    assert refusal.value.code == "not_overdue"
    ring_due(opinion, late + timedelta(days=60))
    assert len(said(opinion, facts.AssignmentOverdue)) == 1
    assert len(said(opinion, facts.SupervisionIssued)) == 1


def test_in_the_offices_hands_no_clock_runs_against_the_unit() -> None:
    opinion = assigned()
    opinion.give_back("非本单位职责", by="clerk", at=LATER)
    ring_due(opinion, REPLY_BY + timedelta(days=60))
    assert opinion.overdue == {}


def test_an_unknown_timer_is_an_error() -> None:
    with pytest.raises(LookupError, match="does not know a timer"):
        assigned().ring("tea", LATER)
