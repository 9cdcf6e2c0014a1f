"""Scoring from outside: what it hears, what it answers, whom it refuses."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.security.permissions import Role
from tests.integration.scoring.district_of_three import filed, held, know_units, overdue, scorecard
from tests.support.district import HEDONG
from tests.support.service import Runner, Running
from tests.support.waiting import eventually

BASE = "/scoring/v1"
CLAIM = {"rule": "replicable_case", "url": "https://portal.example/case", "activity_id": "act-1", "year": 2021}


@pytest.fixture(scope="module")
async def scoring(running: Runner) -> AsyncIterator[Running]:
    """With two scorecards: one unit held an activity through its company, the other answered too late."""
    async with running("scoring") as service:
        await overdue(service, "act-1", "opinion-1", "wjj")
        await filed(service, "act-1", "gsgs")
        await held(service, "act-1", "gsgs")
        await know_units(service)

        async def heard() -> bool:
            answer = await service.http.get(f"{BASE}/scorecards?year=2021", headers=service.bearer("office"))
            totals = {each["unit_id"]: each["total"] for each in answer.json()["scorecards"]}
            return totals == {"zjj": 9000, "wjj": -200}

        await eventually(heard, 30)
        yield service


async def test_a_scorecard_explains_every_line(scoring: Running) -> None:
    card = await scorecard(scoring, "zjj")
    assert (card["state"], card["rulebook"], card["title"]) == ("open", "hedong-2021.1", "单位zjj")
    assert card["total"] == sum(each["points"] for each in card["lines"]) == 9000
    assert all(each["why"]["zh"] and each["why"]["en"] and each["evidence"] for each in card["lines"])
    materials = next(each for each in card["lines"] if each["rule"] == "materials_in_time")
    assert materials == {
        "rule": "materials_in_time",
        "name": "两日内报送活动材料",
        "name_en": "Materials filed within two days",
        "points": 1000,
        "subject": "2021",
        "why": {"zh": "活动材料均在两日内报送。", "en": "Every set of materials was filed within two days."},
        "inputs": {"activities": "1", "outcome": "met"},
        "evidence": ["dossier-act-1-1"],
    }


async def test_a_ledger_has_every_entry_and_the_facts_were_published(scoring: Running) -> None:
    headers = scoring.bearer("unit_reviewer", units=["wjj"])
    ledger = (await scoring.http.get(f"{BASE}/units/wjj/ledger?year=2021", headers=headers)).json()
    assert ledger["total"] == sum(each["points"] for each in ledger["entries"]) == -200
    assert [each["number"] for each in ledger["entries"]] == list(range(1, len(ledger["entries"]) + 1))
    assert ledger["late"] == []

    async def published() -> bool:
        told = [each.fact for each in await scoring.district.consume("scoring")]
        return any(getattr(each, "subject", "") == "opinion-1" and getattr(each, "points", 0) == -200 for each in told)

    await eventually(published, 10)
    assert await scoring.metric("openday_score_entries_total", rule="opinion_overdue", outcome="entered") == 1
    assert await scoring.metric("openday_score_thousandths", unit="wjj") == -200


async def test_a_claim_from_lodging_to_its_line(scoring: Running) -> None:
    path = f"{BASE}/units/zjj/bonus-claims"
    clerk = scoring.bearer("unit_clerk", units=["zjj"], subject="clerk") | {"Idempotency-Key": "claim-number-1"}
    first = await scoring.http.post(path, json=CLAIM, headers=clerk)
    again = await scoring.http.post(path, json=CLAIM, headers=clerk)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert first.json()["state"] == "pending"
    assert "clerk" not in first.text

    auditor = scoring.bearer("auditor")
    waiting = await scoring.http.get(f"{BASE}/bonus-claims?year=2021&state=pending", headers=auditor)
    assert [each["id"] for each in waiting.json()["claims"]] == [first.json()["id"]]

    decisions = f"{path}/{first.json()['id']}/decisions"
    own = scoring.bearer("assessor", units=["zjj"], subject="colleague")
    assert (await scoring.http.post(decisions, json={"accepted": True, "reason": "好"}, headers=own)).json()[
        "code"
    ] == "own_claim"
    assessor = scoring.bearer("assessor", subject="assessor") | {"Idempotency-Key": "decision-number-1"}
    body = {"accepted": True, "reason": "两个单位已照此办理"}
    decided = await scoring.http.post(decisions, json=body, headers=assessor)
    assert decided.json()["decision"]["reason"] == "两个单位已照此办理"
    assert (await scoring.http.post(decisions, json=body, headers=assessor)).json() == decided.json()
    twice = await scoring.http.post(decisions, json=body, headers=scoring.bearer("assessor", subject="assessor"))
    assert (twice.status_code, twice.json()["code"]) == (409, "illegal_transition")

    card = await scorecard(scoring, "zjj")
    line = next(each for each in card["lines"] if each["rule"] == "replicable_case")
    assert (line["points"], line["evidence"]) == (1000, [first.json()["id"]])
    mine = await scoring.http.get(f"{path}?year=2021", headers=clerk)
    assert [each["state"] for each in mine.json()["claims"]] == ["accepted"]


async def test_the_rulebook_is_public_and_says_what_is_invented(scoring: Running) -> None:
    book = (await scoring.http.get(f"{BASE}/rulebooks/2021")).json()
    assert "示例" in book["notice"]["zh"]
    assert "illustrative" in book["notice"]["en"]
    assert all(each["invented"] for each in book["rules"])
    period = (await scoring.http.get(f"{BASE}/periods/2021")).json()
    assert (period["state"], period["closes_at"], period["frozen_at"]) == ("open", "2021-12-31T16:00:00Z", None)


SCORECARD, CLAIMS = "/units/zjj/scorecard?year=2021", "/units/zjj/bonus-claims"
OWN_CLAIMS, DECISIONS, FREEZINGS = "/units/wjj/bonus-claims", f"{CLAIMS}/none/decisions", "/periods/2021/freezings"
YES = {"accepted": True, "reason": "好"}
LONG = "https://" + "x" * 600


@pytest.mark.parametrize(
    ("asked", "who", "body", "status", "code"),
    [
        (f"GET {SCORECARD}", None, None, 401, "token_missing"),
        (f"GET {SCORECARD}", "unit_clerk", None, 403, "other_unit"),
        ("GET /units/zjj/ledger?year=2021", "unit_reviewer", None, 403, "other_unit"),
        (f"GET {CLAIMS}?year=2021", "unit_clerk", None, 403, "other_unit"),
        ("GET /units/zjj/scorecard", "office", None, 422, "invalid_request"),
        (f"GET {SCORECARD}.5", "office", None, 422, "invalid_request"),
        ("GET /units/zjj/scorecard?year=2019", "office", None, 404, "year_unknown"),
        ("GET /units/gsgs/scorecard?year=2021", "office", None, 404, "not_assessed"),
        ("GET /units/nobody/scorecard?year=2021", "office", None, 404, "not_found"),
        ("GET /scorecards?year=2021", "unit_clerk", None, 403, "role_missing"),
        ("GET /scorecards?year=2019", "office", None, 404, "year_unknown"),
        ("GET /rulebooks/2019", None, None, 404, "year_unknown"),
        ("GET /rulebooks/soon", None, None, 422, "invalid_request"),
        ("GET /periods/2019", None, None, 404, "year_unknown"),
        (f"POST {FREEZINGS}", "office", None, 403, "role_missing"),
        (f"POST {FREEZINGS}", "assessor", None, 409, "illegal_transition"),
        ("POST /periods/2019/freezings", "assessor", None, 404, "year_unknown"),
        (f"POST {CLAIMS}", "unit_clerk", CLAIM, 403, "other_unit"),
        (f"POST {CLAIMS}", "assessor", CLAIM, 403, "role_missing"),
        (f"POST {OWN_CLAIMS}", "unit_clerk", CLAIM, 422, "activity_not_credited"),
        (f"POST {OWN_CLAIMS}", "unit_clerk", CLAIM | {"url": "http://a.example"}, 422, "invalid_request"),
        (f"POST {OWN_CLAIMS}", "unit_clerk", CLAIM | {"points": 9000}, 422, "invalid_request"),
        (f"POST {OWN_CLAIMS}", "unit_clerk", CLAIM | {"rule": "held"}, 422, "rule_not_claimable"),
        (f"POST {OWN_CLAIMS}", "unit_clerk", CLAIM | {"level": "city"}, 422, "level_unknown"),
        (f"POST {OWN_CLAIMS}", "unit_clerk", CLAIM | {"url": LONG}, 422, "invalid_request"),
        (f"POST {OWN_CLAIMS}", "unit_clerk", CLAIM | {"year": 2019}, 404, "year_unknown"),
        (f"POST {DECISIONS}", "assessor", YES, 404, "not_found"),
        (f"POST {DECISIONS}", "assessor", {"accepted": True}, 422, "invalid_request"),
        (f"POST {DECISIONS}", "assessor", YES | {"accepted": "yes"}, 422, "invalid_request"),
        (f"POST {DECISIONS}", "unit_clerk", YES, 403, "role_missing"),
    ],
)
async def test_whom_and_what_it_refuses(
    scoring: Running, asked: str, who: Role | None, body: Any, status: int, code: str
) -> None:
    before = await scorecard(scoring, "wjj")
    method, path = asked.split(" ")
    headers = scoring.bearer(who, units=["wjj"]) if who else {}
    answer = await scoring.http.request(method, BASE + path, json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert await scorecard(scoring, "wjj") == before


async def test_a_corrupt_rulebook_stops_the_start_and_is_named(running: Runner, tmp_path: Path) -> None:
    text = (HEDONG / "rulebook.yaml").read_text(encoding="utf-8")
    (tmp_path / "rulebook.yaml").write_text(text.replace("points: 4000", "points: four"), encoding="utf-8")
    async with running("scoring", wait=False, OPENDAY_RULEBOOK_DIR=str(tmp_path)) as service:
        assert await service.process.wait() == 2
        last = service.tail(1)
    assert "start_refused" in last
    assert "rulebook.yaml: rules.0.points" in last
