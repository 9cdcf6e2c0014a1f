"""What holds of every record: caps, and that order means nothing."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.scoring.domain.claim import Claim
from services.scoring.domain.facts import Contribution
from services.scoring.domain.rulebook import BONUSES
from tests.unit.scoring.drawn import claims, contributions
from tests.unit.scoring.records import BOOK, STARTS, activity, lines, proof

RECORDS: dict[str, Any] = {"known": contributions(), "made": claims(), "closed": st.booleans()}


@given(**RECORDS)
def test_caps_are_never_exceeded(known: list[Contribution], made: list[Claim], *, closed: bool) -> None:
    sums: dict[str, int] = defaultdict(int)
    for each in lines(*known, claims=tuple(made), closed=closed):
        sums[each.rule] += each.points
    for rule in BOOK.rules:
        assert rule.cap is None or abs(sums[rule.code]) <= rule.cap
    assert sum(sums[each.code] for each in BOOK.rules if each.kind in BONUSES) <= BOOK.bonus_cap
    assert sum(points for points in sums.values() if points > 0) <= BOOK.base_points + BOOK.bonus_cap


@given(**RECORDS, chance=st.randoms())
def test_the_order_of_facts_means_nothing(
    known: list[Contribution], made: list[Claim], *, closed: bool, chance: Any
) -> None:
    before = lines(*known, claims=tuple(made), closed=closed)
    chance.shuffle(known)
    chance.shuffle(made)
    assert lines(*known, claims=tuple(made), closed=closed) == before


def test_an_activity_counts_up_to_the_moment_that_is_asked() -> None:
    later = replace(proof("a1-pub-1"), at=STARTS.replace(year=2022))
    whole = activity()
    made = replace(whole, published=tuple(replace(each, proof=later) for each in whole.published))
    assert made.until(STARTS.replace(year=2022)) == made
    assert made.until(STARTS).published == ()
    assert made.until(STARTS).held == made.held
    assert made.until(STARTS.replace(year=2020)) == Contribution("a1", 1)
