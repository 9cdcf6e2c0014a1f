"""Who is scored in which year."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.scoring.domain.roll import Particulars, UnitEntry

FOUNDED = datetime(2021, 8, 11, tzinfo=UTC)
KNOWN = Particulars("区统计局", True, None, FOUNDED, None, 1, FOUNDED, FOUNDED)


@pytest.mark.parametrize(
    ("registered", "year", "scored"),
    [
        (FOUNDED, 2020, False),
        (FOUNDED, 2021, True),
        (FOUNDED, 2022, True),
        (datetime(2026, 11, 23, tzinfo=UTC), 2021, False),  # registered years later: nobody could open then
        (datetime(2026, 11, 23, tzinfo=UTC), 2026, True),
        (datetime(2021, 12, 31, 15, 59, tzinfo=UTC), 2021, True),  # 23:59 in the district
        (datetime(2021, 12, 31, 16, 0, tzinfo=UTC), 2021, False),
    ],
)
def test_a_year_that_was_over_before_a_unit_was_registered_is_not_scored(
    registered: datetime, year: int, *, scored: bool
) -> None:
    assert replace(KNOWN, known_since=registered).assessed_in(year) is scored


def test_a_later_correction_does_not_take_a_unit_out_of_an_earlier_year() -> None:
    entry = UnitEntry(id="tjj")
    entry.register(KNOWN)
    later = datetime(2022, 3, 1, tzinfo=UTC)
    entry.register(replace(KNOWN, title="河东区统计局", sequence=2, recorded_at=later, known_since=later))
    assert entry.particulars
    assert (entry.particulars.title, entry.particulars.assessed_in(2021)) == ("河东区统计局", True)
