"""Credit and blame: hosts, the units that guide them, opinions in other hands, years, and what is learned later."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.scoring.application.commands import EnterUnit, NoteActivity
from services.scoring.domain.facts import ActivityFact, Filed, OpinionOverdue, Proof, Published, Standing
from services.scoring.domain.roll import Particulars
from shared.commands import SYSTEM
from shared.time import start_of_year
from tests.unit.scoring.memory import RULEBOOKS, Scoring
from tests.unit.scoring.records import STARTS, held, proof

BUREAU = Standing("bureau", assessed=True, supervising_unit_id=None)
COMPANY = Standing("company", assessed=False, supervising_unit_id="bureau")
TOWN = Standing("town", assessed=True, supervising_unit_id=None)
ABROAD = Standing("abroad", assessed=False, supervising_unit_id=None)
NEXT_YEAR = {**RULEBOOKS, 2022: replace(RULEBOOKS[2021], year=2022, version="hedong-2022.1")}


async def enter(scoring: Scoring, standing: Standing, sequence: int = 1, **changes: Any) -> None:
    made = Particulars(
        title=standing.unit_id,
        assessed=standing.assessed,
        supervising_unit_id=standing.supervising_unit_id,
        active_from=datetime(2021, 8, 11, tzinfo=UTC),
        active_to=None,
        sequence=sequence,
        recorded_at=datetime(2021, 8, 11, tzinfo=UTC),
        known_since=datetime(2021, 8, 11, tzinfo=UTC),
    )
    await scoring.application.handle(
        EnterUnit(actor=SYSTEM, unit_id=standing.unit_id, event="unit-1", particulars=replace(made, **changes))
    )


async def note(scoring: Scoring, *facts: ActivityFact, activity: str = "a1") -> None:
    for each in facts:
        await scoring.application.handle(NoteActivity(actor=SYSTEM, activity_id=activity, facts=(each,)))


async def district(books: Any = RULEBOOKS) -> Scoring:
    scoring = Scoring(books=books)
    await scoring.adopt()
    for each in (BUREAU, COMPANY, TOWN, ABROAD):
        await enter(scoring, each)
    return scoring


def overdue(unit_id: str, reply_by: datetime = STARTS + timedelta(days=14)) -> OpinionOverdue:
    return OpinionOverdue("o1", unit_id, reply_by, Proof(f"o1-{unit_id}", reply_by))


def total(scoring: Scoring, unit_id: str, year: int = 2021) -> int:
    return scoring.accounts[f"{unit_id}-{year}"].total


async def test_an_unassessed_host_counts_for_the_unit_that_guides_it() -> None:
    scoring = await district()
    await note(scoring, held(hosts=(COMPANY,)))
    assert total(scoring, "bureau") == 4000 + 4 * 1000
    assert total(scoring, "company") == total(scoring, "town") == 0


async def test_it_does_not_when_the_rulebook_says_so() -> None:
    scoring = await district({2021: replace(RULEBOOKS[2021], credit_to_supervising_unit=False)})
    await note(scoring, held(hosts=(COMPANY,)))
    assert total(scoring, "bureau") == 0


async def test_joint_hosts_each_get_full_credit_and_nobody_twice() -> None:
    scoring = await district()
    await note(scoring, held(hosts=(BUREAU, COMPANY, TOWN, ABROAD)), Filed(False, 3, proof("d-1")))
    assert total(scoring, "bureau") == total(scoring, "town") == 4000 + 4 * 1000 - 500


async def test_publicity_of_any_host_counts_for_all() -> None:
    scoring = await district()
    await note(scoring, Published("p", "live_blog", proof("p-1")), held(hosts=(BUREAU, TOWN)))
    assert {unit: total(scoring, unit) for unit in ("bureau", "town")} == {"bureau": 8200, "town": 8200}


async def test_an_opinion_overdue_costs_the_unit_in_whose_hands_it_was() -> None:
    scoring = await district()
    await note(scoring, held(hosts=(BUREAU,)), overdue("town"))
    assert total(scoring, "town") == -200
    assert total(scoring, "bureau") == 8000


async def test_an_unassessed_units_overdue_opinion_costs_the_one_that_guides_it() -> None:
    scoring = await district()
    await note(scoring, held(hosts=(COMPANY,)), overdue("company"))
    assert total(scoring, "bureau") == 4000 + 3 * 1000 - 200


async def test_a_unit_that_is_heard_of_later_still_answers() -> None:
    scoring = Scoring()
    await scoring.adopt()
    await note(scoring, overdue("company"))
    assert not scoring.accounts
    await enter(scoring, COMPANY)
    await enter(scoring, BUREAU)
    assert total(scoring, "bureau") == -200


async def test_a_unit_that_passes_to_another_supervisor_takes_its_opinions_along() -> None:
    scoring = await district()
    await note(scoring, overdue("company"))
    await enter(scoring, replace(COMPANY, supervising_unit_id="town"), sequence=2)
    assert (total(scoring, "bureau"), total(scoring, "town")) == (0, -200)
    await enter(scoring, COMPANY, sequence=1)  # an old fact again
    assert (total(scoring, "bureau"), total(scoring, "town")) == (0, -200)


async def test_an_opinion_belongs_to_the_year_of_its_activity() -> None:
    scoring = await district(NEXT_YEAR)
    last_day = datetime(2021, 12, 31, 2, 0, tzinfo=UTC)
    january = overdue("town", datetime(2022, 1, 14, 16, 0, tzinfo=UTC))
    await note(scoring, january)
    assert (total(scoring, "town", 2021), total(scoring, "town", 2022)) == (0, -200)
    await note(scoring, held(hosts=(BUREAU,), held_at=last_day))
    assert (total(scoring, "town", 2021), total(scoring, "town", 2022)) == (-200, 0)


@pytest.mark.parametrize(
    ("held_at", "year"),
    [
        (datetime(2021, 12, 31, 15, 59, tzinfo=UTC), 2021),
        (datetime(2021, 12, 31, 16, 0, tzinfo=UTC), 2022),  # 0:00 of New Year's Day in Shanghai
    ],
)
async def test_an_activity_belongs_to_the_year_in_which_it_was_held_in_the_district(
    held_at: datetime, year: int
) -> None:
    scoring = await district(NEXT_YEAR)
    await note(scoring, held(hosts=(TOWN,), held_at=held_at))
    assert {each: total(scoring, "town", each) > 0 for each in (2021, 2022)} == {2021: year == 2021, 2022: year == 2022}


async def test_a_year_without_a_rulebook_waits_for_it() -> None:
    scoring = await district()
    await note(scoring, held(hosts=(TOWN,), held_at=start_of_year(2022)))
    assert "town-2022" not in scoring.accounts
    later = Scoring(books=NEXT_YEAR)
    for mine, theirs in (
        (later.units, scoring.units),
        (later.cards, scoring.cards),
        (later.accounts, scoring.accounts),
    ):
        mine.update(theirs)  # type: ignore[arg-type]
    await later.adopt()
    assert total(later, "town", 2022) == 8000


async def test_a_new_version_of_the_rulebook_is_applied_at_the_next_start() -> None:
    scoring = await district()
    await note(scoring, held(hosts=(TOWN,)))
    rules = tuple(replace(each, points=5000) if each.code == "held" else each for each in RULEBOOKS[2021].rules)
    dearer = Scoring(books={2021: replace(RULEBOOKS[2021], version="hedong-2021.2", rules=rules)})
    for name in ("units", "cards", "accounts", "periods"):
        getattr(dearer, name).update(getattr(scoring, name))
    await dearer.adopt()
    assert total(dearer, "town") == 9000
    assert dearer.periods["period-2021"].rulebook == dearer.periods["period-2021"].adopted == "hedong-2021.2"


@pytest.mark.parametrize(
    ("changes", "absent"),
    [
        ({}, True),
        ({"assessed": False}, False),
        ({"active_from": start_of_year(2022)}, False),
        ({"active_from": datetime(2021, 12, 30, 16, 0, tzinfo=UTC)}, True),
        (
            {"active_from": datetime(2019, 1, 1, tzinfo=UTC), "active_to": datetime(2020, 12, 30, 16, 0, tzinfo=UTC)},
            False,
        ),
        ({"active_to": datetime(2021, 9, 1, tzinfo=UTC)}, True),
    ],
)
async def test_who_is_absent_at_the_close(changes: dict[str, Any], *, absent: bool) -> None:
    scoring = await district()
    await enter(scoring, Standing("newcomer", assessed=True, supervising_unit_id=None), **changes)
    await scoring.close()
    assert total(scoring, "newcomer") == (-2000 if absent else 0)


async def test_absence_is_told_once_however_often_the_close_rings() -> None:
    scoring = await district()
    for _ in range(3):
        await scoring.close()
    entries = scoring.accounts["town-2021"].entries
    assert [(each.line.rule, each.line.points) for each in entries] == [("absent_all_year", -2000)]
    assert scoring.periods["period-2021"].timers == {}


async def test_a_unit_that_is_heard_of_after_the_close_is_closed_too() -> None:
    scoring = Scoring()
    await scoring.adopt()
    await scoring.close()
    await enter(scoring, TOWN)
    assert total(scoring, "town") == -2000


async def test_an_activity_that_is_heard_of_after_the_close_takes_the_absence_back() -> None:
    scoring = await district()
    await scoring.close()
    await note(scoring, held(hosts=(TOWN,)))
    account = scoring.accounts["town-2021"]
    assert [(each.line.points, each.reverses) for each in account.entries[:2]] == [(-2000, None), (2000, 1)]
    assert account.total == 8000
