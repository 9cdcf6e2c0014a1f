"""The season of 2021 through real engines: the scorecards written by hand, and the same again from offset 0."""

from datetime import datetime
from typing import Any

import pytest

from shared.time import start_of_year
from tests.support.service import Runner, Running
from tests.support.waiting import eventually
from tests.unit.scoring.season import CLAIM, everything, expected_scorecards

FROZEN_AT = datetime.fromisoformat("2022-01-10T09:00:00+08:00")


async def _scorecards(scoring: Running) -> dict[str, dict[str, Any]]:
    answer = await scoring.http.get("/scoring/v1/scorecards?year=2021", headers=scoring.bearer("auditor"))
    assert answer.status_code == 200, answer.text
    return {each["unit_id"]: each for each in answer.json()["scorecards"]}


def _by_rule(card: dict[str, Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in card["lines"]:
        found[line["rule"]] = found.get(line["rule"], 0) + line["points"]
    return found


async def _claim(scoring: Running) -> None:
    unit, rule, level, activity = CLAIM
    path = f"/scoring/v1/units/{unit}/bonus-claims"
    body = {"rule": rule, "level": level, "url": "https://city.example/news/a10", "activity_id": activity}
    clerk = scoring.bearer("unit_clerk", units=[unit], subject="clerk")
    lodged = await scoring.http.post(path, json=body, headers=clerk)
    assert lodged.status_code == 201, lodged.text
    assessor = scoring.bearer("assessor", subject="assessor")
    decision = {"accepted": True, "reason": "已核实"}
    decided = await scoring.http.post(f"{path}/{lodged.json()['id']}/decisions", json=decision, headers=assessor)
    assert decided.status_code == 201, decided.text


@pytest.mark.timeout(300)
async def test_the_season_comes_to_the_scorecards_written_by_hand(running: Runner) -> None:
    expected = expected_scorecards()
    async with running("scoring") as scoring:
        scoring.district.steer(datetime.fromisoformat("2021-12-17T10:00:00+08:00"))
        for told in everything():
            await scoring.district.produce(told.fact, told.aggregate, told.sequence, at=told.at)

        async def heard() -> bool:
            cards = await _scorecards(scoring)
            return set(cards) == set(expected) and all(
                cards[each].get("total") == card.total - 500 * (each == CLAIM[0])
                for each, card in expected.items()
                if card.total > 0
            )

        await eventually(heard, 60)
        await _claim(scoring)
        await scoring.steer(start_of_year(2022))
        scoring.district.steer(FROZEN_AT)
        await scoring.settled()
        before = await _scorecards(scoring)
        assert {each: card["total"] for each, card in before.items()} == {
            each: card.total for each, card in expected.items()
        }
        for each, card in expected.items():
            found = {rule: points for rule, points in _by_rule(before[each]).items() if points}
            assert found == {rule: points for rule, points in card.lines.items() if points}, each
        frozen = await scoring.http.post("/scoring/v1/periods/2021/freezings", headers=scoring.bearer("assessor"))
        assert frozen.status_code == 201, frozen.text
        assert frozen.json()["state"] == "frozen"
        await scoring.settled()
        after = await _scorecards(scoring)
        assert {each: card["digest"] for each, card in after.items()} == {
            each: card["digest"] for each, card in before.items()
        }
        database = f"{scoring.district.name}_again"
        async with running(
            "scoring",
            district=scoring.district,
            OPENDAY_MONGO__DATABASE=database,
            OPENDAY_KAFKA__GROUP_SUFFIX=".again",
        ) as again:

            async def rebuilt() -> bool:
                cards = await _scorecards(again)
                return cards == after

            await eventually(rebuilt, 60)
