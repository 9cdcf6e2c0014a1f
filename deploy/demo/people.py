"""Who comes to the open days: made at run time from a seed, so that no name or number of a person is ever committed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

SEED = 20210811  # the day of the notice
# No division of the country has a code that begins with 99, so these numbers belong to nobody.
NOWHERE = "990000"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, 3.5
_CHECK = "10X98765432"


@dataclass(frozen=True)
class Person:
    """A public representative. `repr` tells nothing about them, so that no log or traceback does."""

    name: str
    phone: str
    id_number: str

    def __repr__(self) -> str:
        return "Person(…)"


def people(seed: int = SEED) -> Iterator[Person]:
    """One after another without end, the same for the same seed, no phone number twice."""
    chance = random.Random(seed)
    phones: set[str] = set()
    for number in _numbers():
        phone = _phone(chance)
        while phone in phones:
            phone = _phone(chance)
        phones.add(phone)
        yield Person(f"代表{number:03d}", phone, _id_number(chance))


def check_digit(first_seventeen: str) -> str:
    """The last digit of a citizen identification number (GB 11643-1999): ISO 7064, MOD 11-2."""
    weighted = sum(int(digit) * weight for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return _CHECK[weighted % 11]


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def _phone(chance: random.Random) -> str:
    """In the form of a mainland mobile number."""
    return f"1{chance.randint(3, 9)}{chance.randrange(10**9):09d}"


def _id_number(chance: random.Random) -> str:
    born = date(1950, 1, 1) + timedelta(days=chance.randrange(50 * 365))
    stem = f"{NOWHERE}{born:%Y%m%d}{chance.randrange(1000):03d}"
    return stem + check_digit(stem)
