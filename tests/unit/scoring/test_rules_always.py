"""What holds of every record: caps, order, and a ledger that follows."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.scoring.domain.claim import Claim
from services.scoring.domain.facts import Contribution, Filed
from services.scoring.domain.ledger import reconciled, standing, total
from services.scoring.domain.rulebook import BONUSES
from tests.unit.scoring.records import BOOK, STARTS, activity, claim, held, lines, missed, overdue, proof, streamed

LEVELS = st.sampled_from(["city", "province", "national"])


@st.composite
def contributions(draw: st.DrawFn) -> list[Contribution]:
    """Up to nine activities, with every kind of fault."""
    return [_one(draw, f"a{each}") for each in range(draw(st.integers(0, 9)))]


def _one(draw: st.DrawFn, id_: str) -> Contribution:
    made = streamed(id_, *draw(st.sets(st.sampled_from(["live_blog", "live_video", "media"]))))
    if draw(st.booleans()):
        made = replace(made, filed=draw(st.sampled_from([None, Filed(False, 2, proof(f"{id_}-dos-2"))])))
    if draw(st.booleans()):
        made = replace(made, filing_missed=missed(id_))
    if draw(st.booleans()):
        made = replace(made, published=())
    if draw(st.booleans()):
        made = replace(made, overdue=overdue(f"{id_}-o", draw(st.integers(1, 2))))
    return replace(made, held=draw(st.sampled_from([None, held(id_), held(id_, composition_met=False)])))


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    """Up to six accepted ones."""
    made = []
    for each in range(draw(st.integers(0, 6))):
        rule = draw(st.sampled_from(["replicable_case", "superior_publication"]))
        level = draw(LEVELS) if rule == "superior_publication" else None
        made.append(claim(f"c{each}", rule, level, draw(st.sampled_from([None, "a0", "a1"]))))
    return made


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


@given(first=contributions(), second=contributions(), made=claims())
def test_a_ledger_follows_its_lines_and_reconciling_again_adds_nothing(
    first: list[Contribution], second: list[Contribution], made: list[Claim]
) -> None:
    entries = reconciled([], lines(*first), BOOK.version, STARTS)
    wanted = lines(*second, claims=tuple(made), closed=True)
    entries += reconciled(entries, wanted, BOOK.version, STARTS)
    assert sorted((each.line.rule, each.line.subject, each.line.points) for each in standing(entries)) == sorted(
        (each.rule, each.subject, each.points) for each in wanted
    )
    assert total(entries) == sum(each.points for each in wanted)
    assert reconciled(entries, wanted, BOOK.version, STARTS) == []
    assert reconciled(entries, reversed(wanted), BOOK.version, STARTS) == []


@given(known=contributions())
def test_a_new_version_of_the_rulebook_takes_every_line_back_and_enters_it_anew(known: list[Contribution]) -> None:
    entries = reconciled([], lines(*known), BOOK.version, STARTS)
    count = len(entries)
    entries += reconciled(entries, lines(*known), "hedong-2021.2", STARTS)
    assert len(entries) == 3 * count
    assert {each.rulebook for each in standing(entries)} <= {"hedong-2021.2"}
    assert total(entries) == sum(each.points for each in lines(*known))


def test_an_activity_counts_up_to_the_moment_that_is_asked() -> None:
    later = replace(proof("a1-pub-1"), at=STARTS.replace(year=2022))
    whole = activity()
    made = replace(whole, published=tuple(replace(each, proof=later) for each in whole.published))
    assert made.until(STARTS.replace(year=2022)) == made
    assert made.until(STARTS).published == ()
    assert made.until(STARTS).held == made.held
    assert made.until(STARTS.replace(year=2020)) == Contribution("a1", 1)
