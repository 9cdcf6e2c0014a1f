"""What is said to one person: nothing twice, nothing that a later word has overtaken, and no attempt without an end."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest

from services.registration.domain.delivery import LEASE, MOST_ATTEMPTS, PAUSES, Postponed, Refused, Sent
from services.registration.domain.mailbox import MOST_NOTICES, ORDINARY, URGENT, Mailbox
from services.registration.domain.notice import Notice, NoticeKind
from services.registration.domain.quiet_hours import QuietHours, is_urgent
from shared.aggregate import fork
from shared.time import SHANGHAI
from tests.unit.registration.mailboxes import HOUR, MINUTE, NOON, mailbox, notice, states

CHANGED, CALLED_OFF, PROMOTED, WAITLISTED = (
    NoticeKind.CHANGED,
    NoticeKind.CALLED_OFF,
    NoticeKind.PROMOTED,
    NoticeKind.WAITLISTED,
)


def told_again_is_said_once() -> None:
    mine = mailbox()
    assert mine.tell(notice(), NOON)
    assert not mine.tell(notice(at=NOON + HOUR), NOON + HOUR)
    assert len(mine.notices) == 1


def test_a_fact_that_is_told_again_is_said_once() -> None:
    told_again_is_said_once()


def test_control_with_another_key_for_every_telling_it_is_said_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Notice, "key", property(lambda each: f"{each.kind}:{each.queued_at}"))
    with pytest.raises(AssertionError):
        told_again_is_said_once()


def test_two_facts_of_one_kind_are_said_each() -> None:
    mine = mailbox()
    assert all(mine.tell(notice(PROMOTED, occasion), NOON) for occasion in "12")


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (WAITLISTED, PROMOTED),
        (NoticeKind.NOT_DRAWN, PROMOTED),
        (NoticeKind.OFFERED, PROMOTED),
        (CHANGED, CHANGED),
        (NoticeKind.REMINDER_3D, CHANGED),
        (NoticeKind.REMINDER_3D, NoticeKind.REMINDER_1D),
        *((each, CALLED_OFF) for each in NoticeKind if each != CALLED_OFF),
    ],
)
def test_a_later_word_withdraws_an_earlier_one_that_has_not_gone(first: NoticeKind, then: NoticeKind) -> None:
    mine = mailbox()
    mine.tell(notice(first, "1"), NOON)
    mine.tell(notice(then, "2"), NOON)
    assert mine.notices[f"{first}:1"].state == "withdrawn"
    assert [each.notice.key for each in mine.claim("file", NOON)] == [f"{then}:2"]


def test_a_confirmation_is_not_overtaken_by_another_time() -> None:
    mine = mailbox()
    mine.tell(notice(), NOON)
    mine.tell(notice(CHANGED), NOON)
    assert states(mine) == {"confirmed": "queued", "changed": "queued"}


def test_who_has_left_is_told_nothing_more_also_what_comes_late() -> None:
    mine = mailbox()
    mine.tell(notice(PROMOTED), NOON)
    mine.close(NOON)
    assert states(mine) == {"promoted": "withdrawn"}
    assert not mine.tell(notice(NoticeKind.REMINDER_1D), NOON)
    assert mine.claim("file", NOON) == []
    assert mine.timers == {}


def test_after_a_cancellation_of_the_activity_there_is_nothing_more_to_say() -> None:
    mine = mailbox()
    mine.tell(notice(CALLED_OFF), NOON)
    assert not mine.tell(notice(NoticeKind.REMINDER_1D), NOON)
    assert states(mine) == {"called_off": "queued"}


def claimed_once(mine: Mailbox) -> None:
    mine.tell(notice(), NOON)
    assert len(mine.claim("file", NOON)) == 1
    assert mine.claim("file", NOON + LEASE - MINUTE) == []


def test_what_is_under_way_is_nobody_elses() -> None:
    claimed_once(mailbox())


def test_control_without_a_lease_two_replicas_send_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.registration.domain.delivery.LEASE", timedelta(0))
    with pytest.raises(AssertionError):
        claimed_once(mailbox())


def test_an_attempt_that_never_ended_is_made_again_after_its_lease_and_the_timer_stays_for_that() -> None:
    mine = mailbox()
    mine.tell(notice(), NOON)
    [first] = mine.claim("file", NOON)
    assert mine.timers == {ORDINARY: NOON}
    [second] = mine.claim("file", NOON + LEASE)
    assert (first.delivery.attempts, second.delivery.attempts) == (1, 2)
    mine.settle(second, Sent("m-1"), NOON + LEASE)
    assert (states(mine), mine.timers) == ({"confirmed": "sent"}, {})


def test_attempts_without_an_answer_end_too() -> None:
    mine, at = mailbox(), NOON
    mine.tell(notice(), NOON)
    attempts = 0
    while mine.timers and attempts < 100:
        attempts += len(mine.claim("file", at))
        at += LEASE
    assert attempts == MOST_ATTEMPTS
    assert [each.error for each in mine.notices["confirmed:1"].deliveries] == ["no_answer"]


def test_a_postponed_attempt_waits_longer_each_time_and_fails_at_last() -> None:
    mine, at = mailbox(), NOON
    mine.tell(notice(), NOON)
    for pause in PAUSES:
        [claim] = mine.claim("file", at)
        mine.settle(claim, Postponed("gateway_away"), at)
        assert mine.timers == {ORDINARY: at + pause}
        assert mine.claim("file", at + pause - MINUTE / 2) == []
        at += pause
    [last] = mine.claim("file", at)
    mine.settle(last, Postponed("gateway_away"), at)
    assert (states(mine), mine.timers) == ({"confirmed": "failed"}, {})


def test_what_was_overtaken_while_it_was_under_way_goes_no_second_time() -> None:
    mine = mailbox()
    mine.tell(notice(WAITLISTED), NOON)
    [claim] = mine.claim("file", NOON)
    mine.tell(notice(PROMOTED), NOON)
    assert states(mine)["waitlisted"] == "queued"
    mine.settle(claim, Postponed("gateway_away"), NOON)
    assert states(mine) == {"waitlisted": "withdrawn", "promoted": "queued"}


def test_what_went_although_it_was_overtaken_is_said_to_have_gone() -> None:
    mine = mailbox()
    mine.tell(notice(WAITLISTED), NOON)
    [claim] = mine.claim("file", NOON)
    mine.close(NOON)
    mine.settle(claim, Sent(), NOON)
    assert states(mine) == {"waitlisted": "sent"}


def test_a_reminder_is_of_no_use_after_the_beginning() -> None:
    mine = mailbox()
    mine.tell(notice(NoticeKind.REMINDER_1D, until=NOON + HOUR), NOON)
    assert mine.claim("file", NOON + HOUR) == []
    assert states(mine) == {"reminder_1d": "withdrawn"}


def test_channels_go_their_own_ways_and_the_best_of_them_counts() -> None:
    mine = mailbox()
    mine.tell(notice(channels=("sms", "mail")), NOON)
    for channel, outcome in (("sms", Refused("no_address")), ("mail", Sent())):
        [claim] = mine.claim(channel, NOON)
        mine.settle(claim, outcome, NOON)
    assert states(mine) == {"confirmed": "sent"}
    assert mine.send_again(NOON) == 0


def test_a_receipt_may_come_twice_late_or_before_our_own_note_of_the_message() -> None:
    mine = mailbox()
    mine.tell(notice(channels=("sms",)), NOON)
    [claim] = mine.claim("sms", NOON)
    assert mine.receipt("confirmed:1", "sms", 1, error=None, at=NOON)
    mine.settle(claim, Sent(), NOON)
    assert not mine.receipt("confirmed:1", "sms", 1, error=None, at=NOON + HOUR)
    assert not mine.receipt("confirmed:1", "sms", 1, error="expired", at=NOON + HOUR)
    assert not mine.receipt("confirmed:9", "sms", 1, error=None, at=NOON)
    assert (states(mine), mine.timers) == ({"confirmed": "delivered"}, {})


def test_a_receipt_of_an_earlier_message_says_nothing_of_the_one_that_was_sent_again() -> None:
    mine = mailbox()
    mine.tell(notice(channels=("sms",)), NOON)
    [claim] = mine.claim("sms", NOON)
    mine.settle(claim, Refused("number_unknown"), NOON)
    assert mine.send_again(NOON) == 1
    assert mine.send_again(NOON) == 0
    assert not mine.receipt("confirmed:1", "sms", 1, error="expired", at=NOON)
    [again] = mine.claim("sms", NOON)
    assert (again.delivery.edition, again.delivery.attempts) == (2, 1)
    mine.settle(claim, Sent(), NOON)  # the first life's answer, after the second began
    assert states(mine) == {"confirmed": "queued"}


def test_what_failed_and_was_read_or_overtaken_reached_nobody_else() -> None:
    mine = mailbox()
    for kind in (WAITLISTED, NoticeKind.CONFIRMED):
        mine.tell(notice(kind), NOON)
    for claim in mine.claim("file", NOON):
        mine.settle(claim, Refused("number_unknown"), NOON)
    assert [each.unreached for each in mine.in_order()] == [True, True]
    mine.tell(notice(PROMOTED), NOON)
    assert [each.kind for each in mine.read(NOON)] == ["confirmed", "promoted"]
    assert not any(each.unreached for each in mine.in_order())
    assert mine.read(NOON) == []


def test_a_mailbox_is_bounded_and_keeps_what_has_not_gone() -> None:
    mine = mailbox()
    mine.tell(notice(), NOON)
    for number in range(2 * MOST_NOTICES):
        mine.tell(notice(CHANGED, str(number)), NOON + number * MINUTE)
    assert len(mine.notices) == MOST_NOTICES
    assert [each.key for each in mine.in_order() if each.waits] == ["confirmed:1", f"changed:{2 * MOST_NOTICES - 1}"]


def test_a_change_that_is_tried_on_a_fork_leaves_the_mailbox_as_it_was() -> None:
    mine = mailbox()
    mine.tell(notice(), NOON)
    before = (dict(mine.notices), dict(mine.timers))
    acts: list[Callable[[Mailbox], object]] = [
        lambda each: each.claim("file", NOON),
        lambda each: each.close(NOON),
        lambda each: each.read(NOON),
        lambda each: each.tell(notice(CALLED_OFF), NOON),
    ]
    for act in acts:
        act(fork(mine))
    assert (mine.notices, mine.timers) == before


def test_what_presses_has_a_timer_of_its_own() -> None:
    mine = mailbox()
    mine.tell(notice(at=NOON + HOUR), NOON)
    mine.tell(notice(CHANGED, urgent=True), NOON)
    assert mine.timers == {ORDINARY: NOON + HOUR, URGENT: NOON}


def local(hour: int, minute: int = 0, day: int = 8) -> datetime:
    return datetime(2021, 9, day, hour, minute, tzinfo=SHANGHAI)


NIGHT = QuietHours.parse("22:00-07:00")


@pytest.mark.parametrize(
    ("hours", "at", "goes"),
    [
        (NIGHT, local(21, 59), local(21, 59)),
        (NIGHT, local(22), local(7, day=9)),
        (NIGHT, local(3), local(7)),
        (NIGHT, local(7), local(7)),
        (QuietHours.parse("12:00-14:00"), local(13), local(14)),
        (QuietHours.parse("12:00-14:00"), local(23), local(23)),
        (QuietHours.parse(""), local(3), local(3)),
        (QuietHours(time(7), time(7)), local(3), local(3)),
    ],
)
def test_quiet_hours_hold_back_until_they_end(hours: QuietHours, at: datetime, goes: datetime) -> None:
    assert hours.release(at) == goes


@pytest.mark.parametrize(
    ("kind", "before", "urgent"),
    [
        (CALLED_OFF, 23 * HOUR, True),
        (CALLED_OFF, 25 * HOUR, False),
        (PROMOTED, 2 * HOUR, True),
        (NoticeKind.CONFIRMED, 2 * HOUR, False),
        (NoticeKind.REMINDER_1D, 24 * HOUR, False),
    ],
)
def test_what_changes_somebodys_day_does_not_wait_for_the_morning(
    kind: NoticeKind, before: timedelta, *, urgent: bool
) -> None:
    assert is_urgent(kind, NOON, NOON + before) is urgent
