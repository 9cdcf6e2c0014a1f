"""Each answers clearly and changes nothing."""

from typing import Any

import pytest

from tests.integration.feedback.desk import BODY, LEAD, REPLY, ROOT, Desk, answered, refused

WORDS = "希望增加晚间班次"
BAD_OPINIONS: dict[str, Any] = {
    "no text": {key: value for key, value in BODY.items() if key != "text"},
    "blank text": BODY | {"text": "   "},
    "text too long": BODY | {"text": "长" * 2001},
    "text no string": BODY | {"text": 5},
    "unknown kind": BODY | {"kind": "rumour"},
    "unknown source": BODY | {"source": "pigeon"},
    "unknown category": BODY | {"category": "king"},
    "unknown field": BODY | {"phone": "0539"},
    "absurd point": BODY | {"open_point_id": "x" * 200},
    "a list": [BODY],
    "nothing": None,
}


@pytest.mark.parametrize("name", BAD_OPINIONS)
async def test_a_bad_opinion_is_refused_and_not_repeated(desk: Desk, activity: str, name: str) -> None:
    answer = await desk.post(f"/activities/{activity}/opinions", BAD_OPINIONS[name], None)
    assert refused(answer, 422) == "invalid_request"
    assert answer.json()["errors"]
    assert WORDS not in answer.text
    assert "rumour" not in answer.text
    assert (await desk.register(activity))["counts"]["received"] == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"kind": ', 400, "malformed_request"),
        (b"\xff\xfe", 400, "malformed_request"),
        (b'{"kind": "praise", "source": "form", "text": "\\ud83d"}', 422, "invalid_request"),  # half a character
        (b'{"kind": "praise", "source": "form", "text": "' + b"x" * 70_000 + b'"}', 413, "too_large"),
    ],
)
async def test_what_is_no_json_or_no_text_is_said_to_be_so(
    desk: Desk, activity: str, body: bytes, status: int, code: str
) -> None:
    headers = {"Idempotency-Key": f"malformed-{activity}", "Content-Type": "application/json"}
    answer = await desk.service.http.post(f"{ROOT}/activities/{activity}/opinions", content=body, headers=headers)
    assert refused(answer, status) == code


@pytest.mark.parametrize(
    ("noun", "body"),
    [
        ("assignments", {"unit_id": "No Such Unit!"}),
        ("assignments", {"unit_id": LEAD, "complex": "yes"}),
        ("assignments", {"unit_id": LEAD, "due": "never"}),
        ("returns", {"reason": ""}),
        ("returns", {"reason": "长" * 501}),
        ("acceptances", {"surprise": 1}),
        ("replies", REPLY | {"adoption": "perhaps"}),
        ("replies", {key: value for key, value in REPLY.items() if key != "public_summary"}),
        ("reply-reviews", {"decision": "return"}),
        ("reply-reviews", {"decision": "maybe"}),
        ("ratings", {"stars": 0}),
        ("ratings", {"stars": 6}),
        ("ratings", {"stars": 4.5}),
        ("ratings", {"stars": "5"}),
    ],
)
async def test_a_bad_step_is_refused(desk: Desk, activity: str, noun: str, body: Any) -> None:
    opinion_id = (await desk.given(activity))["id"]
    assert refused(await desk.step(opinion_id, noun, body, desk.office), 422) == "invalid_request"


@pytest.mark.parametrize("params", [{"state": "lost"}, {"limit": 0}, {"limit": 501}, {"colour": "red"}])
async def test_a_bad_question_is_refused(desk: Desk, params: dict[str, Any]) -> None:
    assert refused(await desk.get("/opinions", desk.office, **params), 422) == "invalid_request"


async def test_personal_data_does_not_reach_a_reply(desk: Desk, activity: str) -> None:
    opinion_id = await desk.assigned(activity)
    number = "19900001234"
    answer = await desk.step(opinion_id, "replies", REPLY | {"text": f"请联系{number}"}, desk.clerk(LEAD))
    assert refused(answer, 422) == "personal_data_suspected"
    assert number not in answer.text
    refusal = REPLY | {"adoption": "not_adopted"}
    assert refused(await desk.step(opinion_id, "replies", refusal, desk.clerk(LEAD)), 422) == "adoption_reason_missing"
    assert answered(await desk.get(f"/opinions/{opinion_id}", desk.office))["state"] == "accepted"


async def test_an_illegal_step_names_the_state_and_what_it_allows(desk: Desk, activity: str) -> None:
    opinion_id = (await desk.given(activity))["id"]
    answer = await desk.step(opinion_id, "publications", None, desk.office)
    assert refused(answer, 409) == "illegal_transition"
    assert answer.json()["facts"] == {"state": "received", "allowed": ["on_site_answer", "assignment"]}


async def test_a_stale_form_is_refused_and_a_fresh_one_taken(desk: Desk, activity: str) -> None:
    opinion_id = await desk.assigned(activity)
    seen = (await desk.get(f"/opinions/{opinion_id}", desk.office)).headers["etag"]
    answered(await desk.step(opinion_id, "progress-notes", {"text": "正在办理"}, desk.clerk(LEAD)))
    stale = await desk.step(opinion_id, "replies", REPLY, desk.clerk(LEAD) | {"If-Match": seen})
    assert refused(stale, 412) == "changed_meanwhile"
    fresh = (await desk.get(f"/opinions/{opinion_id}", desk.office)).headers["etag"]
    answered(await desk.step(opinion_id, "replies", REPLY, desk.clerk(LEAD) | {"If-Match": fresh}))


async def test_a_repeated_step_has_the_same_answer_though_the_opinion_moved_on(desk: Desk, activity: str) -> None:
    opinion_id = (await desk.given(activity))["id"]
    key = f"assign-{opinion_id}"
    first = await desk.step(opinion_id, "assignments", {"unit_id": LEAD}, desk.office, key=key)
    answered(await desk.step(opinion_id, "acceptances", None, desk.clerk(LEAD)))
    again = await desk.step(opinion_id, "assignments", {"unit_id": LEAD}, desk.office, key=key)
    assert (again.status_code, again.json()) == (201, first.json())


async def test_a_step_with_an_unknown_opinion_is_not_found(desk: Desk) -> None:
    assert refused(await desk.step("no-such-opinion", "acceptances", None, desk.office), 404) == "not_found"
