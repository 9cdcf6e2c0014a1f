"""Which facts of registration are told to whom, in the order of each person."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from services.registration.adapters.events import following
from services.registration.application import notice_commands as c
from services.registration.domain.notice import NoticeKind
from shared.commands import Command
from shared.errors import Unavailable
from shared.events import registration_v1 as v1
from shared.events.contract import Contract
from shared.storage.document import Entry
from tests.support.documents import away

AT = datetime(2021, 9, 8, 4, tzinfo=UTC)


class Recorder:
    """An application that writes down what it is asked for; whoever is `slow` is answered last."""

    def __init__(self, slow: str = "nobody", broken: str = "nobody", defect: str = "nobody") -> None:
        self.asked: list[Any] = []
        self._slow = slow
        self._broken = broken
        self._defect = defect

    async def handle(self, command: Command[Any]) -> None:
        who = getattr(command, "registration_id", "")
        if who == self._broken:
            raise away()
        if who == self._defect:
            raise ValueError("a defect")
        if who == self._slow:
            await asyncio.sleep(0.01)
        self.asked.append(command)


def entries(*facts: Contract) -> list[Entry]:
    """As they lie in an outbox."""
    numbers: Iterator[int] = count(1)
    return [
        Entry(next(numbers), each.type(), each.key, AT, each.model_dump_json().encode(), "", None) for each in facts
    ]


def person(kind: type[Contract], who: str = "a", **more: Any) -> Contract:
    said = {"activity_id": "activity", "open_point_id": "point", "registration_id": who, "at": AT}
    return kind.model_validate(said | {"category": "resident_representative", "grassroots": False} | more)


@pytest.mark.parametrize(
    ("fact", "kind", "details"),
    [
        (person(v1.RepresentativeConfirmed, via="first_come"), NoticeKind.CONFIRMED, {}),
        (person(v1.RepresentativeConfirmed, via="promotion"), NoticeKind.PROMOTED, {}),
        (person(v1.RepresentativeConfirmed, via="draw"), NoticeKind.DRAWN, {}),
        (
            person(v1.RepresentativeWaitlisted, reason="capacity_full", position=3),
            NoticeKind.WAITLISTED,
            {"position": "3"},
        ),
        (
            person(v1.RepresentativeOffered, answer_by=AT),
            NoticeKind.OFFERED,
            {"until": AT.isoformat()},
        ),
        (person(v1.RepresentativeWaitlisted, reason="not_drawn", position=1), NoticeKind.NOT_DRAWN, {"position": "1"}),
    ],
    ids=lambda each: getattr(each, "value", ""),
)
async def test_what_happens_to_a_place_is_told_to_whom_it_happens(
    fact: Contract, kind: NoticeKind, details: dict[str, str]
) -> None:
    told = Recorder()
    await following(told)(entries(fact))
    [command] = told.asked
    assert isinstance(command, c.Tell)
    assert (command.registration_id, command.kind, command.occasion, command.at) == ("a", kind, "1", AT)
    assert command.details == details


async def test_who_leaves_is_told_nothing_more_and_who_is_here_nothing_that_waits() -> None:
    told = Recorder()
    left, here = person(v1.RepresentativeCancelled, was="confirmed"), person(v1.RepresentativeCheckedIn, "b")
    await following(told)(entries(left, here))
    assert [(each.registration_id, each.for_good) for each in told.asked] == [("a", True), ("b", False)]


@pytest.mark.parametrize("kind", [v1.RepresentativeOfferDeclined, v1.RepresentativeOfferExpired])
async def test_an_offer_that_is_over_is_not_told_any_more(kind: type[Contract]) -> None:
    told = Recorder()
    await following(told)(entries(person(kind)))
    assert [(each.registration_id, each.for_good) for each in told.asked] == [("a", True)]


async def test_another_time_concerns_everybody_and_sets_the_reminders_anew() -> None:
    told = Recorder()
    moved = v1.ActivityRescheduled(
        activity_id="activity", previous_starts_at=AT, starts_at=AT, ends_at=AT, rescheduled_at=AT
    )
    await following(told)(entries(moved))
    assert [type(each) for each in told.asked] == [c.TellEverybody, c.FollowReminders]
    assert told.asked[0].details == {"earlier": AT.isoformat()}


async def test_facts_of_one_person_are_told_in_their_order_and_no_slow_one_holds_up_another() -> None:
    told = Recorder(slow="a")
    waiting = person(v1.RepresentativeWaitlisted, reason="capacity_full", position=1)
    promoted = person(v1.RepresentativeConfirmed, via="promotion")
    await following(told)(entries(waiting, person(v1.RepresentativeConfirmed, "b", via="first_come"), promoted))
    assert [(each.registration_id, each.kind) for each in told.asked] == [
        ("b", "confirmed"),
        ("a", "waitlisted"),
        ("a", "promoted"),
    ]


async def test_a_database_that_is_away_for_one_is_said_when_the_others_were_told() -> None:
    told = Recorder(broken="a")
    facts = [person(v1.RepresentativeConfirmed, each, via="draw") for each in "abc"]
    with pytest.raises(Unavailable):
        await following(told)(entries(*facts))
    assert sorted(each.registration_id for each in told.asked) == ["b", "c"]


@pytest.mark.parametrize(("broken", "defect"), ["ab", "ba"])
async def test_a_defect_of_one_does_not_hide_that_the_database_is_away_for_another(broken: str, defect: str) -> None:
    facts = [person(v1.RepresentativeConfirmed, each, via="draw") for each in "abc"]
    with pytest.raises(Unavailable):
        await following(Recorder(broken=broken, defect=defect))(entries(*facts))
    with pytest.raises(ValueError, match="a defect"):
        await following(Recorder(defect=defect))(entries(*facts))


async def test_facts_that_concern_nobody_are_passed_over() -> None:
    told = Recorder()
    closed = v1.RegistrationClosed(activity_id="activity", open_point_id="point", closed_at=AT)
    await following(told)(entries(closed))
    assert told.asked == []
