"""The ledger: kept as differences, told whole; it grows with the activities and not with their square."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.adapters.account_form import AccountForm
from services.scoring.adapters.events import published
from services.scoring.domain.account import Account
from services.scoring.domain.card import AccountKey
from services.scoring.domain.claim import Claim
from services.scoring.domain.evaluation import evaluate
from services.scoring.domain.facts import Contribution, Filed
from services.scoring.domain.ledger import Entry, Occasion
from services.scoring.domain.lines import Difference, Line, line
from services.scoring.domain.period import Period
from services.scoring.domain.record import Record
from services.scoring.domain.rulebook import Rulebook
from shared.events.registration_v1 import ActivityHeld
from shared.storage.document import Codec, Held
from tests.unit.scoring.busy import UNIT as BUSY
from tests.unit.scoring.busy import busy_year
from tests.unit.scoring.drawn import claims, contributions
from tests.unit.scoring.memory import Scoring
from tests.unit.scoring.records import BOOK, STARTS, UNIT, activity, proof

NEXT = replace(BOOK, version="hedong-2021.2")
STORED, PLAIN = Codec(Account, published, AccountForm()), Codec(Account, published)
between = Difference.between


@dataclass(frozen=True)
class Moment:
    """What is known of the unit's year at one time."""

    known: list[Contribution]
    made: list[Claim] = field(default_factory=list)
    closed: bool = False
    book: Rulebook = BOOK


MOMENTS = st.lists(
    st.builds(Moment, contributions(), claims(), st.booleans(), st.sampled_from([BOOK, BOOK, NEXT])), max_size=5
)


def moved(moments: Iterable[Moment]) -> Account:
    """An account that went through all of them."""
    account = Account.begin(AccountKey(UNIT, 2021), Period.begin(2021, BOOK.version))
    account.assessed = True
    for number, each in enumerate(moments):
        account.activities = {known.activity_id: known for known in each.known}
        account.claims = {claim.id: claim for claim in each.made}
        account.closed = each.closed
        account.reconcile(each.book, Occasion(STARTS, f"cause-{number}"))
    return account


def plainly(moments: Iterable[Moment]) -> list[Entry]:
    """The same ledger in the plainest way: every entry whole, every comparison over all of them."""
    entries: list[Entry] = []
    for number, each in enumerate(moments):
        record = Record.of(2021, each.known, each.made, assessed=True, closed=each.closed)
        wanted = {(each.book.version, one.rule, one.subject): one for one in evaluate(each.book, record)}
        back = {one.reverses for one in entries}
        stands = {one.key: one for one in entries if one.reverses is None and one.number not in back}
        for key, entry in stands.items():
            if wanted.get(key) != entry.line:
                taken = line(entry.line.rule, entry.line.subject, -entry.line.points, ())
                entries.append(Entry(len(entries) + 1, entry.rulebook, taken, entry.number, STARTS, f"cause-{number}"))
        for key, one in wanted.items():
            if key not in stands or stands[key].line != one:
                entries.append(Entry(len(entries) + 1, each.book.version, one, None, STARTS, f"cause-{number}"))
    return entries


@settings(max_examples=40, deadline=None)
@given(moments=MOMENTS)
def test_every_entry_is_told_whole_as_it_was_made(moments: list[Moment]) -> None:
    account, plain = moved(moments), plainly(moments)
    assert account.entries == plain
    assert account.entered == len(plain)
    back = {each.reverses for each in plain}
    assert account.lines == [each.line for each in plain if each.reverses is None and each.number not in back]
    assert account.total == sum(each.line.points for each in plain)
    ledger = list(account.ledger)
    account.reconcile(moments[-1].book if moments else BOOK, Occasion(STARTS, "again"))
    assert account.ledger == ledger


def test_a_new_version_of_the_rulebook_takes_every_line_back_and_enters_it_anew() -> None:
    known = [activity("a1"), activity("a2")]
    account = moved([Moment(known), Moment(known, book=NEXT)])
    count = len(account.lines)
    assert count == account.entered / 3
    assert {each.rulebook for each in account.entries[2 * count :]} == {NEXT.version}
    assert {each.reverses for each in account.entries[count : 2 * count]} == set(range(1, count + 1))


SHRINKING = [
    Moment([activity(each, complete=False) for each in ("a1", "a2")], closed=True),
    Moment([activity("a1", filed=Filed(True, 0, proof("a1-dos-1"))), activity("a2", complete=False)], closed=True),
]


def test_an_entry_says_what_made_it_and_what_is_new_in_it() -> None:
    account = moved(SHRINKING)
    step = json.loads(account.ledger[-1])
    published_ = next(each for each in step["put"] if each["rule"] == "result_published")
    assert (step["cause"], step["first"], len(step["back"])) == ("cause-1", 8, 2)
    assert published_ == {
        "rule": "result_published",
        "subject": "2021",
        "points": 0,
        "outcome": "not_yet",
        "which_withdrawn": ["a1"],
        "withdrawn": ["a1-9"],
    }
    assert {each.cause for each in account.entries[7:]} == {"cause-1"}


@pytest.mark.parametrize("forgotten", ["withdrawn", "which_withdrawn", "added", "inputs"])
def test_the_plain_ledger_finds_out_a_difference_that_is_not_written(
    monkeypatch: pytest.MonkeyPatch, forgotten: str
) -> None:
    """The control of the first test."""
    assert moved(SHRINKING).entries == plainly(SHRINKING)

    def forgetful(last: Line | None, new: Line) -> Difference:
        nothing: dict[str, Any] = {forgotten: {} if forgotten == "inputs" else ()}
        return replace(between(last, new), **nothing)

    monkeypatch.setattr(Difference, "between", forgetful)
    assert moved(SHRINKING).entries != plainly(SHRINKING)


async def test_facts_that_are_told_together_leave_the_ledger_that_each_alone_would_leave() -> None:
    alone, together = Scoring(), Scoring()
    await alone.adopt()
    await together.adopt()
    unit, *told = busy_year(20)
    for scoring in (alone, together):
        await scoring.hear(unit)
    for each in told:
        await alone.hear(each)
    for _, run in groupby(told, key=lambda each: each.aggregate):
        await together.hear_together(list(run))
    one, other = (each.accounts[f"{BUSY}-2021"] for each in (alone, together))
    assert other.entries == one.entries
    assert together.facts == alone.facts
    assert await together.scorecards() == await alone.scorecards()


@given(moments=MOMENTS)
@settings(max_examples=20, deadline=None)
def test_an_account_comes_back_from_the_database_as_it_was(moments: list[Moment]) -> None:
    account = moved(moments)
    account.late = dict(list(account.activities.items())[:2])
    document = bson.decode(bson.encode(STORED.document(Held(account))))
    assert STORED.aggregate(document) == account
    assert STORED.aggregate(document | {"state": PLAIN.document(Held(account))["state"]}) == account


@pytest.mark.parametrize("closed", [False, True])
async def test_an_account_grows_with_its_activities(*, closed: bool) -> None:
    """`closed`: as in a rebuild of a year that is over, where what is missing stands as a line until it comes."""
    each = await _bytes_each((10, 50, 100) if closed else (10, 50, 100, 200), closed=closed)
    assert max(each) < 4_500
    assert each == sorted(each, reverse=True)


async def test_told_whole_each_time_it_would_grow_with_their_square(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above."""
    monkeypatch.setattr(Difference, "between", lambda _, new: between(None, new))
    few, many = await _bytes_each((10, 50), closed=False)
    assert many > 1.5 * few


async def _bytes_each(counts: Sequence[int], *, closed: bool) -> list[float]:
    """The stored state of a unit, for each of its activities, when it had held so many."""
    scoring = Scoring()
    await scoring.adopt()
    if closed:
        await scoring.close()
    found, held = list[float](), 0
    for told in busy_year(max(counts) + 1):
        if isinstance(told.fact, ActivityHeld):
            if held in counts:
                found.append(_size(scoring) / held)
            held += 1
        await scoring.hear(told)
    return found


def _size(scoring: Scoring) -> int:
    return len(bson.encode(STORED.document(Held(scoring.accounts[f"{BUSY}-2021"]))))
