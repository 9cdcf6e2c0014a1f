"""What the steps of a season share: the interfaces, the people who come, and what was learned on the way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from deploy.data.models import Category, Mix
from deploy.demo.api import Answer, Api
from deploy.demo.people import Person


@dataclass(frozen=True)
class Registered:
    """Somebody's registration, with the code that they keep."""

    id: str
    category: Category
    claim_code: str = field(repr=False)
    person: Person


@dataclass
class Point:
    """An open point as it was announced. `confirmed` and `waiting` are those at the lock."""

    id: str
    registered: list[Registered] = field(default_factory=list)
    confirmed: Mix | None = None
    waiting: Mix | None = None


@dataclass
class Activity:
    """An activity as the services know it."""

    plan_id: str
    id: str
    points: dict[str, Point] = field(default_factory=dict)


@dataclass(frozen=True)
class Opinion:
    """An opinion's receipt."""

    id: str
    claim_code: str = field(repr=False)


@dataclass(frozen=True)
class Attempt:
    """Something that had to be refused, or to turn out in one way only: what was expected and what came."""

    what: str
    expected: str
    got: str

    @property
    def as_expected(self) -> bool:
        """Whether it came as it had to."""
        return self.expected == self.got


@dataclass
class Stage:
    """One run of a season."""

    api: Api
    people: Iterator[Person]
    activities: dict[str, Activity] = field(default_factory=dict)
    opinions: dict[str, Opinion] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    invited: list[Person] = field(default_factory=list)

    def person(self) -> Person:
        """The next one who comes."""
        self.invited.append(next(self.people))
        return self.invited[-1]

    def refused(self, what: str, answer: Answer, status: int, code: str) -> None:
        """Note whether it was refused, and in the right words."""
        self.found(what, f"{status} {code}", f"{answer.status} {answer.code}".rstrip())

    def found(self, what: str, expected: Any, got: Any) -> None:
        """Note what turned out, and what had to."""
        self.attempts.append(Attempt(what, str(expected), str(got)))
