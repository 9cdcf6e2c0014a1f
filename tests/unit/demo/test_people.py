"""People are made, never committed: valid in form, the same for the same seed, nobody's in fact."""

import re
from datetime import date
from itertools import islice

import pytest

from deploy.demo.people import NOWHERE, check_digit, people

MANY = 400


@pytest.mark.parametrize("published", ["11010519491231002X", "440524188001010014"])
def test_the_check_digit_is_that_of_the_standards_examples(published: str) -> None:
    assert check_digit(published[:17]) == published[17]


def test_numbers_are_valid_in_form_and_belong_to_no_division_of_the_country() -> None:
    for person in islice(people(), MANY):
        assert re.fullmatch(r"1[3-9]\d{9}", person.phone)
        assert person.id_number.startswith(NOWHERE)
        assert person.id_number[17] == check_digit(person.id_number[:17])
        assert date(1950, 1, 1) <= date.fromisoformat(person.id_number[6:14]) < date(2000, 1, 1)


def test_one_seed_makes_the_same_people_and_another_others() -> None:
    first, again, other = (list(islice(people(seed), MANY)) for seed in (1, 1, 2))
    assert first == again
    assert [each.phone for each in first] != [each.phone for each in other]


def test_no_phone_number_comes_twice() -> None:
    phones = [each.phone for each in islice(people(), 5 * MANY)]
    assert len(set(phones)) == len(phones)


def test_a_person_is_not_shown_by_accident() -> None:
    person = next(people())
    shown = f"{person!r} {person} {[person]}"
    assert not any(value in shown for value in (person.name, person.phone, person.id_number))
