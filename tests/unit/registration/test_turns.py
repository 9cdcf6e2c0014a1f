"""Turn-taking: what earlier places cost in a draw, how that fades, and that it is forgotten."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.application.handlers.turns import TurnHandlers
from services.registration.application.ports import Contact
from services.registration.domain.draw import FULL_WEIGHT
from services.registration.domain.place import Status
from services.registration.domain.roster import Roster
from services.registration.domain.turns import FORGET, KEPT_FOR, Turn, TurnKind, TurnRule, Turns
from shared.errors import NotFound
from tests.unit.registration.draw_service import Process, World, person
from tests.unit.registration.kept import District, Hand
from tests.unit.registration.rosters import OPENS, RESIDENT, STARTS

CAME, STAYED_AWAY = TurnKind.ATTENDED, TurnKind.ABSENT
DAY = timedelta(days=1)


def before(days: int, kind: TurnKind = CAME) -> Turn:
    """So many days before registration opens."""
    return Turn(kind, OPENS - days * DAY)


@pytest.mark.parametrize(
    ("turns", "weight"),
    [
        ([], 12),
        ([before(1)], 6),
        ([before(1, STAYED_AWAY)], 3),
        ([before(31)], 7),
        ([before(183)], 9),
        ([before(364)], 12),
        ([before(366)], 12),
        ([before(1), before(40)], 1),
        ([before(1), before(183)], 3),
        ([before(1)] * 5, 1),
        ([Turn(CAME, OPENS + DAY)], 12),
    ],
)
def test_a_turn_costs_lots_and_fades_within_a_year(turns: list[Turn], weight: int) -> None:
    assert TurnRule().weight(turns, OPENS) == weight


def test_the_rule_is_data() -> None:
    assert TurnRule(attended=0, absent=0).weight([before(1), before(2, STAYED_AWAY)], OPENS) == FULL_WEIGHT
    assert TurnRule(attended=11, least=4).weight([before(1)], OPENS) == 4
    assert TurnRule(months=2).weight([before(70)], OPENS) == FULL_WEIGHT


TURNS = st.lists(st.builds(before, st.integers(0, 500), st.sampled_from(TurnKind)), max_size=6)


@given(TURNS, st.builds(before, st.integers(0, 500), st.sampled_from(TurnKind)), st.integers(0, 400))
def test_one_more_turn_never_helps_and_time_never_harms(turns: list[Turn], more: Turn, days: int) -> None:
    rule = TurnRule()
    now = rule.weight(turns, OPENS)
    assert rule.weight([*turns, more], OPENS) <= now <= rule.weight(turns, OPENS + days * DAY)
    assert 1 <= now <= FULL_WEIGHT


def test_the_same_turn_is_taken_once_and_what_counts_no_longer_is_forgotten() -> None:
    mine = Turns(id="somebody")
    for _ in "ab":
        mine.take("r1", before(100))
    mine.take("r2", before(1))
    assert len(mine.taken) == 2
    assert mine.timers[FORGET] == before(100).at + KEPT_FOR
    mine.ring(FORGET, mine.timers[FORGET])
    assert list(mine.taken) == ["r2"]
    assert mine.timers[FORGET] == before(1).at + KEPT_FOR


def contact(number: str) -> Contact:
    return Contact("代表", number)


async def noted(process: Process, number: str, at: datetime) -> TurnHandlers:
    """Somebody with this number came to something that ended then."""
    turns = process.draws.turns
    await turns._take(number, person(1), Turn(CAME, at))
    return turns


async def test_who_came_lately_applies_with_fewer_lots() -> None:
    process = Process(World())
    await process.open({RESIDENT: 1})
    await noted(process, "13900000001", OPENS - DAY)
    for number, phone in enumerate(("13900000001", "13900000002")):
        await process.apply(number, RESIDENT, contact(phone))
    await process.close()
    assert [await process.weight(number) for number in range(2)] == [6, 12]


async def test_who_had_a_place_is_noted_by_the_blind_index_and_who_waited_is_not() -> None:
    district = District(Hand(STARTS))
    activity = await district.hold_activity()
    point = activity.points[0].id

    def came_or_not(each: Roster) -> list[str]:
        for mine, status in zip(each.seated(), (Status.ATTENDED, Status.ABSENT), strict=False):
            each.registrations[mine.id] = replace(mine, status=status)
        return [mine.id for mine in each.seated()] + [mine.id for mine in each.waiting()]

    ids = await district.rosters.change(point, came_or_not)
    contacts = await district.vault.contacts(point)
    for _ in "ab":
        await district.turns.note(point, OPENS - DAY)
    weights = [await district.turns.weight(contacts[each], OPENS) for each in ids]
    assert weights[:2] == [6, 3]
    assert set(weights[2:]) == {12}
    assert len(weights) > 2


async def test_after_its_time_nothing_is_left_of_a_turn() -> None:
    world = World()
    turns = await noted(Process(world), "13900000001", OPENS - DAY)
    assert await turns.weight(contact("13900000001"), OPENS) == 6
    await turns.ring("13900000001", FORGET)
    assert await turns.weight(contact("13900000001"), OPENS) == 6, "not before it is due"
    world.clock.move(KEPT_FOR.total_seconds())
    await turns.ring("13900000001", FORGET)
    with pytest.raises(NotFound):
        await turns._turns.get("13900000001")
