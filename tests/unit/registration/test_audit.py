"""Who did and who saw what is remembered before it happens; what nobody could remember does not happen."""

import inspect
import json
import re
from types import SimpleNamespace
from typing import Any, NoReturn, cast

import pytest

from services.registration import main
from services.registration.adapters import heads
from services.registration.adapters.heads import CHAINED, Heads
from services.registration.application import commands as c
from services.registration.application import keeping
from services.registration.application import notice_commands as n
from services.registration.application.audit import Audit
from services.registration.application.handlers.subjects import SubjectHandlers
from services.registration.application.ports import Contact, Ports
from services.registration.domain.composition import Category
from services.registration.domain.export import Export, ExportKind, FileFormat, Order
from services.registration.domain.subject import Cause
from shared.commands import PUBLIC, SYSTEM, Actor, Command
from shared.errors import NotFound, Unavailable, not_found
from shared.storage.audit_log import AuditLog
from tests.support.collection import MemoryDocuments
from tests.support.documents import Watched
from tests.unit.registration.kept import District, Hand
from tests.unit.registration.rosters import RESIDENT
from tests.unit.registration.test_plan_and_activity import AT

CLERK = Actor("clerk", frozenset({"unit_clerk"}))
SOMEBODY = Contact("某某甲", "13900000001", "11010519491231002X")


@pytest.fixture
def district() -> District:
    return District(Hand(AT))


async def lines(district: District) -> list[dict[str, Any]]:
    return [line for each in await district.audit.entries(0, 1000) for line in json.loads(each.said)]


def register(actor: Actor) -> c.Register:
    return c.Register(actor=actor, point_id="p", category=Category(RESIDENT), grassroots=False, contact=SOMEBODY)


@pytest.mark.parametrize(
    ("command", "noted"),
    [
        (register(CLERK), True),
        (register(PUBLIC), False),
        (c.CheckIn(actor=CLERK, point_id="p", shown="x"), False),
        (c.CancelActivity(actor=CLERK, activity_id="a", reason="weather"), True),
        (n.FollowReminders(actor=SYSTEM, activity_id="a"), False),
        (n.FollowReminders(actor=Actor("system", SYSTEM.roles), activity_id="a"), True),
    ],
)
async def test_what_staff_ask_for_is_remembered_and_no_rush_no_door_and_no_notice_waits_for_it(
    district: District, command: Command[Any], *, noted: bool
) -> None:
    audit = Audit(cast(Ports, SimpleNamespace(audit=district.audit, clock=district.clock)))
    await audit.asked(command)
    assert len(await lines(district)) == noted


async def test_a_line_says_who_what_when_and_why_and_nobodys_data(district: District) -> None:
    audit = Audit(cast(Ports, SimpleNamespace(audit=district.audit, clock=district.clock)))
    await audit.asked(register(CLERK))
    await audit.asked(c.WaiveComposition(actor=CLERK, point_id="p", reason="已协商一致"))
    first, second = await lines(district)
    assert (second["who"], second["what"], second["about"], second["why"], second["at"]) == (
        "clerk",
        "WaiveComposition",
        {"point_id": "p"},
        "已协商一致",
        AT.isoformat(),
    )
    said = json.dumps(first, ensure_ascii=False)
    assert not [each for each in (SOMEBODY.name, SOMEBODY.phone, SOMEBODY.id_number) if str(each) in said]


async def test_who_sees_everything_of_a_person_is_remembered_by_group(district: District) -> None:
    activity = await district.hold_activity()
    await district.questions.held(PUBLIC, activity.points[0].id, "r1", "ABCDEFGH")
    (line,) = await lines(district)
    assert (line["what"], line["who"]) == ("reveal", "holder of the claim code")
    assert line["about"]["registration_id"] == "r1"
    assert line["about"]["groups"] == ["id_number", "name", "phone"]


async def test_who_has_somebody_erased_is_remembered_once_their_code_is_known_to_be_right(district: District) -> None:
    activity = await district.hold_activity()
    command = c.ErasePerson(
        actor=PUBLIC,
        point_id=activity.points[0].id,
        registration_id="r1",
        claim_code="ABCDEFGH",
        cause=Cause.REQUEST,
        reason=None,
    )
    stranger = SubjectHandlers(district.ports, _refuses, _refuses)
    with pytest.raises(NotFound):
        await stranger.erase(command)
    assert await lines(district) == []
    await district.subjects.erase(command)
    (line,) = await lines(district)
    assert (line["what"], line["about"]["registration_id"]) == ("ErasePerson", "r1")


async def test_nothing_is_revealed_while_nobody_can_remember_it(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity = await district.hold_activity()
    opened: list[object] = []

    async def away(_: object) -> None:
        raise Unavailable("database_away", "数据库暂时无法访问。", "The database does not answer.")

    async def watched(kept: object) -> None:
        opened.append(kept)

    monkeypatch.setattr(district.audit, "note", away)
    monkeypatch.setattr(district.vault, "opened", watched)
    with pytest.raises(Unavailable):
        await district.questions.held(PUBLIC, activity.points[0].id, "r1", "ABCDEFGH")
    assert opened == []


async def test_a_list_with_whole_names_is_remembered_with_its_reason(district: District) -> None:
    audit = Audit(cast(Ports, SimpleNamespace(audit=district.audit, clock=district.clock)))
    export = Export("e", "p", ExportKind.ROSTER, FileFormat.CSV, False, Order.NAME, "电话通知集合地点", "clerk", AT, 3)
    await audit.list_revealed(CLERK, export, ("name", "phone"))
    (line,) = await lines(district)
    assert (line["who"], line["why"]) == ("clerk", "电话通知集合地点")
    assert line["about"] == {"point_id": "p", "export_id": "e", "groups": ["name", "phone"]}


async def test_the_ends_of_the_facts_chains_are_put_into_it_soon_and_what_is_missing_at_a_start(
    district: District,
) -> None:
    stores = {each: district.documents[each] for each in ("roster", "activity", "retention")}
    heads = Heads(stores, district.audit, district.clock, pause=3600)
    district.rosters.listen(heads)
    activity = await district.hold_activity()
    await heads.note_changed()
    roster = district.documents["roster"].look(activity.points[0].id) or {}
    (line,) = await lines(district)
    assert line["heads"] == {roster["_id"]: [roster["seq"], roster["chain"]]}
    await heads.note_changed()
    assert len(await lines(district)) == 1, "nothing was committed since"
    await heads.note_all()
    assert {each["store"] for each in (await lines(district))[1:]} == {"activity"}


async def test_a_start_after_which_nothing_was_missing_makes_the_log_no_longer(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = {each: district.documents[each] for each in ("roster", "activity")}
    await district.hold_activity()

    async def start() -> list[dict[str, Any]]:
        before = len(await lines(district))
        await Heads(stores, district.audit, district.clock).note_all()
        return (await lines(district))[before:]

    assert {each["store"] for each in await start()} == set(stores)
    assert await start() == []
    point = next(iter(district.documents["roster"].ids()))
    await district.rosters.change(point, lambda each: each.close(each.closes_at))  # and the process was killed
    assert [list(each["heads"]) for each in await start()] == [[point]]
    monkeypatch.setattr(heads, "LOOKED_BACK", 0)
    assert len(await start()) == 2, "the control"


def test_every_store_whose_aggregates_say_what_happened_is_among_those_whose_ends_are_noted() -> None:
    stores = re.findall(r'service\.store\("(\w+)", (\w+)', inspect.getsource(main))
    assert len(stores) > len(CHAINED)
    assert {name for name, kind in stores if ".record(" in inspect.getsource(vars(main)[kind])} == set(CHAINED)


async def test_heads_that_could_not_be_written_are_written_with_the_next(district: District) -> None:
    watched = Watched(MemoryDocuments())
    log = AuditLog(watched)
    await district.hold_activity()
    heads = Heads({"roster": district.documents["roster"]}, log, district.clock, pause=3600)
    district.rosters.listen(heads)
    point = next(iter(district.documents["roster"].ids()))
    await district.rosters.change(point, lambda each: each.close(each.closes_at))
    watched.fails["insert"] = "before"
    with pytest.raises(Unavailable):
        await heads.note_changed()
    watched.fails.clear()
    await heads.note_changed()
    assert len(await log.entries(0, 9)) == 1


async def test_an_answer_to_an_auditor_ends_where_it_gets_long_and_the_next_goes_on_there(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PAGE", 2)
    for number in range(7):
        await district.audit.note({"what": str(number), "why": "长" * 500})

    async def pages(at_most: int) -> list[list[int]]:
        found, after = list[list[int]](), 0
        while numbers := [n for n, _, _ in await district.keeping.audit(after, at_most)]:
            found.append(numbers)
            after = numbers[-1]
        return found

    assert await pages(100) == [[1, 2, 3, 4, 5, 6, 7]]
    assert await pages(3) == [[1, 2, 3], [4, 5, 6], [7]]
    monkeypatch.setattr(keeping, "LETTERS", 600)
    assert await pages(100) == [[1, 2], [3, 4], [5, 6], [7]]


async def _refuses(*_: object) -> NoReturn:
    raise not_found("registration")
