"""Opinions are counted by address; a repeat of one is none, and who is not known is not counted."""

import pytest

from services.feedback.application.givers import Givers
from shared.commands import Once
from shared.errors import TooManyRequests
from shared.metrics import Metrics
from shared.security.attempts import Attempts
from tests.unit.shared.test_attempts import Hand


class Hall:
    """An address that may give two at once, and then one every twenty seconds."""

    def __init__(self) -> None:
        self.hand, self.metrics = Hand(), Metrics("things")
        self._givers = Givers(Attempts(2, 40.0, now=self.hand), self.metrics)

    def gave(self, key: str, origin: str = "a") -> int:
        """The seconds to wait, 0 when taken."""
        try:
            self._givers.note(origin, Once(key, "digest"))
        except TooManyRequests as refusal:
            return refusal.retry_after
        return 0


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_one_address_may_give_so_many_and_another_is_not_held(hall: Hall) -> None:
    assert [hall.gave(each) for each in "123"] == [0, 0, 20]
    assert hall.gave("4", origin="b") == 0
    assert hall.metrics.value("attempts_refused_total", limit="opinion_by_address") == 1
    hall.hand.at += 20
    assert hall.gave("3") == 0


def test_the_same_click_again_is_not_counted_and_an_unknown_address_neither(hall: Hall) -> None:
    assert [hall.gave("1") for _ in range(9)] == [0] * 9
    assert [hall.gave(str(each), origin="") for each in range(9)] == [0] * 9
    assert [hall.gave("2"), hall.gave("3")] == [0, 20]
