"""That nobody had an opinion is declared by the host, after the activity."""

from shared.events.feedback_v1 import NilReturnDeclared
from tests.integration.feedback.desk import CO_HOST, LEAD, Desk, answered, refused
from tests.support.waiting import eventually


async def test_the_lead_declares_once_the_activity_was_held(desk: Desk, activity: str) -> None:
    path = f"/activities/{activity}/nil-returns"
    assert refused(await desk.post(path, None, desk.clerk(LEAD)), 409) == "activity_not_held"
    await desk.hold(activity)
    assert refused(await desk.post(path, None, desk.clerk(CO_HOST)), 403) == "other_unit"
    first = await desk.post(path, {}, desk.clerk(LEAD), key=f"nil-{activity}")
    assert first.status_code == 201
    again = await desk.post(path, {}, desk.clerk(LEAD), key=f"nil-{activity}")
    assert again.json() == first.json()
    assert refused(await desk.post(path, None, desk.clerk(LEAD)), 409) == "nil_return_declared"

    async def told() -> bool:
        facts = [each.fact for each in await desk.service.district.consume("feedback")]
        mine = [each for each in facts if isinstance(each, NilReturnDeclared) and each.activity_id == activity]
        return [each.unit_id for each in mine] == [LEAD]

    await eventually(told)


async def test_with_an_opinion_noted_there_is_no_nil_return(desk: Desk, activity: str) -> None:
    await desk.given(activity)
    await desk.hold(activity)
    answer = await desk.post(f"/activities/{activity}/nil-returns", None, desk.office)
    assert refused(answer, 409) == "opinions_noted"
    assert (await desk.register(activity))["nil_return"] is None


async def test_an_opinion_after_the_nil_return_supersedes_it(desk: Desk, activity: str) -> None:
    await desk.hold(activity)
    answered(await desk.post(f"/activities/{activity}/nil-returns", None, desk.office))
    assert (await desk.register(activity))["nil_return"]["superseded_at"] is None
    await desk.given(activity)
    register = await desk.register(activity)
    assert register["nil_return"]["superseded_at"] is not None
    assert register["counts"]["received"] == 1


async def test_a_fact_said_again_and_a_cancellation_without_announcement_do_no_harm(desk: Desk, activity: str) -> None:
    await desk.hold(activity)
    before = await desk.register(activity)
    await desk.hold(activity, sequence=3)
    await desk.cancel(f"{activity}-b", sequence=1)
    assert refused(await desk.give(f"{activity}-b"), 409) == "activity_not_announced"
    assert await desk.register(activity) == before
    assert await desk.service.metric("openday_dead_letters_total") == 0
