"""Every submission of a plan stays with what it said, also when somebody edits while it is submitted again."""

from dataclasses import replace
from datetime import timedelta

import bson
import pytest

from services.registration.adapters.events import published
from services.registration.application.plan_versions import PlanVersions
from services.registration.domain.composition import Category
from services.registration.domain.invitation import MOST_REASON
from services.registration.domain.plan import Plan
from services.registration.domain.plan_content import Content, Host, PlannedPoint, Role
from services.registration.domain.plan_history import MOST_SUBMISSIONS, Submission
from services.registration.domain.plan_rules import MOST_TEXT
from services.registration.domain.plan_version import version_id
from shared.errors import Conflict, Invalid, NotFound, PreconditionFailed
from shared.storage.document import Codec, Held
from tests.unit.registration.plans import Desk
from tests.unit.registration.test_plan_and_activity import AT, CONTENT, POINT, filed, plan

LARGEST = 100_000  # bytes; no document beyond it


def called(title: str) -> Content:
    return replace(CONTENT, title=title)


async def title(desk: Desk, plan_id: str, edition: int) -> str:
    found = await PlanVersions(desk.versions).of(await desk.plans.get(plan_id), edition)
    assert found.submission == Submission(edition, "unit", AT)
    return found.content.title


async def test_every_submission_stays_with_what_it_said() -> None:
    desk = Desk()
    plan_id = await desk.drafted(called("一"))
    with pytest.raises(NotFound):
        await title(desk, plan_id, 1)
    await desk.submit_and_return(plan_id)
    assert await title(desk, plan_id, 1) == "一"
    for text in ("二稿", "二"):
        await desk.edit(plan_id, called(text))
    assert await title(desk, plan_id, 1) == "一"
    await desk.submit_and_return(plan_id)
    await desk.edit(plan_id, called("三"))
    assert [await title(desk, plan_id, each) for each in (1, 2)] == ["一", "二"]
    for unknown in (0, 3):
        with pytest.raises(NotFound):
            await title(desk, plan_id, unknown)


async def test_why_a_plan_was_returned_is_not_said_of_the_next_submission_and_stays_with_the_version() -> None:
    desk = Desk()
    plan_id = await desk.drafted(called("一"))
    await desk.submit_and_return(plan_id)
    assert (await desk.plans.get(plan_id)).return_reason == "请补充安全预案"
    await desk.submit(plan_id)
    sent = await desk.plans.get(plan_id)
    assert (sent.return_reason, sent.edition) == (None, 2)
    versions = [await PlanVersions(desk.versions).of(sent, each) for each in (1, 2)]
    assert [each.return_reason for each in versions] == ["请补充安全预案", None]


async def test_a_plan_that_is_sent_again_without_an_edit_keeps_its_earlier_version() -> None:
    desk = Desk()
    plan_id = await desk.drafted(called("一"))
    await desk.submit_and_return(plan_id)
    await desk.submit(plan_id)
    assert [await title(desk, plan_id, each) for each in (1, 2)] == ["一", "一"]


async def resubmitted_while_edited(desk: Desk) -> str:
    """Somebody who read the first version writes only after the second was submitted and returned."""
    plan_id = await desk.drafted(called("一"))
    await desk.submit_and_return(plan_id)

    async def meanwhile() -> None:
        await desk.edit(plan_id, called("二"))
        await desk.submit_and_return(plan_id)

    desk.drawer.then["get"] = meanwhile
    await desk.edit(plan_id, called("三"))
    return plan_id


async def test_an_edit_from_before_a_later_submission_is_refused_and_the_submission_stays() -> None:
    desk = Desk()
    with pytest.raises(PreconditionFailed, match="changed_meanwhile"):
        await resubmitted_while_edited(desk)
    (plan_id,) = [each.id for each in await desk.plans.find()]
    assert [await title(desk, plan_id, each) for each in (1, 2)] == ["一", "二"]


async def test_without_the_look_at_the_edition_a_submission_would_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Plan, "must_be_edition", lambda *_: None)
    desk = Desk()
    plan_id = await resubmitted_while_edited(desk)
    assert [await title(desk, plan_id, each) for each in (1, 2)] == ["一", "三"]


async def test_a_crash_between_keeping_and_editing_loses_nothing() -> None:
    desk = Desk()
    plan_id = await desk.drafted(called("一"))
    await desk.submit_and_return(plan_id)

    async def crash() -> None:
        raise InterruptedError

    desk.kept.then["insert"] = crash
    with pytest.raises(InterruptedError):
        await desk.edit(plan_id, called("二"))
    assert await title(desk, plan_id, 1) == "一"
    await desk.edit(plan_id, called("二"))
    assert await title(desk, plan_id, 1) == "一"


async def test_an_approval_after_the_submission_is_no_new_version() -> None:
    large = replace(CONTENT, points=(replace(POINT, cap=24, cap_reason="蔬菜基地露天开阔，分两组交替参观"),))
    made = filed(large)
    made.approve_cap("hall", by="office-1")
    assert [each.edition for each in made.submissions] == [1]


def test_a_plan_that_was_returned_too_often_is_not_submitted_again() -> None:
    made = plan()
    for _ in range(MOST_SUBMISSIONS):
        made.submit("file_before_publish", AT)
        made.send_back("请补充安全预案", AT)
    with pytest.raises(Conflict, match="too_many_submissions"):
        made.submit("file_before_publish", AT)


def test_texts_that_are_too_long_together_are_refused() -> None:
    with pytest.raises(Invalid, match="plan_too_long"):
        plan(replace(CONTENT, purpose="目" * (MOST_TEXT // 3)))


def test_the_largest_plan_after_the_most_submissions_is_below_100_kb() -> None:
    hosts = tuple(Host(f"{each:02d}".ljust(40, "u"), Role.CO_HOST, 0) for each in range(19))
    mix = dict.fromkeys(Category, 40) | {Category.RESIDENT: 80}
    points = tuple(
        PlannedPoint(f"{each:02d}".ljust(40, "p"), "u" * 40, "点", "处", 200, mix, "由" * 500, "office-" * 9)
        for each in range(20)
    )
    content = replace(CONTENT, hosts=(Host("u" * 40, Role.LEAD, 1000), *hosts), points=points)
    made = plan(content)
    left = MOST_TEXT - sum(len(each) for each in ("了解审批", "走进政务服务大厅", "签到")) * 3 - 20 * 502 * 3
    made.edit(replace(content, agenda=("签到", "目" * (left // 3))))
    made.invite(None, AT + timedelta(days=1), AT)
    for unit_id in made.invitations:
        made.answer(unit_id, accepts=False, reason="由" * MOST_REASON, by="clerk-" * 10, at=AT)
    for _ in range(MOST_SUBMISSIONS):
        made.submit("file_before_publish", AT)
        made.send_back("由" * 500, AT)
    assert 60_000 < len(bson.encode(Codec(Plan, published).document(Held(made)))) < LARGEST


def test_a_stored_plan_without_what_came_later_is_read_as_it_is() -> None:
    codec = Codec(Plan, published)
    document = codec.document(Held(filed()))
    for later in ("planned_time", "sections", "rota"):
        del document["state"]["content"][later]
    del document["state"]["content"]["hosts"][0]["share"]
    for later in ("submissions", "countersignatures", "copied_from", "approved_by", "programme_id", "invitations"):
        del document["state"][later]
    read = codec.aggregate(document)
    assert (read.content, read.state, read.submissions) == (CONTENT, filed().state, [])


def test_the_id_of_a_version_depends_on_plan_and_edition() -> None:
    assert len({version_id(name, edition) for name in "ab" for edition in (1, 2)}) == 4
