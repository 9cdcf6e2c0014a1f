"""From the announcement to the accepted set, on real engines: the clock, the first complete submission, corrections."""

from datetime import timedelta

from shared.events import reporting_v1 as v1
from tests.integration.reporting.season import CO_HOST, DUE, HELD, LEAD, Season
from tests.unit.reporting.samples import JPEG, SET


async def test_a_set_filed_within_two_days_is_on_time_and_accepted(season: Season) -> None:
    activity = season.activity()
    await activity.announced()
    await activity.until(state="not_due", title="走进净水厂", lead_unit_id=LEAD, missing=["plan", "media", "summary"])
    await activity.uploaded(**SET)
    assert (await activity.submit()).json()["facts"]["state"] == "not_due"

    await activity.opinion_received()
    await activity.held()
    shown = await activity.until(state="open", opinions="received", missing=[])
    assert shown["due_at"] == "2021-11-01T16:00:00Z"
    season.reporting.district.steer(DUE)
    filed = await activity.submit()
    assert filed.status_code == 201, filed.text
    assert filed.json()["on_time"] is True
    assert filed.json()["days_late"] == 0
    assert filed.json()["receipt"].startswith("hd-2021-")
    accepted = await activity.office_says("acceptances")
    assert accepted.status_code == 201
    assert accepted.json()["state"] == "accepted"
    await season.reporting.steer(DUE + timedelta(days=1))

    due_set, filed_fact, accepted_fact = await activity.facts(3)
    assert due_set == v1.FilingDueSet(activity_id=activity.id, unit_id=LEAD, due_at=DUE, reading="B")
    assert isinstance(filed_fact, v1.MaterialsFiled)
    assert (filed_fact.on_time, filed_fact.days_late, filed_fact.unit_id) == (True, 0, LEAD)
    assert isinstance(accepted_fact, v1.MaterialsAccepted)


async def test_lateness_is_fixed_by_the_first_complete_submission(season: Season) -> None:
    activity = season.activity()
    await activity.announced()
    await activity.held()
    await activity.nil_return_declared()
    await activity.until(state="open", opinions="nil_return")
    await activity.uploaded(**SET)
    await season.reporting.steer(DUE + timedelta(days=2, hours=16))
    assert (await activity.seen()).json()["overdue"] is True

    filed = (await activity.submit()).json()
    assert (filed["on_time"], filed["days_late"]) == (False, 3)
    assert (await activity.upload("media", JPEG)).status_code == 409
    await activity.office_says("returns", {"reason": "图片缺少说明文字，请补充后重新报送。"})
    assert (await activity.until(state="returned"))["overdue"] is False
    await activity.uploaded(media=JPEG)
    season.reporting.district.steer(season.reporting.district.now + timedelta(days=1))
    assert (await activity.submit()).json() == filed
    facts = await activity.facts(4)
    assert [type(each) for each in facts] == [
        v1.FilingDueSet,
        v1.FilingOverdue,
        v1.MaterialsFiled,
        v1.MaterialsReturned,
    ]
    assert [each["files"] for each in (await activity.seen()).json()["submissions"]] == [3, 4]


async def test_what_is_missing_and_an_undeclared_ledger_are_named(season: Season) -> None:
    activity = season.activity()
    await activity.announced()
    await activity.held(held_at=HELD)
    await activity.until(state="open")
    await activity.uploaded(plan=SET["plan"])
    refused = await activity.submit()
    assert (refused.status_code, refused.json()["code"]) == (409, "incomplete")
    assert refused.json()["facts"]["missing"] == ["media", "summary"]
    await activity.uploaded(**SET)
    refused = await activity.submit()
    assert (refused.status_code, refused.json()["code"]) == (409, "opinions_undeclared")
    assert (await activity.submit(unit=CO_HOST)).json()["code"] == "other_unit"
    await activity.opinion_received()
    await activity.until(opinions="received")
    first = await activity.submit(**{"Idempotency-Key": "submission-0001"})
    again = await activity.submit(**{"Idempotency-Key": "submission-0001"})
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert len((await activity.seen()).json()["submissions"]) == 1
