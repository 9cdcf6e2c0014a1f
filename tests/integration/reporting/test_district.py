"""What the district sees: facts in any order, cancelled activities, lists, publicity, statistics, refusals."""

from datetime import timedelta

from shared.events import reporting_v1 as v1
from tests.integration.reporting.season import ATTENDED, CO_HOST, DUE, LEAD, STARTS, STRANGER, Season
from tests.support.waiting import eventually
from tests.unit.reporting.samples import SET


async def test_an_opinion_may_be_heard_of_before_its_activity(season: Season) -> None:
    activity = season.activity()
    await activity.opinion_received()
    await activity.nil_return_declared()
    consumed = "openday_consumed_total"
    await eventually(lambda: _at_least(season, consumed, 2))
    assert (await activity.seen()).status_code == 404
    await activity.announced()
    await activity.held()
    await activity.until(state="open", opinions="received")


async def test_a_cancelled_activity_keeps_its_last_time_and_has_no_clock(season: Season) -> None:
    activity = season.activity()
    await activity.announced()
    await activity.rescheduled(STARTS + timedelta(days=14))
    await activity.until(starts_at="2021-11-11T01:00:00Z")
    await activity.cancelled()
    assert (await activity.until(state="cancelled"))["due_at"] is None
    refused = await activity.upload("plan", SET["plan"])
    assert (refused.status_code, refused.json()["facts"]["state"]) == (409, "cancelled")
    await season.reporting.steer(DUE + timedelta(days=30))
    assert await activity.facts(0) == []


async def test_publicity_is_recorded_by_a_host_once_and_read_by_everyone(season: Season) -> None:
    activity = season.activity()
    await activity.announced()
    await activity.until(state="not_due")
    season.reporting.district.steer(STARTS)
    address = f"/reporting/v1/activities/{activity.id}/publicity"
    body = {
        "kind": "notice",
        "channel": "portal",
        "url": "https://portal.example/open-day/notice",
        "published_at": "2021-10-18T09:00:00+08:00",
    }
    key = {"Idempotency-Key": "publicity-0001"}
    post = season.reporting.http.post
    first = await post(address, json=body, headers=activity.staff(CO_HOST) | key)
    again = await post(address, json=body, headers=activity.staff(CO_HOST) | key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["unit_id"] == CO_HOST
    assert first.json()["published_at"] == "2021-10-18T01:00:00Z"
    for_the_lead = await post(address, json=body | {"url": "https://portal.example/2"}, headers=activity.office)
    assert for_the_lead.json()["unit_id"] == LEAD

    refusals = [
        (await post(address, json=body, headers=activity.staff(CO_HOST)), 409, "already_recorded"),
        (await post(address, json=body | {"kind": "outcome"}, headers=activity.staff(CO_HOST) | key), 422, None),
        (await post(address, json=body, headers=activity.staff(STRANGER)), 403, "other_unit"),
        (await post(address, json=body | {"unit_id": LEAD}, headers=activity.staff(CO_HOST)), 403, "other_unit"),
        (await post(address, json=body | {"unit_id": STRANGER}, headers=activity.office), 422, "not_a_host"),
        (await post(address, json=body | {"published_at": "2021-12-01T00:00:00Z"}, headers=activity.office), 422, None),
        (await post(address, json=body | {"published_at": "2021-10-18T09:00:00"}, headers=activity.office), 422, None),
        (await post(address, json=body | {"url": "javascript:alert(1)"}, headers=activity.office), 422, None),
        (await post(address, json=body | {"url": "https://"}, headers=activity.office), 422, None),
        (await post(address, json=body | {"kind": "rumour"}, headers=activity.office), 422, None),
        (await post(address, json=body | {"colour": "red"}, headers=activity.office), 422, "invalid_request"),
        (await post(address, content=b"{", headers=activity.office), 400, "malformed_request"),
        (await post(address, json=body, headers=season.reporting.bearer("auditor")), 403, "role_missing"),
        (await post(address, json=body), 401, "token_missing"),
    ]
    assert [(each.status_code, status) for each, status, _ in refusals if each.status_code != status] == []
    assert [(each.json()["code"], code) for each, _, code in refusals if code not in {None, each.json()["code"]}] == []

    public = (await season.reporting.http.get(address)).json()["publicity"]
    assert {each["unit_id"] for each in public} == {LEAD, CO_HOST}
    facts = await activity.facts(2)
    assert [type(each) for each in facts] == [v1.PublicityRecorded] * 2


async def test_sets_are_listed_by_state_and_by_what_is_overdue_in_pages(season: Season) -> None:
    on_hand, waiting = season.activity(), season.activity()
    for activity in (on_hand, waiting):
        await activity.announced()
    await on_hand.held()
    await on_hand.until(state="open")
    await waiting.until(state="not_due")
    await season.reporting.steer(DUE + timedelta(hours=1))

    async def listed(query: str = "", *, unit: str | None = None) -> list[str]:
        headers = on_hand.staff(unit) if unit else on_hand.office
        found = await season.reporting.http.get(f"/reporting/v1/material-sets?limit=200{query}", headers=headers)
        assert found.status_code == 200, found.text
        return [each["activity_id"] for each in found.json()["material_sets"]]

    assert on_hand.id in await listed("&state=open&overdue=true")
    assert waiting.id in await listed("&overdue=false", unit=CO_HOST)
    assert on_hand.id not in await listed("&overdue=false")
    assert await listed(unit=STRANGER) == []
    every = await listed()
    assert {on_hand.id, waiting.id} <= set(every)
    page = await season.reporting.http.get("/reporting/v1/material-sets?limit=1", headers=on_hand.office)
    assert page.json()["next"] == every[0]
    assert (await listed(f"&after={every[0]}")) == every[1:]


async def test_the_office_judges_what_it_has_seen(season: Season) -> None:
    activity = season.activity()
    await activity.announced()
    await activity.held()
    await activity.opinion_received()
    await activity.until(state="open", opinions="received")
    await activity.uploaded(**SET)
    seen = (await activity.seen()).headers["ETag"]
    assert (await activity.submit(**{"If-Match": '"1"'})).status_code == 412
    assert (await activity.submit(**{"If-Match": seen})).status_code == 201
    as_unit = await season.reporting.http.post(
        f"/reporting/v1/activities/{activity.id}/material-set/acceptances", headers=activity.staff()
    )
    assert (as_unit.status_code, as_unit.json()["code"]) == (403, "role_missing")
    assert (await activity.office_says("returns", {"reason": "  "})).status_code == 422
    assert (await activity.office_says("acceptances")).status_code == 201
    refused = await activity.office_says("returns", {"reason": "请补充"})
    assert (refused.status_code, refused.json()["facts"]["state"]) == (409, "accepted")


async def test_statistics_count_activities_people_filings_and_publicity(season: Season) -> None:
    town = "a-town-of-its-own"
    held, called_off = season.activity(), season.activity()
    for activity in (held, called_off):
        await activity.announced(town=town)
    await held.held(town=town)
    await held.opinion_received()
    await called_off.cancelled()
    await held.until(state="open", opinions="received")
    await called_off.until(state="cancelled")
    await held.uploaded(**SET)
    season.reporting.district.steer(DUE + timedelta(days=3))
    assert (await held.submit()).json()["days_late"] == 4

    address = "/reporting/v1/statistics"
    found = await season.reporting.http.get(f"{address}?year=2021", headers=held.office)
    figures = found.json()["towns"][town]
    assert figures["activities"] == {"announced": 2, "held": 1, "cancelled": 1}
    assert figures["attended"] == ATTENDED
    assert figures["attended_total"] == 11
    assert figures["filings"] == {"on_time": 0, "late": 1, "outstanding": 0, "overdue": 0}
    assert found.json()["total"]["activities"]["announced"] >= 2
    other_year = await season.reporting.http.get(f"{address}?year=2022", headers=held.office)
    assert other_year.json()["towns"] == {}
    assert (await season.reporting.http.get(f"{address}?year=21", headers=held.office)).status_code == 422
    assert (await season.reporting.http.get(f"{address}?year=2021", headers=held.staff())).status_code == 403


async def _at_least(season: Season, series: str, count: float) -> bool:
    return await season.reporting.metric(series, outcome="applied") >= count
