"""Over many seeds every order is as likely as any other, and so is everybody's place. With orders that are not.

Chi-square against equal chances, with fixed seeds: the same numbers in every run. The bound is that of one run in a
thousand; an even order stays below it here for good, a biased one leaves it far behind.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import permutations

import pytest

from services.registration.domain.composition import Category
from services.registration.domain.draw import Places, commit, digest, hold, order
from shared.ids import derived_id
from tests.unit.registration.rosters import CLOSES, DEPUTY, RESIDENT

Order = Callable[[str, str, Iterable[str]], list[str]]

SEEDS = [digest(f"seed {number}") for number in range(2400)]
LISTED = digest("the list")
FOUR = [derived_id("registration", str(number)) for number in range(4)]
ORDERS = list(permutations(FOUR))
ONE_IN_A_THOUSAND = {7: 24.32, 11: 31.26, 23: 49.73}
"""By degrees of freedom; tables of the chi-square distribution."""


def chi_square(seen: Counter[object], cells: int, expected: float) -> float:
    """The distance from equal counts; cells that were never seen count as well."""
    missing = cells - len(seen)
    return sum((count - expected) ** 2 for count in seen.values()) / expected + missing * expected


def distance(rule: Order) -> float:
    """Of the orders of four people from all orders being equally likely: 23 degrees of freedom."""
    seen = Counter[object](tuple(rule(seed, LISTED, FOUR)) for seed in SEEDS)
    return chi_square(seen, len(ORDERS), len(SEEDS) / len(ORDERS))


def by_arrival(seed: str, listed: str, ids: Iterable[str]) -> list[str]:
    """Nothing is drawn."""
    return list(ids)


def friend_first(seed: str, listed: str, ids: Iterable[str]) -> list[str]:
    """One of four has two lots."""
    drawn = order(seed, listed, [*ids, "again"])
    names = [FOUR[0] if each == "again" else each for each in drawn]
    return list(dict.fromkeys(names))


def from_few_seeds(seed: str, listed: str, ids: Iterable[str]) -> list[str]:
    """A seed of four bits cannot reach all orders."""
    return order(seed[0], listed, ids)


def test_every_order_is_equally_likely() -> None:
    assert distance(order) < ONE_IN_A_THOUSAND[23]


@pytest.mark.parametrize("biased", [by_arrival, friend_first, from_few_seeds])
def test_a_biased_order_is_found(biased: Order) -> None:
    assert distance(biased) > 2 * ONE_IN_A_THOUSAND[23]


def wins(applicants: dict[str, Category], seats: dict[Category, int]) -> Counter[str]:
    """How often each was drawn over all seeds."""
    places = Places("point", 20, dict.fromkeys(Category, 0) | seats)
    committed = commit(places, applicants, CLOSES)
    return Counter(each for seed in SEEDS for each in hold(committed, places, applicants, (), seed, CLOSES).confirmed)


@pytest.mark.parametrize(("category", "people", "seats"), [(RESIDENT, 12, 3), (DEPUTY, 8, 5)])
def test_everybody_of_a_category_has_the_same_chance(category: Category, people: int, seats: int) -> None:
    applicants = {
        derived_id("registration", f"{each}.{number}"): each
        for each, count in ((RESIDENT, 12), (DEPUTY, 8))
        for number in range(count)
    }
    won = wins(applicants, {RESIDENT: 3, DEPUTY: 5})
    mine = Counter[object]({each: won[each] for each, kind in applicants.items() if kind == category})
    expected = len(SEEDS) * seats / people
    drawn_without_return = (people - 1) / (people - seats)
    assert chi_square(mine, people, expected) * drawn_without_return < ONE_IN_A_THOUSAND[people - 1]
