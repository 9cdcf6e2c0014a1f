"""Before a claim code: guessing does not pay, and a stranger locks nobody out."""

from collections.abc import Callable
from functools import partial

import pytest

from shared.errors import TooManyRequests
from shared.metrics import Metrics
from shared.security.attempts import Attempts, Recent
from shared.security.claims import ClaimGuard
from shared.settings import AttemptSettings
from tests.unit.shared.test_attempts import Hand

RIGHT, WRONG = "GOODCODE", "BADCODES"
LIMITS = AttemptSettings(seconds=90, codes_per_address=3, codes=9)


class Door:
    """A guard, its clock and its metrics; `at` is what it answers to a code."""

    def __init__(self) -> None:
        self.hand, self.metrics = Hand(), Metrics("things")
        self.looked = 0
        self._guard = ClaimGuard(self._matches, LIMITS, self.metrics, now=self.hand)

    def at(self, code: str | None, origin: str, subject: str = "mine") -> bool | int:
        """Whether it opens, or the seconds to wait."""
        try:
            return self._guard.opens(subject, code, origin)
        except TooManyRequests as refusal:
            return refusal.retry_after

    def _matches(self, subject: str, code: str) -> bool:
        self.looked += 1
        return subject != "unknown" and code == RIGHT


@pytest.fixture
def door() -> Door:
    return Door()


def times(many: int, act: Callable[[], bool | int]) -> list[bool | int]:
    return [act() for _ in range(many)]


def test_after_so_many_wrong_codes_none_is_looked_at_until_the_pause_is_over(door: Door) -> None:
    assert times(4, lambda: door.at(WRONG, "a")) == [False, False, False, 30]
    assert (door.at(RIGHT, "a"), door.looked) == (30, 3)
    assert door.metrics.value("attempts_refused_total", limit="code_by_address") == 2
    door.hand.at += 30
    assert door.at(RIGHT, "a") is True


def test_a_stranger_does_not_lock_the_holder_out(door: Door) -> None:
    assert times(5, lambda: door.at(WRONG, "stranger"))[-1] == 30
    assert door.at(RIGHT, "holder") is True


def test_many_strangers_lock_out_those_alone_whom_nobody_knows(door: Door) -> None:
    assert door.at(RIGHT, "holder") is True
    assert [door.at(WRONG, f"stranger {number}") for number in range(10)] == [False] * 9 + [10]
    assert (door.at(RIGHT, "holder"), door.at(RIGHT, "elsewhere")) == (True, 10)
    assert door.metrics.value("attempts_refused_total", limit="code") == 2
    door.hand.at += 10
    assert door.at(RIGHT, "elsewhere") is True


def test_an_address_that_knew_the_code_once_may_not_guess_for_ever(door: Door) -> None:
    assert door.at(RIGHT, "shared") is True
    assert times(4, lambda: door.at(WRONG, "shared")) == [False, False, False, 30]


def test_an_unknown_subject_is_answered_like_a_known_one(door: Door) -> None:
    known, unknown = (
        [*times(4, partial(door.at, WRONG, "a", subject)), door.at(RIGHT, "a", subject)]
        for subject in ("mine", "unknown")
    )
    assert known == unknown == [False, False, False, 30, 30]


def test_what_is_wrong_at_one_registration_is_nothing_to_another(door: Door) -> None:
    assert times(4, lambda: door.at(WRONG, "a"))[-1] == 30
    assert door.at(RIGHT, "a", "another") is True


def test_right_codes_and_none_at_all_are_no_attempts(door: Door) -> None:
    assert times(20, lambda: door.at(RIGHT, "a")) == [True] * 20
    assert times(20, lambda: door.at(None, "a")) == [False] * 20
    assert times(20, lambda: door.at("", "a")) == [False] * 20
    assert times(4, lambda: door.at(WRONG, "a")) == [False, False, False, 30]


def test_where_the_address_is_not_known_only_the_registrations_own_limit_counts(door: Door) -> None:
    assert door.at(RIGHT, "") is True
    assert times(10, lambda: door.at(WRONG, "")) == [False] * 9 + [10]


def _no_pause(*_: object) -> float:
    return 0.0


def _nobody(*_: object) -> bool:
    return False


def _everybody_is_one(door: Door, code: str | None, origin: str, subject: str = "mine") -> bool | int:
    return AT(door, code, "everybody", subject)


AT = Door.at


@pytest.mark.parametrize(
    ("guard", "broken", "promise"),
    [
        ((Attempts, "wait"), _no_pause, test_after_so_many_wrong_codes_none_is_looked_at_until_the_pause_is_over),
        ((Attempts, "wait"), _no_pause, test_where_the_address_is_not_known_only_the_registrations_own_limit_counts),
        ((Recent, "__contains__"), _nobody, test_many_strangers_lock_out_those_alone_whom_nobody_knows),
        ((Door, "at"), _everybody_is_one, test_a_stranger_does_not_lock_the_holder_out),
    ],
    ids=["address", "registration", "holders", "one limit for all"],
)
def test_without_a_guard_a_promise_breaks(
    monkeypatch: pytest.MonkeyPatch,
    guard: tuple[type, str],
    broken: Callable[..., object],
    promise: Callable[[Door], None],
) -> None:
    """The controls."""
    monkeypatch.setattr(*guard, broken)
    with pytest.raises(AssertionError):
        promise(Door())
