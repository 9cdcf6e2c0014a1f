"""The same facts give the same scorecards, byte for byte: in any order, repeated, overtaking, across crashes."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scoring.domain.card import ActivityCard, Push
from services.scoring.domain.rulebook import Rulebooks
from tests.unit.scoring.memory import Scoring
from tests.unit.scoring.season import EXPECTED, Told, about, everything, expected_scorecards

T = TypeVar("T")
SEASON = everything()
HEARD = about(SEASON, {each.aggregate for each in SEASON}, {*EXPECTED.scorecards, "gsgs", "kjj", "yjglj"})
STORY = about(SEASON, {"a02", "a05", "a07"}, {"zjj", "gsgs", "zhzfj", "lkjjq", "kjj"})
EXAMPLES = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Died(Exception):
    """The process ended here."""


def run(coroutine_of: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """In a loop of its own: what hypothesis calls is not async."""
    asyncio.run(coroutine_of())


async def in_order(scoring: Scoring, facts: list[Told]) -> dict[str, bytes]:
    await scoring.adopt()
    for each in facts:
        await scoring.hear(each)
    await scoring.close()
    return await scoring.scorecards()


@pytest.fixture(scope="module")
def by_hand() -> dict[str, bytes]:
    """What the season comes to when everything comes one after the other, once."""
    return asyncio.run(in_order(Scoring(), HEARD))


@pytest.fixture(scope="module")
def story_by_hand() -> dict[str, bytes]:
    """The same for the story."""
    return asyncio.run(in_order(Scoring(), STORY))


def test_the_season_comes_to_the_totals_written_by_hand() -> None:
    async def body() -> None:
        scoring = Scoring()
        cards = await in_order(scoring, SEASON)
        expected = expected_scorecards()
        assert set(cards) == set(expected)
        for unit, card in expected.items():
            found: dict[str, int] = defaultdict(int)
            for line in scoring.accounts[f"{unit}-2021"].lines:
                found[line.rule] += line.points
            # the one accepted claim is made by people, not by facts of others
            written = {rule: points for rule, points in card.lines.items() if points and rule != "superior_publication"}
            assert {rule: points for rule, points in found.items() if points} == written, unit

    run(body)


@EXAMPLES
@given(data=st.data())
def test_any_interleaving_of_aggregates_with_repeats(by_hand: dict[str, bytes], data: st.DataObject) -> None:
    order = interleaved(HEARD, data.draw(st.randoms(use_true_random=False)))
    early_close = data.draw(st.integers(0, len(order)))

    async def body() -> None:
        scoring = Scoring()
        await scoring.adopt()
        for place, each in enumerate(order):
            if place == early_close:
                await scoring.close()
            await scoring.hear(each)
        await scoring.close()
        assert await scoring.scorecards() == by_hand
        sound(scoring)

    run(body)


@EXAMPLES
@given(seed=st.integers(0, 2**32))
def test_partitions_that_overtake_one_another(story_by_hand: dict[str, bytes], seed: int) -> None:
    run(lambda: _rivals(seed, story_by_hand))


@EXAMPLES
@given(seed=st.integers(0, 2**32))
def test_a_crash_at_any_step_is_mended_by_the_repeat(story_by_hand: dict[str, bytes], seed: int) -> None:
    chance = random.Random(seed)

    def dies_sometimes() -> int:
        if chance.random() < 0.1:
            raise Died
        return 0

    async def body() -> None:
        scoring = Scoring(delay=dies_sometimes)
        await until_done(scoring.adopt)
        for each in interleaved(STORY, chance):
            await until_done(partial(scoring.hear, each))
        await until_done(scoring.close)
        assert await until_done(scoring.scorecards) == story_by_hand
        sound(scoring)

    run(body)


def test_the_version_of_a_card_keeps_an_overtaken_push_out(
    story_by_hand: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The property above without its guard: some schedule goes wrong."""
    guarded = ActivityCard.pushes

    def unversioned(self: ActivityCard, books: Rulebooks) -> tuple[Push, ...]:
        pushes = guarded(self, books)
        return tuple(replace(each, contribution=replace(each.contribution, version=0)) for each in pushes)

    monkeypatch.setattr(ActivityCard, "pushes", unversioned)
    with pytest.raises(AssertionError):
        run(lambda: _every(range(60), story_by_hand))


async def _every(seeds: Iterable[int], expected: dict[str, bytes]) -> None:
    for seed in seeds:
        await _rivals(seed, expected)


async def _rivals(seed: int, expected: dict[str, bytes]) -> None:
    """Every aggregate of the story at once, each step delayed by chance."""
    chance = random.Random(seed)
    scoring = Scoring(delay=lambda: chance.randrange(8))
    await scoring.adopt()

    async def partition(facts: list[Told]) -> None:
        for each in facts:
            await scoring.hear(each)

    rivals = [partition(each) for each in by_aggregate(STORY).values()]
    chance.shuffle(rivals)
    await asyncio.gather(*rivals, scoring.close())
    assert await scoring.scorecards() == expected
    sound(scoring)


def by_aggregate(facts: list[Told]) -> dict[str, list[Told]]:
    """The order that a topic keeps."""
    queues: dict[str, list[Told]] = defaultdict(list)
    for each in sorted(facts, key=lambda each: each.sequence):
        queues[each.aggregate].append(each)
    return queues


def interleaved(facts: list[Told], chance: random.Random) -> list[Told]:
    """Every aggregate's facts in sequence, aggregates in any order, some facts again right after."""
    queues = by_aggregate(facts)
    order: list[Told] = []
    while queues:
        name = chance.choice(sorted(queues))
        order += [queues[name].pop(0)] * chance.choice([1, 1, 2])
        if not queues[name]:
            del queues[name]
    return order


async def until_done(step: Callable[[], Awaitable[T]]) -> T:
    while True:
        try:
            return await step()
        except Died:
            continue


def sound(scoring: Scoring) -> None:
    """What holds of every ledger at any time."""
    for account in scoring.accounts.values():
        entries = account.entries
        back = {each.reverses for each in entries}
        stands = [each for each in entries if each.reverses is None and each.number not in back]
        assert [each.number for each in entries] == list(range(1, len(entries) + 1))
        assert sum(each.line.points for each in stands) == account.total == sum(each.line.points for each in entries)
        assert len({each.key for each in stands}) == len(stands)
        assert [each.line for each in stands] == account.lines
