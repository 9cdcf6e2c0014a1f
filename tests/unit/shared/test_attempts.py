"""An allowance that refills: never more than it says, never a longer pause than it says, never more memory."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import TooManyRequests
from shared.metrics import Metrics
from shared.security.attempts import Attempts, Recent, must_not_wait

MOST, SECONDS = 5, 100.0


class Hand:
    """A clock that is moved by hand; it begins late, as a machine's does that runs for months."""

    def __init__(self) -> None:
        self.at = 12_345_678.9

    def __call__(self) -> float:
        return self.at


def tried(attempts: Attempts[str], who: str) -> bool:
    """Whether `who` may; then it counts."""
    if attempts.wait(who):
        return False
    attempts.note(who)
    return True


@given(most=st.integers(1, 400), seconds=st.floats(0.5, 100_000))
def test_so_many_are_let_through_at_once_and_not_one_more(most: int, seconds: float) -> None:
    attempts: Attempts[str] = Attempts(most, seconds, now=Hand())
    assert [tried(attempts, "a") for _ in range(most + 1)] == [True] * most + [False]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 150)), max_size=120))
def test_in_any_stretch_of_the_window_at_most_twice_the_allowance(steps: list[tuple[str, float]]) -> None:
    hand = Hand()
    attempts: Attempts[str] = Attempts(MOST, SECONDS, now=hand)
    let: dict[str, list[float]] = defaultdict(list)
    for who, pause in steps:
        hand.at += pause / 10
        if tried(attempts, who):
            let[who].append(hand.at)
    for times in let.values():
        for begun in times:
            assert sum(begun <= each < begun + SECONDS for each in times) <= 2 * MOST


@given(st.lists(st.floats(0, 60), max_size=60))
def test_a_pause_is_as_long_as_it_was_said_to_be_and_no_longer_than_one_refill(pauses: list[float]) -> None:
    hand = Hand()
    attempts: Attempts[str] = Attempts(MOST, SECONDS, now=hand)
    for pause in pauses:
        hand.at += pause
        wait = attempts.wait("a")
        assert wait <= SECONDS / MOST + 0.001
        hand.at += wait
        assert tried(attempts, "a")


@given(st.lists(st.sampled_from("ab"), max_size=30))
def test_what_one_does_is_nothing_to_another(order: list[str]) -> None:
    attempts: Attempts[str] = Attempts(MOST, SECONDS, now=Hand())
    let = {who: sum(tried(attempts, each) for each in order if each == who) for who in "ab"}
    assert let == {who: min(MOST, order.count(who)) for who in "ab"}


def test_many_callers_cost_no_more_memory_than_was_set_and_the_latest_are_remembered() -> None:
    attempts: Attempts[str] = Attempts(1, SECONDS, kept=50, now=Hand())
    for number in range(1000):
        attempts.note(str(number))
    assert len(attempts) == 50
    assert [attempts.wait(str(each)) > 0 for each in (999, 950, 949, 0)] == [True, True, False, False]


def test_who_is_seen_again_is_not_the_oldest_any_more() -> None:
    recent: Recent[str, int] = Recent(kept=2)
    for each in ("a", "b", "a", "c"):
        recent.put(each, 1)
    assert [each in recent for each in "abc"] == [True, False, True]


@pytest.mark.parametrize(
    ("wait", "said", "zh", "en"), [(0.2, 1, "1 秒", "1 s"), (90, 90, "90 秒", "90 s"), (91, 91, "2 分钟", "2 minutes")]
)
def test_a_refusal_says_when_to_return_in_both_languages_and_is_counted(
    wait: float, said: int, zh: str, en: str
) -> None:
    metrics = Metrics("things")
    with pytest.raises(TooManyRequests) as refusal:
        must_not_wait({"code": wait, "code_by_address": 0.1}, metrics)
    assert (refusal.value.status, refusal.value.code, refusal.value.retry_after) == (429, "too_many_attempts", said)
    assert zh in refusal.value.sentence.zh
    assert en in refusal.value.sentence.en
    assert metrics.value("attempts_refused_total", limit="code") == 1


def test_who_need_not_wait_is_not_counted() -> None:
    metrics = Metrics("things")
    must_not_wait({"code": 0.0, "code_by_address": 0.0}, metrics)
    assert metrics.value("attempts_refused_total", limit="code") == 0
