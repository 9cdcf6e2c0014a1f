"""A roster in the database comes back the same, and is small with 500 people waiting and a broker that is away."""

from datetime import timedelta
from typing import Any

import bson
import pytest
from hypothesis import given, settings
from pydantic import TypeAdapter

from services.registration.adapters.events import published
from services.registration.adapters.roster_form import RosterForm
from services.registration.api.schemas.rosters import RosterView
from services.registration.domain.admission import Admission
from services.registration.domain.door import Shown
from services.registration.domain.place import Status
from services.registration.domain.roster import GONE_KEPT, WAITING_CAP, Roster
from shared.errors import Conflict, NotFound
from shared.ids import derived_id, new_id
from shared.storage.document import KEPT_ANSWERS, Answer, Codec, Entry, Held, Stamp
from shared.storage.lane import OUTBOX_CAP
from tests.faults.oracle.rosters import people
from tests.unit.registration.draws import Story, stories
from tests.unit.registration.rosters import CLOSES, OPENS, RESIDENT, STARTS, fill, roster

LARGEST = 100_000  # bytes
PACKED = Codec(Roster, published, RosterForm())
PLAIN = Codec(Roster, published)
TRACE = f"00-{new_id().replace('-', '')}-00f067aa0ba902b7-01"


def stored(codec: Codec[Roster], held: Held[Roster]) -> bytes:
    """As the database has it."""
    return bson.encode(codec.document(held))


def again(held: Held[Roster]) -> Held[Roster]:
    """Written and read."""
    return PACKED.held(bson.decode(stored(PACKED, held), bson.CodecOptions(tz_aware=True)))


def crowded() -> Roster:
    """All seats taken, the waiting list full, and more people gone than are remembered."""
    point = roster()
    point.id, point.activity_id = derived_id("point", "a"), derived_id("activity", "a")
    for number in range(20 + WAITING_CAP):
        point.register(new_id(), RESIDENT, grassroots=number % 3 == 0, at=OPENS + timedelta(milliseconds=number * 997))
    for number in range(GONE_KEPT + 30):
        point.void(derived_id("lost", str(number)))
        point.cancel(point.waiting()[-1].id, OPENS)
        point.register(new_id(), RESIDENT, grassroots=False, at=OPENS)
    return point


def at_its_largest() -> Held[Roster]:
    """With a full outbox and as many answers as are kept."""
    point = crowded()
    said = TypeAdapter(Admission)
    answers = [
        Answer(new_id(), "a" * 64, said.dump_json(point.admission(each.id))) for each in point.waiting()[-KEPT_ANSWERS:]
    ]
    facts = PACKED.entries(point.facts[-OUTBOX_CAP:], Held(point), Stamp(OPENS, TRACE))
    return Held(point, 1, 1, len(facts), facts[-1].chain, tuple(facts), tuple(answers))


def test_with_500_waiting_and_everything_else_full_a_roster_stays_below_100_kb() -> None:
    held = at_its_largest()
    assert (len(held.aggregate.waiting()), len(held.outbox), len(held.answers)) == (500, 100, 50)
    assert len(stored(PACKED, held)) < 0.8 * LARGEST
    assert len(stored(PLAIN, held)) > 1.5 * LARGEST, "the control: as it was kept before"
    assert again(held) == held


def test_the_list_is_full_at_500_and_a_seat_that_is_given_back_makes_room() -> None:
    point = crowded()
    with pytest.raises(Conflict, match="waiting_list_full"):
        point.register("one more", RESIDENT, grassroots=False, at=OPENS)
    first = point.waiting()[0]
    point.cancel(point.seated()[0].id, OPENS)
    assert point.registration(first.id).status == Status.CONFIRMED
    assert point.register("one more", RESIDENT, grassroots=False, at=OPENS).position == WAITING_CAP


def test_who_left_long_ago_is_forgotten_and_who_left_lately_is_not() -> None:
    point = roster()
    seated = fill(point, residents=20)
    gone = [fill(point, residents=1)[0] for _ in range(GONE_KEPT + 2)]
    for each in gone:
        point.cancel(each, OPENS)
    assert point.admission(gone[-1]).status == "cancelled"
    assert point.admission(gone[2]).status == "cancelled"
    for each in gone[:2]:
        with pytest.raises(NotFound):
            point.admission(each)
    assert [each.id for each in point.seated()] == seated


@settings(max_examples=60, deadline=None)
@given(stories())
def test_a_draw_comes_back_as_it_was_written(story: Story) -> None:
    for point in (story.closed(), story.held()):
        assert again(Held(point.roster, 1)).aggregate == point.roster


def test_what_happened_at_the_door_and_to_tickets_comes_back() -> None:
    point = roster(cap=6)
    ids = fill(point, residents=3, deputies=2)
    point.void(new_id())
    point.register(new_id(), RESIDENT, grassroots=True, at=OPENS + timedelta(microseconds=1))
    point.reissue_ticket(ids[4])
    point.close(CLOSES)
    point.lock(CLOSES)
    for each in ids[:2]:
        point.admit(Shown(f"scan-{each}", STARTS, "north door", each))
    point.undo_check_in(ids[1], "扫错了人", by="clerk", at=STARTS)
    point.finish(STARTS + timedelta(hours=4))
    back = again(Held(point, 1)).aggregate
    assert back == point
    assert list(back.registrations) == list(point.registrations)


def test_a_roster_that_was_written_before_is_read() -> None:
    point = crowded()
    plain: dict[str, Any] = bson.decode(stored(PLAIN, Held(point, 1)), bson.CodecOptions(tz_aware=True))
    assert PACKED.held(plain).aggregate == point


def test_the_oracle_of_the_fault_lab_reads_the_same_people() -> None:
    """It shares no code with the product, so it has a reader of its own."""
    point = crowded()
    read = people(PACKED.document(Held(point, 1))["state"]["registrations"])
    known = {
        id_: {"id": id_, "category": each.category, "status": each.status, "ticket": each.ticket}
        for id_, each in point.registrations.items()
    }
    assert read == known


def test_an_outbox_is_kept_the_same_in_both_of_its_forms() -> None:
    held = at_its_largest()
    for length in (0, 1, 40, 41, 100):
        outbox: tuple[Entry, ...] = held.outbox[:length]
        kept = again(Held(held.aggregate, 1, outbox=outbox))
        assert kept.outbox == outbox


def test_the_list_for_staff_walks_the_roster_once(monkeypatch: pytest.MonkeyPatch) -> None:
    point, walks = crowded(), []
    waiting = Roster.waiting

    def counted(self: Roster, *category: Any) -> Any:
        walks.append(category)
        return waiting(self, *category)

    monkeypatch.setattr(Roster, "waiting", counted)
    shown = RosterView.of(point, {})
    assert len(walks) == 1
    positions = [each.position for each in shown.entries if each.status == Status.WAITLISTED]
    assert positions == list(range(1, WAITING_CAP + 1))
    assert {each: point.admission(each).position for each in list(point.positions())[::100]} == {
        each: place for each, place in point.positions().items() if (place - 1) % 100 == 0
    }
