"""Over many seeds every order is as likely as any other, and so is everybody's place. With orders that are not.

Chi-square against equal chances, with fixed seeds: the same numbers in every run. The bound is that of one run in a
thousand; an even order stays below it here for good, a biased one leaves it far behind.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import permutations

import pytest

from services.registration.domain.composition import Category
from services.registration.domain.draw import Applicant, Places, applicants_digest, digest, order, result
from shared.ids import derived_id
from tests.unit.registration.rosters import DEPUTY, RESIDENT

Order = Callable[[str, str, Mapping[str, int]], list[str]]

SEEDS = [digest(f"seed {number}") for number in range(2400)]
LISTED = digest("the list")
FOUR = dict.fromkeys([derived_id("registration", str(number)) for number in range(4)], 2)
FIRST = next(iter(FOUR))
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


def by_arrival(seed: str, listed: str, weights: Mapping[str, int]) -> list[str]:
    """Nothing is drawn."""
    return list(weights)


def friend_first(seed: str, listed: str, weights: Mapping[str, int]) -> list[str]:
    """One of four has twice as many lots."""
    return order(seed, listed, {**weights, FIRST: 2 * weights[FIRST]})


def from_few_seeds(seed: str, listed: str, weights: Mapping[str, int]) -> list[str]:
    """A seed of four bits cannot reach all orders."""
    return order(seed[0], listed, weights)


def test_every_order_is_equally_likely() -> None:
    assert distance(order) < ONE_IN_A_THOUSAND[23]


@pytest.mark.parametrize("biased", [by_arrival, friend_first, from_few_seeds])
def test_a_biased_order_is_found(biased: Order) -> None:
    assert distance(biased) > 2 * ONE_IN_A_THOUSAND[23]


def wins(applicants: dict[str, Category], seats: dict[Category, int]) -> Counter[str]:
    """How often each was drawn over all seeds."""
    places = Places("point", 20, dict.fromkeys(Category, 0) | seats)
    everyone = {id_: Applicant(category, 1) for id_, category in applicants.items()}
    listed = applicants_digest(places, everyone)
    return Counter(each for seed in SEEDS for each in result(listed, places, everyone, (), seed).confirmed)


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


WEIGHTS = {derived_id("registration", f"weighs {weight}"): weight for weight in (12, 6, 3, 1)}


def first_two(rule: Order) -> float:
    """Of who is drawn first and second from the weights among those who are left: 11 degrees of freedom."""
    seen = Counter[object](tuple(rule(seed, LISTED, WEIGHTS)[:2]) for seed in SEEDS)
    whole, distance = sum(WEIGHTS.values()), 0.0
    for one, two in permutations(WEIGHTS, 2):
        expected = len(SEEDS) * WEIGHTS[one] / whole * WEIGHTS[two] / (whole - WEIGHTS[one])
        distance += (seen[one, two] - expected) ** 2 / expected
    return distance


def one_lot_each(seed: str, listed: str, weights: Mapping[str, int]) -> list[str]:
    """Nobody's turn counts."""
    return order(seed, listed, dict.fromkeys(weights, 1))


def heaviest_first(seed: str, listed: str, weights: Mapping[str, int]) -> list[str]:
    """Who has had a turn has no chance before the others."""
    return sorted(weights, key=lambda each: -weights[each])


def test_who_weighs_half_is_drawn_half_as_often_among_those_who_are_left() -> None:
    assert first_two(order) < ONE_IN_A_THOUSAND[11]


@pytest.mark.parametrize("biased", [one_lot_each, heaviest_first])
def test_an_order_that_does_not_follow_the_weights_is_found(biased: Order) -> None:
    assert first_two(biased) > 2 * ONE_IN_A_THOUSAND[11]
