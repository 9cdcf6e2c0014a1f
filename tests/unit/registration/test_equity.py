"""The equity report tells nothing about fewer than five people, not even to those who subtract."""

from collections import defaultdict
from collections.abc import Iterator
from functools import reduce
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration.domain import equity as report
from services.registration.domain.equity import FEWEST, Equity, Share, equity, told
from shared.errors import Conflict, NotFound
from tests.unit.registration.draws import DrawPoint, Story, people
from tests.unit.registration.rosters import DEPUTY, MEDIA, MEMBER, RESIDENT, roster

Counts = dict[str, tuple[int, int]]
"""By group: how many were drawn, how many applied and were not."""

COUNTS = st.dictionaries(st.sampled_from("abcd"), st.tuples(st.integers(0, 12), st.integers(0, 30)))


def of(point: DrawPoint) -> Equity:
    """The report."""
    return equity(point.roster, point.listed)


def shares(counts: Counts) -> list[Share[str]]:
    """What is told of them."""
    entered = [(group, True) for group, (won, _) in counts.items() for _ in range(won)]
    entered += [(group, False) for group, (_, lost) in counts.items() for _ in range(lost)]
    return told(entered)


def subtracted(counts: Counts, shown: list[Share[str]]) -> Iterator[int]:
    """Numbers of people that can be had from what is told and the totals, which are public."""
    won, lost = (sum(column) for column in zip((0, 0), *counts.values(), strict=True))
    for size in range(1, len(shown) + 1):
        for some in combinations(shown, size):
            drawn, applied = sum(each.confirmed for each in some), sum(each.applied for each in some)
            yield from (applied, drawn, applied - drawn)
            yield from (won + lost - applied, won - drawn, lost - (applied - drawn))


@settings(max_examples=150, deadline=None)
@given(COUNTS)
def test_nothing_that_can_be_subtracted_counts_fewer_than_five(counts: Counts) -> None:
    assert not [each for each in subtracted(counts, shares(counts)) if 0 < each < FEWEST]


def test_to_leave_small_groups_out_would_give_them_away() -> None:
    """The control: a report that only hides what is small."""
    counts = {"many": (10, 14), "few": (2, 3)}
    hiding = [Share(("many",), 24, 10)]
    assert {2, 3, 5} <= set(subtracted(counts, hiding))
    assert shares(counts) == [Share(("few", "many"), 29, 12)]


def test_a_group_told_together_could_be_more_than_one_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever knows the rule and the report cannot work a hidden group out: every small table was tried, with k = 2."""
    monkeypatch.setattr(report, "FEWEST", 2)
    numbers: list[tuple[int, int]] = [(won, lost) for won in range(5) for lost in range(5)]
    possible = defaultdict[tuple[Share[str], ...], list[Counts]](list)
    for table in product(numbers, repeat=3):
        counts: Counts = dict(zip("abc", table, strict=True))
        possible[tuple(shares(counts))].append(counts)
    hidden = 0
    for shown, tables in possible.items():
        for group in {each for share in shown if len(share.groups) > 1 for each in share.groups}:
            hidden += 1
            if any(max(map(max, each.values())) <= 3 for each in tables):  # larger ones would need a larger trial
                assert len({each[group] for each in tables}) > 1, (shown, group)
    assert hidden > 100


def test_what_is_told_is_everybody_or_nothing() -> None:
    assert shares({}) == []
    assert shares({"few": (3, 3), "fewer": (1, 9)}) == []
    plenty = {"a": (5, 5), "b": (6, 9), "few": (0, 8)}
    assert sum(each.applied for each in shares(plenty)) == 33
    assert {each.groups for each in shares(plenty)} == {("a", "few"), ("b",)}


def test_a_draw_is_told_by_category_and_by_tag() -> None:
    """Forty-one apply for eighteen places, as for the school of the season."""
    crowd = people([DEPUTY] * 6 + [MEMBER] * 6 + [RESIDENT] * 24 + [MEDIA] * 5)
    story = Story({DEPUTY: 3, MEMBER: 3, RESIDENT: 10, MEDIA: 2}, crowd)
    drawn = of(story.held())
    residents, others = sorted(drawn.by_category, key=lambda each: len(each.groups))
    assert (residents.groups, residents.applied, residents.confirmed) == ((RESIDENT,), 24, 10)
    assert (set(others.groups), others.applied, others.confirmed) == ({DEPUTY, MEMBER, MEDIA}, 17, 8)
    assert drawn.by_grassroots == [Share((False,), 41, 18)]


def test_the_report_is_of_the_draw_and_stays_as_it_was() -> None:
    crowd = people([RESIDENT] * 24)
    point = Story({RESIDENT: 10}, crowd).held()
    before = of(point)
    for each in point.roster.seated()[:3]:
        point.cancel(each.id)
    assert of(point) == before


def test_there_is_no_report_before_the_draw() -> None:
    with pytest.raises(NotFound, match="no_draw"):
        equity(roster(), {})
    point = DrawPoint()
    with pytest.raises(Conflict, match="draw_not_committed"):
        of(point)
    point.apply("a", RESIDENT, grassroots=True)
    point.close()
    with pytest.raises(Conflict, match="draw_pending"):
        of(point)
    point.draw()
    assert (of(point).by_category, of(point).by_grassroots) == ([], [])


@settings(max_examples=50, deadline=None)
@given(COUNTS)
def test_a_group_is_told_once_or_not_at_all(counts: Counts) -> None:
    groups = [each for share in shares(counts) for each in share.groups]
    assert len(groups) == len(set(groups))
    whole = reduce(Share.plus, shares(counts), Share[str]((), 0, 0))
    assert whole.applied in (0, sum(map(sum, counts.values())))
