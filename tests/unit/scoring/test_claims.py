"""Bonus claims: what may be claimed, who decides, at which level."""

from dataclasses import replace

import pytest

from services.scoring.domain.account import Account
from services.scoring.domain.card import AccountKey
from services.scoring.domain.claim import Claim, Decision
from services.scoring.domain.claims import MOST
from services.scoring.domain.events import BonusClaimed, BonusDecided
from services.scoring.domain.ledger import Occasion
from services.scoring.domain.period import Period
from shared.errors import Conflict, Forbidden, Invalid, Problem
from tests.unit.scoring.records import BOOK, STARTS, UNIT, activity, claim

NOBODY: frozenset[str] = frozenset()
OCCASION = Occasion(STARTS, None)


@pytest.fixture
def account() -> Account:
    """Of an assessed unit that held one activity."""
    made = Account.begin(AccountKey(UNIT, 2021), Period.begin(2021, BOOK.version))
    made.assessed = True
    made.contribute(activity("a1"), BOOK, OCCASION)
    return made


def asked(id_: str = "c1", rule: str = "superior_publication", level: str | None = "province") -> Claim:
    return replace(claim(id_, rule, level, "a1"), decision=None)


def decision(*, accepted: bool = True, level: str | None = None, by: str = "assessor") -> Decision:
    return Decision(accepted=accepted, level=level, reason="属实", decided_at=STARTS, decided_by=by)


def test_a_claim_alone_earns_nothing(account: Account) -> None:
    before = account.total
    account.claim(asked(), BOOK)
    account.reconcile(BOOK, OCCASION)
    assert account.total == before
    assert isinstance(account.facts[-1], BonusClaimed)


@pytest.mark.parametrize(
    ("level", "accepted", "worth", "kept"),
    [
        (None, True, 1000, "province"),
        ("province", True, 1000, "province"),
        ("city", True, 500, "city"),
        (None, False, 0, None),
        ("city", False, 0, None),
    ],
)
def test_the_level_decided_counts(
    account: Account, level: str | None, worth: int, kept: str | None, *, accepted: bool
) -> None:
    before = account.total
    account.claim(asked(), BOOK)
    decided = account.decide("c1", decision(accepted=accepted, level=level), NOBODY, BOOK)
    account.reconcile(BOOK, OCCASION)
    assert account.total - before == worth
    assert decided.decision
    assert decided.decision.level == kept
    assert any(isinstance(each, BonusDecided) for each in account.facts)


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"rule": "live_stream", "level": None}, Invalid, "rule_not_claimable"),
        ({"rule": "held", "level": None}, Invalid, "rule_not_claimable"),
        ({"rule": "nothing", "level": None}, Invalid, "rule_not_claimable"),
        ({"level": "county"}, Invalid, "level_unknown"),
        ({"level": None}, Invalid, "level_unknown"),
        ({"rule": "replicable_case", "level": "city"}, Invalid, "level_unknown"),
        ({"activity_id": "a2"}, Invalid, "activity_not_credited"),
        ({"url": "https://city.example/c0"}, Conflict, "already_claimed"),
    ],
)
def test_what_cannot_be_claimed(
    account: Account, changes: dict[str, str | None], kind: type[Problem], code: str
) -> None:
    account.claim(asked("c0"), BOOK)
    with pytest.raises(kind) as refused:
        account.claim(replace(asked(), **changes), BOOK)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert list(account.claims) == ["c0"]


def test_what_was_rejected_may_be_claimed_again(account: Account) -> None:
    account.claim(asked("c1"), BOOK)
    account.decide("c1", decision(accepted=False), NOBODY, BOOK)
    account.claim(replace(asked("c2"), url="https://city.example/c1"), BOOK)


def test_claims_of_a_year_are_bounded(account: Account) -> None:
    for each in range(MOST):
        account.claim(asked(f"c{each}"), BOOK)
    with pytest.raises(Conflict, match="too_many_claims"):
        account.claim(asked("one-more"), BOOK)


@pytest.mark.parametrize(
    ("by", "units"), [("clerk", NOBODY), ("assessor", frozenset({UNIT})), ("clerk", frozenset({UNIT}))]
)
def test_nobody_decides_on_their_own(account: Account, by: str, units: frozenset[str]) -> None:
    account.claim(asked(), BOOK)
    with pytest.raises(Forbidden, match="own_claim"):
        account.decide("c1", decision(by=by), units, BOOK)
    assert account.claims["c1"].state == "pending"


@pytest.mark.parametrize(("level", "code"), [("national", "level_above_claim"), ("county", "level_unknown")])
def test_a_decision_never_raises_the_level(account: Account, level: str, code: str) -> None:
    account.claim(asked(), BOOK)
    with pytest.raises(Invalid) as refused:
        account.decide("c1", decision(level=level), NOBODY, BOOK)
    assert refused.value.code == code


def test_a_claim_is_decided_once(account: Account) -> None:
    account.claim(asked(), BOOK)
    account.decide("c1", decision(), NOBODY, BOOK)
    with pytest.raises(Conflict, match="illegal_transition") as refused:
        account.decide("c1", decision(accepted=False), NOBODY, BOOK)
    assert refused.value.facts["state"] == "accepted"
