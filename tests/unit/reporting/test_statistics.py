"""The district's figures: what counts, where and in which year."""

from datetime import UTC, datetime, timedelta

from services.reporting.domain.dossier import Dossier
from services.reporting.domain.publicity import Publicity, PublicityKind
from services.reporting.domain.statistics import statistics
from tests.unit.reporting.dossiers import DUE, HELD, RULE, announced, complete, hold


def test_a_season_is_counted_by_town_and_in_all() -> None:
    on_time, late = complete("a1"), complete("a2")
    on_time.submit(DUE, RULE)
    late.submit(DUE + timedelta(days=1), RULE)
    outstanding, called_off = hold(announced("a3", town="jiuqu")), announced("a4", town="jiuqu")
    called_off.cancelled(HELD)
    outstanding.record_publicity(
        Publicity("p1", "zjj", PublicityKind.LIVE_BLOG, "new_media", "https://live.example/a3", HELD), HELD
    )

    found = statistics([on_time, late, outstanding, called_off, Dossier.shell("a5")], 2021, DUE)
    total, jiuqu = found.total, found.towns["jiuqu"]
    assert (total.announced, total.held, total.cancelled) == (4, 3, 1)
    assert (total.on_time, total.late, total.outstanding, total.overdue) == (1, 1, 1, 0)
    assert total.attended == {"npc_deputy": 6, "resident_representative": 21}
    assert (jiuqu.announced, jiuqu.held, jiuqu.outstanding) == (2, 1, 1)
    assert jiuqu.publicity == {"live_blog": 1}
    assert list(found.towns) == ["jiuqu", "taiping"]
    assert statistics([outstanding], 2021, DUE + timedelta(days=1)).total.overdue == 1


def test_the_year_is_that_of_the_district_day() -> None:
    new_years_eve = datetime(2021, 12, 31, 16, 0, tzinfo=UTC)  # 0:00 of 2022 in Shanghai
    dossier = announced(starts_at=new_years_eve)
    assert statistics([dossier], 2021, HELD).total.announced == 0
    assert statistics([dossier], 2022, HELD).total.announced == 1
    held_before = hold(dossier, new_years_eve - timedelta(milliseconds=1))
    assert statistics([held_before], 2021, HELD).total.announced == 1
