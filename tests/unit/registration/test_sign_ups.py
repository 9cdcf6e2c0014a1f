"""Requests for places are counted by number and by address; a repeat of one is none."""

from collections.abc import Callable

import pytest

from services.registration.application.sign_ups import SignUps
from services.registration.settings import RegistrationAttempts
from shared.commands import Once
from shared.errors import TooManyRequests
from shared.metrics import Metrics
from shared.security.attempts import Attempts, Recent
from tests.unit.shared.test_attempts import Hand

PER_PHONE, PER_ADDRESS, SECONDS = 2, 4, 40.0


class Counter:
    """Sign-ups with little room."""

    def __init__(self) -> None:
        self.hand, self.metrics = Hand(), Metrics("things")
        self._sign_ups = SignUps(
            Attempts(PER_PHONE, SECONDS, now=self.hand), Attempts(PER_ADDRESS, SECONDS, now=self.hand), self.metrics
        )

    def asked(self, person: str, origin: str, once: Once | None = None) -> int:
        """The seconds to wait, 0 when counted."""
        try:
            self._sign_ups.note(person, origin, once)
        except TooManyRequests as refusal:
            return refusal.retry_after
        return 0

    def refused(self, limit: str) -> float:
        return self.metrics.value("attempts_refused_total", limit=limit)


@pytest.fixture
def counter() -> Counter:
    return Counter()


def test_one_number_may_ask_so_often_from_wherever(counter: Counter) -> None:
    assert [counter.asked("p", f"a{number}") for number in range(3)] == [0, 0, 20]
    assert (counter.refused("registration_by_phone"), counter.refused("registration_by_address")) == (1, 0)
    counter.hand.at += 20
    assert counter.asked("p", "a9") == 0


def test_one_address_may_ask_for_so_many(counter: Counter) -> None:
    assert [counter.asked(f"p{number}", "a") for number in range(5)] == [0, 0, 0, 0, 10]
    assert (counter.refused("registration_by_phone"), counter.refused("registration_by_address")) == (0, 1)
    assert counter.asked("p9", "another") == 0


def test_a_repeat_of_the_same_request_is_not_counted_and_another_under_its_key_is(counter: Counter) -> None:
    once = Once("key", "digest")
    assert [counter.asked("p", "a", once) for _ in range(9)] == [0] * 9
    assert [counter.asked("p", "a", Once("key", f"other {number}")) for number in range(2)] == [0, 20]


def test_what_was_refused_counts_nowhere_and_its_repeat_is_refused_too(counter: Counter) -> None:
    assert [counter.asked("p", "a") for _ in range(2)] == [0, 0]
    assert [counter.asked("p", "a", Once("key", "digest")) for _ in range(9)] == [20] * 9
    assert [counter.asked(f"p{number}", "a") for number in range(3)] == [0, 0, 10]


def test_where_the_address_is_not_known_only_the_number_counts(counter: Counter) -> None:
    assert [counter.asked(f"p{number}", "") for number in range(20)] == [0] * 20
    assert [counter.asked("p0", "") for _ in range(2)] == [0, 20]


def test_a_network_that_puts_hundreds_behind_one_address_gets_through_as_it_is_set_up() -> None:
    limits = RegistrationAttempts()
    sign_ups = SignUps(
        Attempts(limits.registrations_per_phone, limits.seconds, now=Hand()),
        Attempts(limits.registrations_per_address, limits.seconds, now=Hand()),
        Metrics("things"),
    )
    for number in range(2000):
        sign_ups.note(f"p{number}", f"carrier {number % 8}", None)


@pytest.mark.parametrize(
    ("guard", "broken", "promise"),
    [
        ((Attempts, "wait"), 0.0, test_one_number_may_ask_so_often_from_wherever),
        ((Attempts, "wait"), 0.0, test_one_address_may_ask_for_so_many),
        (
            (Recent, "__contains__"),
            False,
            test_a_repeat_of_the_same_request_is_not_counted_and_another_under_its_key_is,
        ),
    ],
    ids=["number", "address", "repeats"],
)
def test_without_a_guard_a_promise_breaks(
    monkeypatch: pytest.MonkeyPatch, guard: tuple[type, str], broken: object, promise: Callable[[Counter], None]
) -> None:
    """The controls."""
    monkeypatch.setattr(*guard, lambda *_: broken)
    with pytest.raises(AssertionError):
        promise(Counter())
