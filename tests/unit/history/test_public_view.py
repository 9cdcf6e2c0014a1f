"""The public view of an open point against what its facts add up to; the log may be a little behind the answer."""

from typing import Any

import httpx
import pytest

from tests.history.draws import digest
from tests.history.history import History
from tests.history.public import NotRegistration, Public
from tests.unit.history.draws import SEED, drawn
from tests.unit.history.logs import ACTIVITY, DEPUTY, POINT, RESIDENT, Log, leaves, locked, person, seated, sits, waits


def view(**changes: Any) -> dict[str, Any]:
    """Of two residents and a deputy at six seats, somebody waiting."""
    return {
        "id": POINT,
        "activity_id": ACTIVITY,
        "cap": 3,
        "phase": "open",
        "confirmed": {RESIDENT: 2, DEPUTY: 1, "media_representative": 0},
        "waiting": 1,
        "composition": {"residents": 2, "total": 3, "met": True, "short_by": 0},
        "waived": False,
        "draw": None,
    } | changes


def log() -> Log:
    """What that view is the end of."""
    return seated("r1", "r2", "d1", cap=3).tell(waits("r3"))


def shown(told: Log, seen: dict[str, Any] | None, then: Log | None = None) -> History:
    """A history that has read the log, then the view, then perhaps more."""
    history = History()
    history.take(told.records)
    history.show({POINT: seen})
    if then:
        history.take(then.records[len(told.records) :])
    return history


def test_a_view_that_adds_up_is_counted() -> None:
    history = shown(log(), view())
    assert history.settled
    verdict = history.verdict()
    assert (verdict.word, verdict.counts["views"]) == ("sound", 1)


@pytest.mark.parametrize(
    "change",
    [
        {"cap": 4},
        {"phase": "closed"},
        {"confirmed": {RESIDENT: 3}},
        {"waiting": 2},
        {"composition": {"residents": 2, "total": 3, "met": False, "short_by": 1}},
        {"composition": {}},
        {"waived": True},
        {"offered": 1},
        {"draw": {"held": True, "seed": SEED}},
        {"activity_id": "another"},
    ],
    ids=str,
)
def test_a_view_that_says_otherwise_is_told_with_both(change: dict[str, Any]) -> None:
    history = shown(log(), view(**change))
    assert (history.unlike, history.settled) == ([POINT], False)
    verdict = history.verdict()
    assert verdict.red == ["public-view"]
    [finding] = verdict.findings
    assert next(iter(change)) in finding.expected
    assert "what the public is shown" in str(finding)


def test_a_point_that_is_not_shown_is_told() -> None:
    assert shown(log(), None).verdict().findings[0].found == "404"


def test_a_point_that_no_fact_tells_of_is_told() -> None:
    history = History()
    history.show({"point-b": view(id="point-b")})
    verdict = history.verdict()
    assert (verdict.red, verdict.findings[0].point) == (["public-view"], "point-b")


def test_a_view_may_be_ahead_of_the_log_and_behind_its_end() -> None:
    """The answer was given between two commands that the topic tells of a moment later."""
    then = log().tell(leaves("r1"), sits("r3", "promotion")).tell(waits("r4"))
    assert shown(log(), view(waiting=0), then).verdict().word == "sound"
    half_a_command = view(confirmed={RESIDENT: 1, DEPUTY: 1}, composition={}, waiting=1)
    assert shown(log(), half_a_command, then).verdict().red == ["public-view"]


def test_a_view_of_what_lies_behind_is_stale() -> None:
    """It was asked for after the log was read, so nothing older may be answered."""
    history = shown(log(), view(waiting=0))
    assert history.verdict().red == ["public-view"]


def test_a_view_that_waits_for_the_activitys_own_fact() -> None:
    """A point falls silent when its activity is called off: the activity tells of it."""
    called_off = log().of_activity("activity-cancelled")
    assert shown(log(), view(phase="cancelled")).verdict().red == ["public-view"]
    assert shown(log(), view(phase="cancelled"), called_off).verdict().word == "sound"
    assert shown(called_off, view()).verdict().red == ["public-view"]


@pytest.mark.parametrize(("phase", "word"), [("locked", "sound"), ("finished", "sound"), ("open", "unsound")])
def test_a_door_that_closed_with_nobody_absent_is_told_by_the_activity_alone(phase: str, word: str) -> None:
    all_in = locked("r1").tell(person("checked-in", "r1"))
    composition = {"residents": 1, "total": 1, "met": True, "short_by": 0}
    seen = view(cap=6, phase=phase, confirmed={RESIDENT: 1}, composition=composition, waiting=0)
    assert shown(all_in, seen).verdict().word == word


@pytest.mark.parametrize(
    ("seed", "sealed", "word"),
    [(SEED, SEED, "sound"), ("6" * 64, SEED, "unsound"), (SEED, "6" * 64, "unsound")],
)
def test_the_seed_that_is_shown_is_the_one_sealed_and_revealed(seed: str, sealed: str, word: str) -> None:
    seen = view(
        cap=6,
        phase="closed",
        confirmed={RESIDENT: 2, DEPUTY: 2},
        composition={"residents": 2, "total": 4, "met": True, "short_by": 0},
        waiting=2,
        draw={"held": True, "seed_digest": digest(sealed), "seed": seed},
    )
    assert shown(drawn(opening=SEED), seen).verdict().word == word


@pytest.mark.parametrize("answer", [[], {"activities": [{"id": "a"}]}, {}, "<html>"], ids=str)
def test_something_else_at_the_address_is_not_taken_for_registration(answer: Any) -> None:
    def answered(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=answer) if isinstance(answer, str) else httpx.Response(200, json=answer)

    transport = httpx.MockTransport(answered)
    with httpx.Client(base_url="http://somewhere", transport=transport) as client, pytest.raises(NotRegistration):
        Public(client).points(None)


def test_the_points_of_one_activity_or_of_all_are_asked_for() -> None:
    def answered(request: httpx.Request) -> httpx.Response:
        known = {"id": "a", "open_points": [{"id": "p"}, {"id": "q"}]}
        answers = {"/registration/v1/activities": {"activities": [known]}, "/registration/v1/activities/a": known}
        found = answers.get(request.url.path)
        return httpx.Response(200, json=found) if found else httpx.Response(404)

    with httpx.Client(base_url="http://somewhere", transport=httpx.MockTransport(answered)) as client:
        public = Public(client)
        assert public.points(None) == public.points("a") == {"p": "a", "q": "a"}
        assert (public.points("b"), public.point("p")) == ({}, None)


def test_the_activities_are_asked_for_page_by_page() -> None:
    def answered(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params.get("cursor", 0))
        page = {"activities": [{"id": f"a{number}", "open_points": [{"id": f"p{number}"}]}]}
        return httpx.Response(200, json=page | {"next": str(number + 1) if number < 2 else None})

    with httpx.Client(base_url="http://somewhere", transport=httpx.MockTransport(answered)) as client:
        assert Public(client).points(None) == {"p0": "a0", "p1": "a1", "p2": "a2"}
