"""A missing calendar year, a kill -9, another reading of the clause: what the clock does then."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared.events import reporting_v1 as v1
from tests.integration.reporting.season import DUE, HELD, Season
from tests.support.district import HEDONG
from tests.support.service import Runner
from tests.support.waiting import eventually
from tests.unit.reporting.samples import SET

NEW_YEAR = "year: 2027\nsource: 用于测试\nholidays: [2027-01-01]\nworkdays: []\n"


async def test_a_missing_year_stops_the_clock_until_it_is_loaded_and_loses_nothing(
    running: Runner, tmp_path: Path
) -> None:
    calendar = tmp_path / "calendar"
    shutil.copytree(HEDONG / "calendar", calendar)
    async with running("reporting", OPENDAY_CALENDAR_DIR=str(calendar)) as reporting:
        activity = Season(reporting).activity()
        await activity.announced()
        await activity.held(held_at=datetime(2026, 12, 31, 3, 0, tzinfo=UTC))
        await eventually(lambda: _retried(Season(reporting)))
        assert (await activity.seen()).json()["state"] == "not_due"
        assert await reporting.metric("openday_dead_letters_total") == 0

        (calendar / "2027.yaml").write_text(NEW_YEAR, encoding="utf-8")
        await reporting.stop()
        await reporting.restart()
        shown = await activity.until(state="open")
        assert shown["due_at"] == "2027-01-04T16:00:00Z"  # Sat 01-02 rolled to Mon 01-04


async def test_a_timer_that_came_due_while_the_service_was_dead_rings_once(running: Runner) -> None:
    async with running("reporting") as reporting:
        activity = Season(reporting).activity()
        await activity.announced()
        await activity.held()
        await activity.until(state="open")
        await activity.uploaded(**SET)
        await reporting.kill()
        reporting.district.steer(DUE + timedelta(days=1))
        await reporting.restart()
        await activity.facts(2)
        await reporting.stop()
        await reporting.restart()
        await activity.opinion_received()
        await activity.until(opinions="received")
        assert (await activity.submit()).json()["days_late"] == 2
        facts = await activity.facts(3)
        assert [type(each) for each in facts] == [v1.FilingDueSet, v1.FilingOverdue, v1.MaterialsFiled]


async def test_the_reading_of_the_clause_is_a_setting(running: Runner) -> None:
    async with running("reporting", OPENDAY_FILING_READING="A", OPENDAY_RECEIPT_PREFIX="ls") as reporting:
        activity = Season(reporting).activity()
        await activity.announced()
        await activity.held()
        await activity.nil_return_declared()
        shown = await activity.until(state="open", opinions="nil_return")
        assert (shown["reading"], shown["due_at"]) == ("A", "2021-10-30T16:00:00Z")
        await activity.uploaded(**SET)
        reporting.district.steer(HELD + timedelta(hours=1))
        assert (await activity.submit()).json()["receipt"].startswith("ls-2021-")


async def _retried(season: Season) -> bool:
    return await season.reporting.metric("openday_consumer_retries_total") >= 1
