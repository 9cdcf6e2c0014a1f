"""A frozen year: refused too early, complete after an interruption, untouched by what comes later, rebuilt the same."""

import asyncio
import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scoring.adapters.events import published
from services.scoring.application.commands import ClaimBonus, DecideClaim, FreezeYear
from services.scoring.domain.events import AccountFact, ScorecardFrozen
from shared.commands import Actor
from shared.errors import Conflict, NotFound
from shared.events import reporting_v1
from tests.unit.scoring.memory import Scoring
from tests.unit.scoring.season import Told, about, everything
from tests.unit.scoring.test_any_order import Died, by_aggregate, until_done

STORY = about(everything(), {"a01", "a05"}, {"xzspfwj", "zhzfj", "kjj"})
FROZEN_AT = datetime.fromisoformat("2022-01-10T09:00:00+08:00")
CLERK = Actor("clerk", frozenset({"unit_clerk"}), frozenset({"zhzfj"}))
ASSESSOR = Actor("assessor", frozenset({"assessor"}))
AFTER = [
    Told(
        reporting_v1.PublicityRecorded(
            activity_id="a01",
            unit_id="xzspfwj",
            publicity_id="afterwards",
            kind="live_video",
            channel="portal",
            url="https://portal.example/a01/live",
            published_at=FROZEN_AT + timedelta(days=1),
        ),
        "publicity-after",
        1,
        FROZEN_AT + timedelta(days=1),
    )
]


async def played(scoring: Scoring, *, decide: bool = True) -> None:
    """The story up to the freeze, with a claim."""
    await scoring.adopt()
    for each in STORY:
        await scoring.hear(each)
    claim = await scoring.application.handle(
        ClaimBonus(
            actor=CLERK,
            unit_id="zhzfj",
            year=2021,
            rule="superior_publication",
            level="province",
            url="https://city.example/a05",
            activity_id="a05",
        )
    )
    if decide:
        await scoring.application.handle(
            DecideClaim(
                actor=ASSESSOR, unit_id="zhzfj", claim_id=claim.id, accepted=True, level="city", reason="市级网站"
            )
        )
    await scoring.close()
    scoring.clock.time = FROZEN_AT


async def frozen(scoring: Scoring) -> None:
    await scoring.application.handle(FreezeYear(actor=ASSESSOR, year=2021))


def own(scoring: Scoring) -> list[Told]:
    """Scoring's own facts as its topic keeps them: per account, in order."""
    sequence: dict[str, int] = {}
    told = []
    for fact in scoring.facts:
        assert isinstance(fact, AccountFact)
        account = f"{fact.unit_id}-{fact.year}"
        sequence[account] = sequence.get(account, 0) + 1
        told.append(Told(published(fact), account, sequence[account], FROZEN_AT))
    return told


async def test_a_year_that_is_not_closed_is_not_frozen() -> None:
    scoring = Scoring()
    await scoring.adopt()
    with pytest.raises(Conflict, match="illegal_transition") as refused:
        await frozen(scoring)
    assert refused.value.facts["state"] == "open"


async def test_a_year_without_a_rulebook_is_named() -> None:
    with pytest.raises(NotFound, match="2019"):
        await Scoring().application.handle(FreezeYear(actor=ASSESSOR, year=2019))


async def test_undecided_claims_come_first() -> None:
    scoring = Scoring()
    await played(scoring, decide=False)
    with pytest.raises(Conflict, match="claims_undecided") as refused:
        await frozen(scoring)
    assert refused.value.facts == {"pending": 1}
    assert (await scoring.application.queries.period(2021)).state == "closed"


async def test_a_claim_that_slips_in_during_a_freeze_does_not_hold_up_its_repeat() -> None:
    scoring = Scoring()
    await played(scoring)
    period = scoring.periods["period-2021"]
    period.begin_freezing(FROZEN_AT)  # and the process ended here
    await scoring.application.handle(
        ClaimBonus(
            actor=CLERK,
            unit_id="zhzfj",
            year=2021,
            rule="replicable_case",
            level=None,
            url="https://portal.example/late",
            activity_id=None,
        )
    )
    await frozen(scoring)
    assert (await scoring.application.queries.period(2021)).state == "frozen"


async def test_every_assessed_unit_is_told_once_and_a_second_freeze_is_refused() -> None:
    scoring = Scoring()
    await played(scoring)
    await frozen(scoring)
    told = [each for each in scoring.facts if isinstance(each, ScorecardFrozen)]
    assert {each.unit_id: each.total for each in told} == {"xzspfwj": 10000, "zhzfj": 9200, "kjj": -2000}
    assert len(told) == 3
    with pytest.raises(Conflict, match="illegal_transition"):
        await frozen(scoring)


async def test_what_comes_later_is_kept_and_changes_no_line() -> None:
    scoring = Scoring()
    await played(scoring)
    await frozen(scoring)
    before, entries = await scoring.scorecards(), {id_: each.entries for id_, each in scoring.accounts.items()}
    for each in AFTER:
        await scoring.hear(each)
    await scoring.close()
    await scoring.adopt()
    assert await scoring.scorecards() == before
    assert {id_: each.entries for id_, each in scoring.accounts.items()} == entries
    assert list(scoring.accounts["xzspfwj-2021"].late) == ["a01"]


async def test_a_claim_on_a_frozen_year_is_refused() -> None:
    scoring = Scoring()
    await played(scoring)
    await frozen(scoring)
    again = ClaimBonus(
        actor=CLERK,
        unit_id="zhzfj",
        year=2021,
        rule="replicable_case",
        level=None,
        url="https://a.example",
        activity_id=None,
    )
    with pytest.raises(Conflict, match="period_frozen"):
        await scoring.application.handle(again)


async def test_a_unit_that_is_heard_of_after_the_freeze_gets_no_scorecard_of_that_year() -> None:
    scoring = Scoring()
    await played(scoring)
    await frozen(scoring)
    newcomer = next(each for each in everything() if each.aggregate == "rsj")
    await scoring.hear(replace(newcomer, at=FROZEN_AT + timedelta(days=3)))
    assert "rsj" not in await scoring.scorecards()


def test_an_interrupted_freeze_is_taken_up_where_it_was() -> None:
    async def body(seed: int) -> None:
        chance, armed = random.Random(seed), [False]

        def dies() -> int:
            if armed[0] and chance.random() < 0.3:
                raise Died
            return 0

        scoring = Scoring(delay=dies)
        await played(scoring)
        before = await scoring.scorecards()
        armed[0] = True
        await until_done(lambda: frozen(scoring))
        armed[0] = False
        assert await scoring.scorecards() == before
        told = [each.unit_id for each in scoring.facts if isinstance(each, ScorecardFrozen)]
        assert sorted(told) == sorted(before)
        assert {each.freeze.at for each in scoring.accounts.values() if each.freeze} == {FROZEN_AT}

    for seed in range(20):
        asyncio.run(body(seed))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_a_rebuild_from_offset_0_in_any_interleaving_comes_to_the_same(seed: int) -> None:
    """Whatever comes first: the others' facts, our own (claims, freezes), the close, or what came after the freeze."""
    chance = random.Random(seed)

    async def body() -> None:
        original = Scoring()
        await played(original)
        await frozen(original)
        for each in AFTER:
            await original.hear(each)
        rebuilt = Scoring(delay=lambda: chance.randrange(4))
        await rebuilt.adopt()

        async def partition(facts: list[Told]) -> None:
            for each in facts:
                if type(each.fact).__name__ not in {"ScoreEntered", "ScoreReversed"}:
                    await rebuilt.hear(each)

        rivals = [partition(each) for each in by_aggregate([*STORY, *AFTER, *own(original)]).values()]
        chance.shuffle(rivals)
        await asyncio.gather(*rivals, rebuilt.close())
        assert await rebuilt.scorecards() == await original.scorecards()
        states = {each.state for each in await rebuilt.application.queries.scorecards(2021)}
        assert states == {"frozen"}
        assert (await rebuilt.application.queries.period(2021)).state == "frozen"

    asyncio.run(body())
