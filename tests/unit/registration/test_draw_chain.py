"""The chain of a draw over many documents: killed after any write, it goes on and ends as if nothing had happened."""

import asyncio
from collections import Counter
from contextlib import suppress

import bson
import pytest

from services.registration.adapters.events import published as contract
from services.registration.application import sheets as reached
from services.registration.application.sheets import Sheets
from services.registration.domain import sheet as domain
from services.registration.domain.draw import Result
from services.registration.domain.draw_proof import proof
from services.registration.domain.phase import Phase
from services.registration.domain.place import Status
from services.registration.domain.sheet import MOST, Application, DrawUnderWay, Sheet
from shared.commands import Once
from shared.errors import Conflict
from shared.ids import derived_id, new_id
from shared.storage.document import KEPT_ANSWERS, Answer, Codec, Held, Stamp
from shared.storage.lane import OUTBOX_CAP
from tests.unit.registration.draw_service import POINT, Killed, Process, Topic, World, person
from tests.unit.registration.rosters import CLOSES, DEPUTY, OPENS, RESIDENT

QUOTA = {DEPUTY: 1, RESIDENT: 2}
CROWD = [DEPUTY] * 3 + [RESIDENT] * 6


@pytest.fixture(autouse=True)
def few_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that every write of the chain can be the last one."""
    for module in (domain, reached):
        monkeypatch.setattr(module, "SHEETS", 4)
    monkeypatch.setattr(reached, "PATIENCE", 0.2)
    monkeypatch.setattr(reached, "LOOK", 0.005)


async def applied(world: World) -> Process:
    """Nine have applied; one of them has left again."""
    process = Process(world)
    await process.open(QUOTA)
    for number, category in enumerate(CROWD):
        await process.apply(number, category)
    assert await process.cancel(8) == "cancelled"
    return process


async def outcome(world: World) -> dict[str, Status]:
    """Where everybody stands."""
    process = Process(world)
    roster = await process.rosters.get(POINT)
    whole = await Sheets(process.sheets).whole(roster)
    assert roster.drawn
    assert not roster.timers
    return {id_: each.status for id_, each in whole.registrations.items()}


def told_once(topic: Topic) -> Counter[str]:
    """Kinds of facts; nobody's result and no step is told twice, and each after what it rests on."""
    kinds = topic.kinds()
    counted = Counter(kinds)
    for once in ("registration-closed", "draw-committed", "draw-revealed"):
        assert counted[once] == 1, once
    last_applied = max(at for at, kind in enumerate(kinds) if kind == "representative-applied")
    assert last_applied < kinds.index("draw-committed")
    assert kinds[-1] == "draw-revealed"
    return counted


async def whole_draw(process: Process) -> None:
    """From the close to the seed."""
    process.world.clock.move((CLOSES - OPENS).total_seconds())
    await process.close()
    assert await process.cancel(7) == "cancelled"
    await process.hold()


async def undisturbed() -> tuple[World, int]:
    """How it ends, and how many writes that takes."""
    world = World()
    process = await applied(world)
    before = process.fuse.written
    await whole_draw(process)
    writes = process.fuse.written - before
    await process.settle()
    return world, writes


async def test_a_draw_from_the_first_application_to_the_last_answer() -> None:
    world, _ = await undisturbed()
    stands = await outcome(world)
    assert Counter(stands.values()) == {Status.CONFIRMED: 3, Status.WAITLISTED: 4, Status.CANCELLED: 2}
    counted = told_once(world.topic)
    assert counted["representative-confirmed"] == 3
    assert counted["representative-waitlisted"] == 4
    assert counted["representative-cancelled"] == 2


async def killed_after(writes: int) -> World:
    """What is left when the process dies after so many writes of the chain."""
    world = World()
    await (await applied(world)).settle()
    mortal = Process(world, writes)
    with suppress(Killed):  # its last write may have been a mark, which nobody waits for
        await whole_draw(mortal)
    await mortal.settle()
    return world


async def people_repeat(world: World) -> None:
    """Whoever got no answer asks again; what timers have begun to mend, nobody needs to ask for."""
    process = Process(world)
    roster = await process.rosters.get(POINT)
    if roster.phase == Phase.OPEN:
        await process.close()
    leaver = await Sheets(process.sheets).application(POINT, person(7))
    if leaver and leaver.status == Status.APPLIED:
        await process.cancel(7)
    if not roster.drawn and "draw" not in roster.timers:
        await process.hold()
    await process.settle()


async def a_minute_later(world: World) -> None:
    """Another process has started, and timers have come due."""
    world.clock.move(60)
    heir = Process(world)
    await heir.wake()
    await heir.settle()


async def test_killed_after_any_write_it_ends_the_same() -> None:
    calm, writes = await undisturbed()
    expected = await outcome(calm)
    for lives in range(1, writes):
        world = await killed_after(lives)
        await a_minute_later(world)
        await people_repeat(world)
        await a_minute_later(world)
        assert await outcome(world) == expected, lives
        told_once(world.topic)


async def test_what_was_begun_is_ended_by_a_timer_and_by_nothing_else() -> None:
    """With the control: where no timer rings, some stay without an answer."""
    calm, writes = await undisturbed()
    world = await killed_after(writes - 4)
    with pytest.raises(AssertionError):
        await outcome(world)
    await a_minute_later(world)
    assert await outcome(world) == await outcome(calm)
    told_once(world.topic)


async def test_while_the_broker_is_away_the_list_waits_and_a_draw_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    process = await applied(world)
    monkeypatch.setattr("tests.unit.registration.draw_service.Relay.publish", lambda *_: asyncio.sleep(0))
    await process.apply(9, RESIDENT)
    process.world.clock.move((CLOSES - OPENS).total_seconds())
    await process.close()
    roster = await process.rosters.get(POINT)
    assert (roster.phase, roster.draw) == ("closed", None)
    with pytest.raises(Conflict, match="registration_closed"):
        await process.apply(10, RESIDENT)
    with pytest.raises(Conflict, match="draw_not_committed"):
        await process.hold()
    monkeypatch.undo()
    world.clock.move(60)
    await process.wake()
    committed = await process.rosters.get(POINT)
    assert committed.draw is not None
    assert (committed.draw.applicants, committed.timers) == (9, {})


async def test_a_draw_that_a_timer_ended_is_the_answer_to_whoever_asks_again_with_their_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    once = Once("first-click", "digest")
    process = await applied(World())
    await process.close()
    await process.settle()

    async def not_told(*_: object) -> bool:
        return False

    with monkeypatch.context() as broker_away:
        broker_away.setattr(reached.Sheets, "told", not_told)
        with pytest.raises(DrawUnderWay):
            await process.hold(once)
    process.world.clock.move(60)
    await process.wake()
    assert (await process.rosters.get(POINT)).drawn
    assert await process.hold(once) == await process.hold(once) == (await process.rosters.get(POINT)).confirmed()
    with pytest.raises(Conflict, match="no_draw"):
        await process.hold()


async def looks(process: Process, monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """How long timers waited for the broker, ring by ring, while it is away; None: as long as usual."""
    waits: list[float | None] = []

    async def away(_: object, __: object, patience: float | None = None) -> bool:
        waits.append(patience)
        return False

    with monkeypatch.context() as patch:
        patch.setattr(Sheets, "told", away)
        for _ in range(3):
            process.world.clock.move(60)
            await process.wake()
    return waits


async def test_while_the_broker_is_away_the_other_timers_wait_for_one_draw_and_not_for_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    process = await applied(world)
    at = world.clock.now()
    await process.rosters.change(POINT, lambda each: each.close(at))
    assert await looks(process, monkeypatch) == [None, 0.0, 0.0]
    world.clock.move(60)
    await process.wake()
    committed = await process.rosters.get(POINT)
    assert committed.draw is not None
    assert process.draws._patience is None


async def test_who_leaves_while_lots_are_drawn_is_heard_when_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.registration.application.handlers.draws.TURN", 0.005)
    world = World()
    process = await applied(world)
    await process.close()
    frozen = await process.sheets.change(domain.sheet_of(POINT, person(0)), lambda each: each.freeze())
    assert frozen
    with pytest.raises(DrawUnderWay):
        await process.cancel(0)
    leaving = asyncio.create_task(process.cancel(0))
    await process.hold()
    assert await leaving == "cancelled"
    roster = await process.rosters.get(POINT)
    assert roster.registrations[person(0)].status == Status.CANCELLED
    assert person(0) not in proof(roster, await Sheets(process.sheets).listed(roster)).withdrawn


async def test_an_application_that_is_sent_again_is_one() -> None:
    process = await applied(World())
    await process.apply(0, DEPUTY)
    await process.close()
    await process.apply(0, DEPUTY)  # a late repeat is answered, though nobody new is taken
    roster = await process.rosters.get(POINT)
    assert roster.draw is not None
    assert roster.draw.applicants == 8


def full_sheet() -> Sheet:
    """With as many applicants as it takes."""
    made = Sheet(id=derived_id("sheet", "a"), activity_id=derived_id("activity", "a"), point_id=POINT)
    for number in range(MOST):
        made.apply(Application(person(number), RESIDENT, False, OPENS, weight=number % 12 + 1))
    return made


def test_a_full_sheet_takes_nobody_and_a_sealed_one_neither() -> None:
    made = full_sheet()
    late = Application(new_id(), RESIDENT, False, OPENS)
    with pytest.raises(Conflict, match="draw_full"):
        made.apply(late)
    assert made.void(late.id)
    with pytest.raises(Conflict, match="superseded"):
        made.apply(late)
    made.seal()
    with pytest.raises(Conflict, match="registration_closed"):
        made.apply(Application(new_id(), RESIDENT, False, OPENS))


def test_who_holds_a_place_is_not_voided_and_who_was_not_drawn_is() -> None:
    made = full_sheet()
    assert not made.void(person(0))
    made.seal()
    made.freeze()
    made.settle(Result(confirmed=(person(0),), waiting=(person(1),)), CLOSES)
    assert [made.void(person(number)) for number in range(3)] == [False, False, True]


def test_a_sheet_with_everything_full_stays_below_100_kb() -> None:
    made = full_sheet()
    codec = Codec(Sheet, contract)
    answers = tuple(Answer(new_id(), "a" * 64, b"x" * 330) for _ in range(KEPT_ANSWERS))
    stamp = Stamp(OPENS, f"00-{'a' * 32}-{'b' * 16}-01")
    waiting = codec.entries(made.facts[-OUTBOX_CAP:], Held(made), stamp)
    assert len(bson.encode(codec.document(Held(made, outbox=tuple(waiting), answers=answers)))) < 100_000
    made.facts.clear()
    made.seal()
    made.freeze()
    made.settle(Result(), CLOSES)
    answered = codec.entries(made.facts, Held(made), stamp)
    assert len(answered) == MOST
    assert len(bson.encode(codec.document(Held(made, outbox=tuple(answered), answers=answers)))) < 100_000
