"""Residents at least one third, in integers. Policy clause three."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.composition import Category, Composition, seats_for_others


@pytest.mark.parametrize(
    ("residents", "total", "short_by"),
    [
        (0, 0, 0),
        (0, 1, 1),
        (1, 3, 0),
        (7, 20, 0),  # activity five of the season: just above one third
        (4, 12, 0),  # activity six: exactly one third
        (3, 11, 1),  # activity six at the door
        (3, 16, 4),  # thirteen others and three residents
        (6, 20, 1),
    ],
)
def test_one_third(residents: int, total: int, short_by: int) -> None:
    composition = Composition(residents, total)
    assert (composition.met, composition.short_by) == (short_by == 0, short_by)


@pytest.mark.parametrize(("cap", "others"), [(20, 13), (15, 10), (12, 8), (18, 12), (24, 16), (1, 0), (2, 1), (3, 2)])
def test_seats_kept_for_residents(cap: int, others: int) -> None:
    assert seats_for_others(cap) == others


@given(st.integers(0, 60), st.integers(0, 60))
def test_short_by_is_the_least_number_of_residents_that_mends_it(residents: int, others: int) -> None:
    composition = Composition(residents, residents + others)
    mended = Composition(residents + composition.short_by, residents + others + composition.short_by)
    assert mended.met
    if composition.short_by:
        nearly = composition.short_by - 1
        assert not Composition(residents + nearly, residents + others + nearly).met


@given(st.integers(1, 60))
def test_a_full_point_can_always_meet_the_rule(cap: int) -> None:
    others = seats_for_others(cap)
    assert Composition(cap - others, cap).met
    assert not Composition(cap - others - 1, cap).met or cap - others - 1 < 0 or others + 1 > cap


@given(st.sampled_from(list(Category)), st.integers(0, 20), st.integers(0, 20))
def test_one_more_person_counts_once(category: Category, residents: int, others: int) -> None:
    before = Composition(residents, residents + others)
    after = before.plus(category)
    assert after.total == before.total + 1
    assert after.residents - before.residents == (category == Category.RESIDENT)
