"""Who sees and does what."""

import pytest

from tests.integration.feedback.desk import BODY, CO_HOST, ELSEWHERE, LEAD, REPLY, Desk, answered, refused
from tests.support.service import Runner

STEPS = {
    "on-site-answers": {"text": "可以。"},
    "assignments": {"unit_id": LEAD},
    "acceptances": None,
    "returns": {"reason": "非本单位职责"},
    "progress-notes": {"text": "正在办理"},
    "replies": REPLY,
    "reply-reviews": {"decision": "pass"},
    "publications": None,
    "supervisions": {"text": "请尽快答复"},
}
OFFICE_ONLY = {"assignments", "supervisions"}


@pytest.mark.parametrize("noun", STEPS)
async def test_a_step_needs_a_token_a_role_and_the_unit(desk: Desk, activity: str, noun: str) -> None:
    opinion_id = (await desk.given(activity))["id"]
    before = answered(await desk.get(f"/opinions/{opinion_id}", desk.office))
    forged = {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}
    auditor = desk.service.bearer("auditor")
    foreign = desk.service.bearer("unit_clerk", "unit_reviewer", units=[ELSEWHERE])
    assert refused(await desk.step(opinion_id, noun, STEPS[noun], None), 401) == "token_missing"
    assert refused(await desk.step(opinion_id, noun, STEPS[noun], forged), 401) == "token_invalid"
    assert refused(await desk.step(opinion_id, noun, STEPS[noun], auditor), 403) == "role_missing"
    expected = "role_missing" if noun in OFFICE_ONLY else "other_unit"
    assert refused(await desk.step(opinion_id, noun, STEPS[noun], foreign), 403) == expected
    assert answered(await desk.get(f"/opinions/{opinion_id}", desk.office)) == before


async def test_an_opinion_is_read_by_its_unit_the_office_and_the_auditor(desk: Desk, activity: str) -> None:
    opinion_id = (await desk.given(activity))["id"]
    for reader in (desk.office, desk.clerk(LEAD), desk.reviewer(LEAD), desk.service.bearer("auditor")):
        answer = await desk.get(f"/opinions/{opinion_id}", reader)
        assert answered(answer)["view"] == "staff"
        assert answer.headers["etag"]
    assert refused(await desk.get(f"/opinions/{opinion_id}", desk.clerk(CO_HOST)), 403) == "other_unit"
    for stranger in (None, desk.service.bearer("assessor"), desk.service.bearer("administrator")):
        assert refused(await desk.get(f"/opinions/{opinion_id}", stranger), 404) == "not_found"


async def test_a_wrong_code_and_an_unknown_opinion_are_answered_alike(desk: Desk, activity: str) -> None:
    receipt = await desk.given(activity)
    wrong = {"Claim-Code": "AAAAAAAA"}
    asked = [
        await desk.get(f"/opinions/{receipt['id']}", wrong),
        await desk.get("/opinions/no-such-opinion", wrong),
        await desk.get("/opinions/no-such-opinion", {"Claim-Code": receipt["claim_code"]}),
        await desk.step(receipt["id"], "ratings", {"stars": 1}, wrong),
    ]
    bodies = [{key: value for key, value in each.json().items() if key != "trace"} for each in asked]
    assert {each.status_code for each in asked} == {404}
    assert all(each == bodies[0] for each in bodies)


async def test_who_guesses_waits_and_the_holder_elsewhere_does_not(desk: Desk, activity: str) -> None:
    receipt = await desk.given(activity)
    path, here = f"/opinions/{receipt['id']}", {"X-Forwarded-For": "198.51.100.1"}
    guesses = [await desk.get(path, here | {"Claim-Code": f"GUESS{number:03d}"}) for number in range(10)]
    assert {each.status_code for each in guesses} == {404}
    right = {"Claim-Code": receipt["claim_code"]}
    assert refused(await desk.get(path, here | right), 429) == "too_many_attempts"
    assert refused(await desk.step(receipt["id"], "ratings", {"stars": 1}, here | right), 429) == "too_many_attempts"
    assert answered(await desk.get(path, right))["id"] == receipt["id"]


async def test_who_gives_opinions_without_end_waits_and_staff_write_on(running: Runner) -> None:
    async with running("feedback", OPENDAY_ATTEMPTS__OPINIONS_PER_ADDRESS="2") as service:
        desk = Desk(service)
        await desk.announce("activity-with-a-crowd")
        assert [(await desk.give("activity-with-a-crowd")).status_code for _ in range(2)] == [201, 201]
        third = await desk.give("activity-with-a-crowd")
        assert refused(third, 429) == "too_many_attempts"
        assert int(third.headers["retry-after"]) > 0
        written = await desk.post("/activities/activity-with-a-crowd/opinions", BODY, desk.office)
        assert written.status_code == 201


async def test_the_holder_follows_by_code_but_sees_nothing_internal(desk: Desk, activity: str) -> None:
    receipt = await desk.given(activity)
    opinion_id, code = receipt["id"], {"Claim-Code": receipt["claim_code"].lower()}
    answered(await desk.step(opinion_id, "assignments", {"unit_id": LEAD}, desk.office))
    answered(await desk.step(opinion_id, "acceptances", None, desk.clerk(LEAD)))
    answered(await desk.step(opinion_id, "replies", REPLY, desk.clerk(LEAD)))
    held = answered(await desk.get(f"/opinions/{opinion_id}", code))
    assert (held["state"], held["published"]) == ("reply_drafted", None)
    assert REPLY["text"] not in str(held)
    assert not {"text", "category", "assignment", "reply", "entered_by", "supervisions"} & set(held)


async def test_rating_is_the_holders_alone_and_once(desk: Desk, activity: str) -> None:
    receipt = await desk.given(activity)
    code = {"Claim-Code": receipt["claim_code"]}
    early = await desk.step(receipt["id"], "ratings", {"stars": 5}, code)
    assert refused(early, 409) == "illegal_transition"
    assert refused(await desk.step(receipt["id"], "ratings", {"stars": 5}, desk.office), 404) == "not_found"


async def test_lists_show_unit_staff_their_own_units_only(desk: Desk, activity: str) -> None:
    first, second, third = [
        (await desk.given(activity, open_point_id=f"{activity}-p{point}"))["id"] for point in (1, 2, 1)
    ]

    async def ids(who: dict[str, str], **params: object) -> list[str]:
        page = answered(await desk.get("/opinions", who, activity_id=activity, **params))
        return [each["id"] for each in page["opinions"]]

    assert await ids(desk.office) == [first, second, third]
    assert await ids(desk.clerk(LEAD)) == [first, third]
    assert await ids(desk.clerk(CO_HOST)) == [second]
    assert await ids(desk.office, unit_id=CO_HOST, state="received") == [second]
    assert await ids(desk.office, overdue=True) == []
    assert refused(await desk.get("/opinions", desk.clerk(LEAD), unit_id=CO_HOST), 403) == "other_unit"
    page = answered(await desk.get("/opinions", desk.office, activity_id=activity, limit=2))
    rest = answered(await desk.get("/opinions", desk.office, activity_id=activity, limit=2, after=page["next"]))
    assert [each["id"] for each in (*page["opinions"], *rest["opinions"])] == [first, second, third]
    assert rest["next"] is None


async def test_the_register_is_read_by_all_hosts_and_by_no_other_unit(desk: Desk, activity: str) -> None:
    path = f"/activities/{activity}/register"
    for host in (LEAD, CO_HOST):
        assert answered(await desk.get(path, desk.clerk(host)))["lead_unit_id"] == LEAD
    assert refused(await desk.get(path, desk.clerk(ELSEWHERE)), 403) == "other_unit"
    assert refused(await desk.get("/activities/nobody-knows/register", desk.office), 404) == "not_found"


async def test_nobody_reviews_what_they_wrote_whatever_their_roles(desk: Desk, activity: str) -> None:
    opinion_id = await desk.assigned(activity)
    both = desk.service.bearer("unit_clerk", "unit_reviewer", units=[LEAD], subject="one-person")
    answered(await desk.step(opinion_id, "replies", REPLY, both))
    own = await desk.step(opinion_id, "reply-reviews", {"decision": "pass"}, both)
    assert refused(own, 409) == "writer_reviews_own"
    answered(await desk.step(opinion_id, "reply-reviews", {"decision": "pass"}, desk.office))
