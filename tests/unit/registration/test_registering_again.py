"""Whoever left may register again with the same number, unless the law keeps what they gave before."""

import pytest

from services.registration.application import commands as c
from services.registration.application.handlers.rosters import RosterHandlers
from services.registration.application.ports import Contact
from services.registration.domain.activity import Activity
from services.registration.domain.admission import Admission
from services.registration.domain.retention import Retention
from shared.commands import Actor, Once
from shared.errors import Conflict
from tests.unit.registration.kept import District, Hand
from tests.unit.registration.rosters import OPENS, RESIDENT
from tests.unit.registration.test_retention import hold, lift

OFFICE = Actor("officer", frozenset({"office"}))


@pytest.fixture
def district() -> District:
    return District(Hand(OPENS))


async def register(district: District, activity: Activity, number: int, key: str = "again") -> Admission:
    """With the number of r<number>, under another name."""
    command = c.Register(
        actor=OFFICE,
        once=Once(key, key),
        point_id=activity.points[0].id,
        category=RESIDENT,
        grassroots=False,
        contact=Contact("某某", f"139{number:08d}"),
    )
    return await RosterHandlers(district.ports).register(command)


async def leave(district: District, activity: Activity, registration_id: str) -> None:
    await district.rosters.change(activity.points[0].id, lambda each: each.cancel(registration_id, OPENS))


async def names(district: District) -> list[str]:
    return [each.name for each in (await district.people()).values()]


async def test_who_left_may_come_again_and_the_contact_is_the_new_one(district: District) -> None:
    activity = await district.hold_activity()
    await leave(district, activity, "r2")
    assert (await register(district, activity, 2)).registration_id in await district.people()
    assert sorted(await names(district))[-1] == "某某"
    with pytest.raises(Conflict, match="already_registered"):
        await register(district, activity, 0, "another key")


@pytest.mark.parametrize("whom", ["r2", None])
async def test_what_is_on_hold_is_neither_replaced_nor_deleted_by_a_new_registration(
    district: District, whom: str | None
) -> None:
    activity = await district.hold_activity()
    placed = await hold(district, activity, whom)
    await leave(district, activity, "r2")
    before = await district.people()
    with pytest.raises(Conflict, match="legal_hold"):
        await register(district, activity, 2)
    assert await district.people() == before
    assert before["r2"].name == "代表2"
    await lift(district, activity, placed)
    await register(district, activity, 2)
    assert "r2" not in await district.people()


async def test_without_the_look_at_holds_the_contact_would_be_another(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Retention, "keeps", lambda *_: False)
    with pytest.raises(pytest.fail.Exception):
        await test_what_is_on_hold_is_neither_replaced_nor_deleted_by_a_new_registration(district, "r2")


async def test_a_first_registration_asks_nobody_about_holds(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity = await district.hold_activity()
    monkeypatch.setattr(district.retentions, "get", None)
    await register(district, activity, 9)
    assert "某某" in await names(district)


@pytest.mark.parametrize(("number", "registration_id"), [(2, "r2"), (9, "r9")])
async def test_a_refused_registration_takes_back_what_it_wrote_and_nothing_that_it_found(
    district: District, number: int, registration_id: str
) -> None:
    activity = await district.hold_activity()
    before = await district.people()
    again = Contact("某某", f"139{number:08d}")

    async def refused() -> None:
        async with district.vault.claim(activity.id, activity.points[0].id, registration_id, again) as place:
            assert place.holder == registration_id
            raise Conflict("refused", "已满。", "Full.")

    with pytest.raises(Conflict, match="refused"):
        await refused()
    assert await district.people() == before
