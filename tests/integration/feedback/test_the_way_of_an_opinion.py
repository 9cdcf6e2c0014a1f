"""From the receipt to the rating, and what the topic tells of it."""

from shared.events import feedback_v1 as v1
from tests.integration.feedback.desk import CO_HOST, ELSEWHERE, LEAD, REPLY, Desk, answered, refused
from tests.support.waiting import eventually


async def test_an_opinion_is_received_assigned_answered_published_and_rated(desk: Desk, activity: str) -> None:
    receipt = await desk.given(activity, open_point_id=f"{activity}-p1", category="npc_deputy")
    opinion_id, code = receipt["id"], {"Claim-Code": receipt["claim_code"]}
    assigned = answered(await desk.step(opinion_id, "assignments", {"unit_id": LEAD}, desk.office))
    assert assigned["state"] == "assigned"
    assert assigned["reply_by"] == "2021-09-15T16:00:00Z"  # Wed 09-01 + 10 working days = Wed 09-15, 24:00
    answered(await desk.step(opinion_id, "acceptances", None, desk.clerk(LEAD)))
    answered(await desk.step(opinion_id, "progress-notes", {"text": "正在排班"}, desk.clerk(LEAD)))
    answered(await desk.step(opinion_id, "replies", REPLY, desk.clerk(LEAD)))
    answered(await desk.step(opinion_id, "reply-reviews", {"decision": "pass"}, desk.reviewer(LEAD)))
    assert answered(await desk.get(f"/public/activities/{activity}/opinions")) == {"opinions": []}
    published = answered(await desk.step(opinion_id, "publications", None, desk.clerk(LEAD)))
    assert published["state"] == "published"
    (shown,) = answered(await desk.get(f"/public/activities/{activity}/opinions"))["opinions"]
    assert shown["summary"] == REPLY["public_summary"]
    assert "希望增加晚间班次" not in str(shown)
    held = answered(await desk.get(f"/opinions/{opinion_id}", code))
    assert (held["view"], held["progress"][0]["text"], held["published"]["reply"]) == (
        "holder",
        "正在排班",
        REPLY["text"],
    )
    assert answered(await desk.step(opinion_id, "ratings", {"stars": 5}, code))["state"] == "rated"

    async def told() -> bool:
        facts = [each.fact for each in await desk.service.district.consume("feedback")]
        mine = [type(each) for each in facts if getattr(each, "opinion_id", None) == opinion_id]
        assert mine == [
            v1.OpinionReceived,
            v1.OpinionAssigned,
            v1.AssignmentAccepted,
            v1.ProgressNoted,
            v1.ReplyPublished,
            v1.OpinionRated,
        ]
        return True

    await eventually(told)


async def test_a_returned_opinion_is_transferred_and_counted_once(desk: Desk, activity: str) -> None:
    opinion_id = (await desk.given(activity, open_point_id=f"{activity}-p2"))["id"]
    answered(await desk.step(opinion_id, "assignments", {"unit_id": CO_HOST}, desk.office))
    answered(await desk.step(opinion_id, "returns", {"reason": "属人社部门职责"}, desk.clerk(CO_HOST)))
    moved = answered(await desk.step(opinion_id, "assignments", {"unit_id": ELSEWHERE}, desk.office))
    assert moved["unit_id"] == ELSEWHERE
    assert refused(await desk.step(opinion_id, "acceptances", None, desk.clerk(CO_HOST)), 403) == "other_unit"
    answered(await desk.step(opinion_id, "acceptances", None, desk.clerk(ELSEWHERE)))
    counts = (await desk.register(activity))["counts"]
    assert (counts["assigned"], counts["transferred"], counts["overdue"]) == (1, 1, 0)
